import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { enterCgroups } from "./cgroup";
import { type Images, mountDisk } from "./disk";
import { paths } from "./paths";
import { processId } from "./process";
import { HOST_NETNS } from "./segments";
import { readState, writeState } from "./state";
import { wireHost } from "./wiring";

// The host's power supply: a process of its own that outlives `up`, switches the host on again
// after a reboot or a power cut, and ends when the host is shut down.

const SHUT_DOWN = 0;
const QUICK_MS = 2_000;
const MOST_QUICK_ENDS = 3;

const NSPAWN = [
  "--quiet",
  "--boot",
  "--machine=prlab-pve",
  "--hostname=pve",
  `--directory=${paths.root}`,
  `--network-namespace-path=/run/netns/${HOST_NETNS}`,
  "--register=no",
  // A reboot ends it with a status of its own, instead of booting with used network cards.
  "--keep-unit",
  "--capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYS_ADMIN",
  "--bind=/dev/net/tun",
  ...(existsSync("/dev/kvm") ? ["--bind=/dev/kvm"] : []),
  `--bind-ro=${paths.shared}:/lab`,
  `--bind=${paths.control}:/lab-control`,
  "--resolv-conf=off",
  "--timezone=off",
  "--link-journal=no",
  "--console=pipe",
];

function boot(): Promise<number> {
  const log = openSync(join(paths.log, "host.log"), "a");
  const child = spawn("systemd-nspawn", NSPAWN, {
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

async function supervise(images: Images): Promise<void> {
  const supervisor = processId(process.pid);
  if (supervisor === undefined) throw new Error("/proc does not show this process");

  enterCgroups();
  let { boots } = readState() ?? { boots: 0 };
  for (let quickEnds = 0; quickEnds < MOST_QUICK_ENDS; ) {
    await wireHost();
    await mountDisk(images);
    boots += 1;
    writeState({ supervisor, boots });
    const start = Date.now();
    const code = await boot();
    console.log(`boot ${boots} ended with status ${code} after ${Date.now() - start} ms`);
    if (code === SHUT_DOWN) return;
    // A host that cannot boot at all must not be tried for ever.
    quickEnds = Date.now() - start < QUICK_MS ? quickEnds + 1 : 0;
  }
  throw new Error(`the host ended ${MOST_QUICK_ENDS} times within ${QUICK_MS} ms of its start`);
}

supervise(JSON.parse(process.argv[2] ?? "{}") as Images).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
