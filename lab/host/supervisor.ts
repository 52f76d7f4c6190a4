import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { enterCgroups } from "./cgroup";
import { consoleOf } from "./console";
import { type Images, mountDisk } from "./disk";
import { type LabNode, NODES, rootOf } from "./nodes";
import { processId } from "./process";
import { readState, writeState } from "./state";
import { wireNode } from "./wiring";

// A node's power supply: a process of its own that outlives `up`, switches the node on again
// after a reboot or a power cut, and ends when the node is shut down.

const SHUT_DOWN = 0;
const QUICK_MS = 2_000;
const MOST_QUICK_ENDS = 3;

const nspawn = (node: LabNode): string[] => [
  "--quiet",
  "--boot",
  `--machine=${node.netns}`,
  `--hostname=${node.name}`,
  `--directory=${rootOf(node)}`,
  `--network-namespace-path=/run/netns/${node.netns}`,
  "--register=no",
  // A reboot ends it with a status of its own, instead of booting with used network cards.
  "--keep-unit",
  "--capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYS_ADMIN",
  "--bind=/dev/net/tun",
  ...(existsSync("/dev/kvm") ? ["--bind=/dev/kvm"] : []),
  ...node.binds,
  "--resolv-conf=off",
  "--timezone=off",
  "--link-journal=no",
  "--console=pipe",
];

function boot(node: LabNode): Promise<number> {
  const log = openSync(consoleOf(node), "a");
  const child = spawn("systemd-nspawn", nspawn(node), {
    stdio: ["ignore", log, log],
    env: {
      ...process.env,
      SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1",
      SYSTEMD_NSPAWN_LOCK: "0",
      SYSTEMD_NSPAWN_API_VFS_WRITABLE: "network",
    },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

async function supervise(node: LabNode, images: Images): Promise<void> {
  const supervisor = processId(process.pid);
  if (supervisor === undefined) throw new Error("/proc does not show this process");

  enterCgroups(node);
  let { boots } = readState(node) ?? { boots: 0 };
  for (let quickEnds = 0; quickEnds < MOST_QUICK_ENDS; ) {
    await wireNode(node);
    await mountDisk(images, node);
    boots += 1;
    writeState({ supervisor, boots }, node);
    const start = Date.now();
    const code = await boot(node);
    console.log(`boot ${boots} ended with status ${code} after ${Date.now() - start} ms`);
    if (code === SHUT_DOWN) return;
    // A node that cannot boot at all must not be tried for ever.
    quickEnds = Date.now() - start < QUICK_MS ? quickEnds + 1 : 0;
  }
  throw new Error(`the node ended ${MOST_QUICK_ENDS} times within ${QUICK_MS} ms of its start`);
}

const [name, images = "{}"] = process.argv.slice(2);
const node = NODES.find((one) => one.name === name);
if (node === undefined) throw new Error(`"${name}" is no node of the lab`);
supervise(node, JSON.parse(images) as Images).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
