import { releaseWiring } from "./backend/wiring";
import { awaitService, CommandError, demand, follow, isTask } from "./cli/client";
import { pvesh } from "./cli/pvesh";
import { pvesm } from "./cli/pvesm";
import { qm } from "./cli/qm";
import { serve } from "./serve";
import { pathsBelow } from "./state/paths";

/** The emulator's command line; each verb is a program of Proxmox VE, or a unit's action. */
async function main([verb = "", ...argv]: readonly string[]): Promise<void> {
  switch (verb) {
    case "serve":
      return serve();
    case "qm":
      return qm(argv);
    case "pvesh":
      return pvesh(argv);
    case "pvesm":
      return pvesm(argv);
    case "startall":
    case "stopall": {
      await awaitService();
      const data = await demand("POST", `/nodes/localhost/${verb}`);
      if (isTask(data)) await follow(data, (line) => console.log(line));
      return;
    }
    case "vm-stopped":
      return releaseWiring(pathsBelow("/").run, argv[0] ?? "");
    default:
      throw new CommandError("usage: serve | qm | pvesh | pvesm | startall | stopall | vm-stopped");
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof CommandError ? error.message : error);
  process.exitCode = 255;
});
