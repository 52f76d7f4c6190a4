import { setTimeout as sleep } from "node:timers/promises";
import { isRoot } from "../access/caller";
import { die, messageOf, refuseParams } from "../api/error";
import { type Call, flag, need, type Router, text } from "../api/router";
import { type Pve } from "../pve";
import { type Log } from "../task/tasks";
import { agentEnabled } from "./plan";
import { receiveVm, startVm, stopVm } from "./start";
import { refuseLocked } from "./vm-store";

/** Starting, stopping and resetting VMs. */
export function powerRoutes(router: Router, pve: Pve): void {
  const { vms, tasks, backend } = pve;

  const verb = (
    name: string,
    type: string,
    work: (vmid: string, call: Call, log: Log) => Promise<void>,
  ) =>
    router.on("POST", `/nodes/{node}/qemu/{vmid}/status/${name}`, (call) => {
      const vmid = need(call.params, "vmid");
      refuseRootOptions(call);
      const from = text(call.params, "migratedfrom");
      (from === undefined ? vms : vms.of(from)).load(vmid);
      return tasks.start(type, vmid, call.caller, (log) => work(vmid, call, log));
    });

  const requireRunning = async (vmid: string, skipLock = false): Promise<void> => {
    if (!skipLock) refuseLocked(vms.keys(vmid));
    if ((await backend.vmProcess(vmid)) === undefined) die(`VM ${vmid} not running`);
  };

  verb("start", "qmstart", (vmid, { params }, log) => {
    const from = text(params, "migratedfrom");
    return from === undefined ? startVm(pve, vmid, log) : receiveVm(pve, vmid, from, log);
  });

  verb("stop", "qmstop", async (vmid, { params }) => {
    if (!flag(params, "skiplock")) refuseLocked(vms.keys(vmid));
    await stopVm(pve, vmid);
  });

  verb("shutdown", "qmshutdown", async (vmid, { params }) => {
    refuseLocked(vms.keys(vmid));
    const timeout = Number(text(params, "timeout") ?? 180);
    await shutdownVm(pve, vmid, timeout, flag(params, "forceStop"));
  });

  verb("reset", "qmreset", async (vmid) => {
    await requireRunning(vmid);
    await backend.monitor(vmid, "system_reset");
  });

  verb("reboot", "qmreboot", async (vmid, { params }, log) => {
    await requireRunning(vmid);
    await shutdownVm(pve, vmid, Number(text(params, "timeout") ?? 180), false);
    await startVm(pve, vmid, log);
  });

  verb("suspend", "qmsuspend", async (vmid) => {
    await requireRunning(vmid);
    await backend.monitor(vmid, "stop");
  });

  verb("resume", "qmresume", async (vmid, { params }) => {
    await requireRunning(vmid, flag(params, "skiplock"));
    await backend.monitor(vmid, "cont");
  });

  router.on("POST", "/nodes/{node}/startall", ({ params, caller }) =>
    tasks.start("startall", "", caller, async (log) => {
      for (const { vmid, up } of startOrder(pve, flag(params, "force"))) {
        if ((await backend.vmProcess(vmid)) !== undefined) continue;
        log(`Starting VM ${vmid}`);
        try {
          await startVm(pve, vmid, log);
          await sleep(up * 1000);
        } catch (error) {
          log(`Starting VM ${vmid} failed: ${messageOf(error)}`);
        }
      }
    }),
  );

  router.on("POST", "/nodes/{node}/stopall", ({ params, caller }) =>
    tasks.start("stopall", "", caller, async (log) => {
      const force = params["force-stop"] !== "0";
      for (const { vmid, down } of startOrder(pve, true).reverse()) {
        if ((await backend.vmProcess(vmid)) === undefined) continue;
        log(`Stopping VM ${vmid} (timeout = ${down} seconds)`);
        await shutdownVm(pve, vmid, Number(text(params, "timeout") ?? down), force);
      }
    }),
  );
}

const ROOT_OPTIONS = ["skiplock", "migratedfrom", "stateuri"];

function refuseRootOptions({ params, caller }: Call): void {
  const given = ROOT_OPTIONS.find((name) => params[name] !== undefined);
  if (given !== undefined && !isRoot(caller))
    refuseParams({ [given]: "Only root may use this option." });
}

/** Ask the guest to shut down, by its agent when it has one, and wait for it. */
async function shutdownVm(pve: Pve, vmid: string, timeout: number, force: boolean): Promise<void> {
  const { backend, vms, faults } = pve;
  const running = () => backend.vmProcess(vmid).then((process) => process !== undefined);
  if (!(await running())) return stopVm(pve, vmid);
  try {
    if (agentEnabled(vms.keys(vmid))) {
      if (faults.agent(vmid) !== undefined) die("QEMU guest agent is not running");
      // The agent does not answer a shutdown that succeeds.
      await backend.agent(vmid, "guest-shutdown", undefined, 1000).catch((error: unknown) => {
        if (messageOf(error).includes("not running")) throw error;
      });
    } else await backend.monitor(vmid, "system_powerdown");
  } catch {
    if (!force) die("VM quit/powerdown failed");
    return stopVm(pve, vmid);
  }
  const end = Date.now() + timeout * 1000;
  while (await running()) {
    if (Date.now() >= end) {
      if (force) break;
      die("VM quit/powerdown failed - got timeout");
    }
    await sleep(250);
  }
  await stopVm(pve, vmid);
}

/** VMs that start with the node, first those with an order, then the rest by VMID. */
function startOrder({ vms }: Pve, all: boolean) {
  const number = (startup: string, field: string): number | undefined => {
    const digits = new RegExp(`(?:^|,)${field}=(\\d+)`).exec(startup)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  return vms
    .ids()
    .map((vmid) => ({ vmid, keys: vms.keys(vmid) }))
    .filter(({ keys }) => keys["template"] !== "1" && (all || keys["onboot"] === "1"))
    .map(({ vmid, keys: { startup = "" } }) => ({
      vmid,
      order: number(startup, "order") ?? Number(/^(\d+)/.exec(startup)?.[1] ?? Infinity),
      up: number(startup, "up") ?? 0,
      down: number(startup, "down") ?? 180,
    }))
    .sort((a, b) => (a.order === b.order ? Number(a.vmid) - Number(b.vmid) : a.order - b.order));
}
