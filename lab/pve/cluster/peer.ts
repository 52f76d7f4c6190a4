import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { die } from "../api/error";
import { call } from "../http/call";
import { type Pve } from "../pve";
import { type Log } from "../task/tasks";

const PORT = 8006;
const POLL_MS = 100;

/** Another node of the cluster, worked on as root. */
export class Peer {
  constructor(
    private readonly pve: Pve,
    readonly node: string,
    private readonly address: string,
  ) {}

  /** Have the node do something with a VM, to the end of its task; its log is passed on. */
  async vm(vmid: string, action: string, params: Record<string, unknown>, log: Log): Promise<void> {
    const task = await this.demand("POST", `/qemu/${vmid}/${action}`, params);
    const path = `/tasks/${encodeURIComponent(String(task))}`;
    for (;;) {
      const state = (await this.demand("GET", `${path}/status`)) as Record<string, string>;
      if (state["status"] === "running") {
        await sleep(POLL_MS);
        continue;
      }
      const lines = (await this.demand("GET", `${path}/log`, { limit: 0 })) as { t: string }[];
      for (const { t } of lines) if (!t.startsWith("TASK ")) log(t);
      if (state["exitstatus"] !== "OK") die(state["exitstatus"] ?? "unexpected status");
      return;
    }
  }

  private async demand(method: string, path: string, params?: Record<string, unknown>) {
    const { ticket, csrf } = this.pve.tickets.issue("root@pam");
    const to = {
      host: this.address,
      port: PORT,
      // The nodes of a cluster share one certificate here, which is for the first one's address.
      ca: readFileSync(join(this.pve.paths.etc, "pve-ssl.pem")),
      checkServerIdentity: () => undefined,
      headers: {
        cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`,
        csrfpreventiontoken: csrf,
      },
    };
    const answer = await call(request, to, method, `/nodes/${this.node}${path}`, params);
    if (answer.status === 200) return answer.data;
    return die(`${this.node}: ${answer.status} ${answer.message?.trimEnd() ?? ""}`);
  }
}
