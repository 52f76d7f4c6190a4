import { spawnSync } from "node:child_process";
import { consoleProgress, labPossible } from "../host/host";
import { installPackages } from "../host/packages";
import { sshArgv } from "../host/ssh";
import { Hardware, type Slot } from "./hardware";

const COMMANDS: Record<string, (args: string[]) => Promise<void>> = {
  up,
  down: () => consoleProgress("Taking the hardware lab down", () => Hardware.down()),
  ssh: async (args) => {
    const { access } = await Hardware.running();
    const [ssh = "", ...rest] = sshArgv(args.length === 0 ? undefined : args.join(" "), access);
    process.exitCode = spawnSync(ssh, rest, { stdio: "inherit" }).status ?? 1;
  },
  reboot: async () => (await Hardware.running()).reboot(),
  move: async ([slot]) => (await Hardware.running()).move(slot as Slot),
};

async function up(): Promise<void> {
  const reason = labPossible();
  if (reason !== undefined) throw new Error(reason);
  await installPackages(consoleProgress);
  const { api } = await Hardware.up(consoleProgress);
  console.log(`The host's shell: npx tsx lab/hardware/main.ts ssh\nIts API: ${api}`);
}

async function main(): Promise<void> {
  const [name = "", ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command === undefined) {
    const known = Object.keys(COMMANDS).join(", ");
    throw new Error(`"${name}" is no command of the hardware lab; expected ${known}`);
  }
  await command(args);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
