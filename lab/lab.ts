import { spawnSync } from "node:child_process";
import { attach, detach } from "./client";
import {
  consoleProgress,
  labDown,
  labStatus,
  labUp,
  paths,
  powerCut,
  reboot,
  secondUp,
  type SegmentName,
} from "./host/host";
import { openProvider, type ProviderIpv6, strictProvider } from "./host/provider";
import { sshArgv } from "./host/ssh";
import { ensureImage } from "./images/image";

const COMMANDS: Record<string, (args: string[]) => Promise<void>> = {
  up: () => labUp(consoleProgress),
  down: () => labDown(consoleProgress),
  images: async () => {
    await ensureImage("host", consoleProgress);
    await ensureImage("guest", consoleProgress);
  },
  second: () => secondUp(consoleProgress),
  status,
  "power-cut": () => consoleProgress("Pulling the host's plug", powerCut),
  reboot: () => consoleProgress("Rebooting the host", reboot),
  env,
  ssh: (args) => login(args),
  attach: ([bridge, client]) => attach(bridge, client as SegmentName | undefined),
  provider: ([kind]) => (kind === "open" ? openProvider() : strictProvider(kind as ProviderIpv6)),
  detach: ([client]) => detach(client as SegmentName | undefined),
};

async function status(): Promise<void> {
  const { power, boots, ssh, api } = await labStatus();
  const answers = (yes: boolean) => (yes ? "answers" : "silent");
  console.log(`lab    ${power}`);
  if (power !== "on") return;
  console.log(`boots  ${boots}\nssh    ${answers(ssh)}\napi    ${answers(api)}`);
}

/** Shell exports with which `pulumi` keeps its state beside the lab. */
async function env(): Promise<void> {
  await Promise.resolve();
  console.log(`export PULUMI_BACKEND_URL='file://${paths.pulumiState}'`);
  console.log("export PULUMI_CONFIG_PASSPHRASE='proxmox-lab'");
}

async function login(args: string[]): Promise<void> {
  await Promise.resolve();
  const [ssh = "", ...rest] = sshArgv(args.length === 0 ? undefined : args.join(" "));
  process.exitCode = spawnSync(ssh, rest, { stdio: "inherit" }).status ?? 1;
}

async function main(): Promise<void> {
  const [name = "", ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new Error(
      `"${name}" is no command of the lab; expected ${Object.keys(COMMANDS).join(", ")}`,
    );
  }
  await command(args);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
