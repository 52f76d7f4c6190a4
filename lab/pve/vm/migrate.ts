import { setTimeout as sleep } from "node:timers/promises";
import { die, messageOf } from "../api/error";
import { type Peer } from "../cluster/peer";
import { type Pve } from "../pve";
import { type Log } from "../task/tasks";
import { stopVm } from "./start";
import { refuseTied } from "./tied";

const POLL_MS = 100;
const DOWNTIME_MS = 100;
const MIB = 2 ** 20;

/** What QEMU says of a migration that it is the source of. */
interface Progress {
  readonly status?: string;
  readonly ram?: { readonly transferred: number; readonly total: number };
  readonly downtime?: number;
  readonly "error-desc"?: string;
}

/** Move a VM to another node: its state over the network if it runs, then its configuration. */
export async function migrateVm(
  pve: Pve,
  vmid: string,
  peer: Peer,
  address: string,
  live: boolean,
  log: Log,
): Promise<void> {
  const { vms } = pve;
  const start = Date.now();
  const duration = () => new Date(Date.now() - start).toISOString().slice(11, 19);
  try {
    refuseTied(pve, vms.keys(vmid), live);
    log(`starting migration of VM ${vmid} to node '${peer.node}' (${address})`);
    vms.patch(vmid, { lock: "migrate" });
    if (live) await sendState(pve, vmid, peer, log);
    vms.move(vmid, peer.node);
  } catch (error) {
    log(`ERROR: migration aborted (duration ${duration()}): ${messageOf(error)}`);
    if (vms.keys(vmid).lock === "migrate") vms.patch(vmid, { lock: undefined });
    die("migration aborted");
  }
  if (live) {
    await peer.vm(vmid, "status/resume", { skiplock: 1, nocheck: 1 }, log);
    await stopVm(pve, vmid);
  }
  vms.of(peer.node).patch(vmid, { lock: undefined });
  log(`migration finished successfully (duration ${duration()})`);
}

/** Have the VM started there, paused, and its memory follow while it goes on here. */
async function sendState(pve: Pve, vmid: string, peer: Peer, log: Log): Promise<void> {
  const ask = (command: string, args?: Record<string, unknown>) =>
    pve.backend.monitor(vmid, command, args);
  let uri = "";
  log(`starting VM ${vmid} on remote node '${peer.node}'`);
  const from = { migratedfrom: pve.node, stateuri: "tcp", migration_type: "insecure", skiplock: 1 };
  await peer.vm(vmid, "status/start", from, (line) => {
    uri = /^migration listens on (tcp:\S+)$/.exec(line)?.[1] ?? uri;
    log(`[${peer.node}] ${line}`);
  });
  try {
    log(`starting online/live migration on ${uri}`);
    log(`migration downtime limit: ${DOWNTIME_MS} ms`);
    await ask("migrate-set-parameters", { "downtime-limit": DOWNTIME_MS });
    log(`start migrate command to ${uri}`);
    await ask("migrate", { uri });
    await completed(ask, log);
  } catch (error) {
    await ask("migrate_cancel").catch(() => undefined);
    const gone = { migratedfrom: pve.node, skiplock: 1 };
    await peer
      .vm(vmid, "status/stop", gone, log)
      .catch((reason: unknown) => log(messageOf(reason)));
    throw error;
  }
}

async function completed(ask: (command: string) => Promise<unknown>, log: Log): Promise<void> {
  for (let told = 0; ; ) {
    const state = (await ask("query-migrate")) as Progress;
    const { status = "setup", ram, downtime = 0 } = state;
    if (status === "completed") {
      log(`migration completed, downtime ${downtime} ms`);
      log("migration status: completed");
      return;
    }
    if (["failed", "cancelled"].includes(status)) {
      die(`online migrate failure - ${state["error-desc"] ?? status}`);
    }
    if (status === "active" && ram !== undefined && Date.now() - told > 1000) {
      told = Date.now();
      const [sent, total] = [ram.transferred, ram.total].map((n) => (n / MIB).toFixed(1));
      log(`migration active, transferred ${sent} MiB of ${total} MiB VM-state`);
    }
    await sleep(POLL_MS);
  }
}
