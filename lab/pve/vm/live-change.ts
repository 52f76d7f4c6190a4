import { type Pve } from "../pve";
import { parseNet } from "./values";

/** Keys that need nothing from the running guest. */
const IMMEDIATE = [
  "name",
  "description",
  "onboot",
  "startup",
  "protection",
  "tags",
  "hookscript",
  "lock",
  "shares",
  "vmstatestorage",
];

/** Whether a running guest takes a change at once; otherwise it waits for the next start. */
export function changesLive(
  key: string,
  before: string | undefined,
  after: string | undefined,
): boolean {
  if (IMMEDIATE.includes(key) || /^unused\d+$/.test(key)) return true;
  if (before === undefined && after === undefined) return true;
  if (!/^net\d+$/.test(key) || before === undefined || after === undefined) return false;
  const [old, next] = [parseNet(before), parseNet(after)];
  return ["model", "macaddr", "queues", "mtu"].every((field) => old[field] === next[field]);
}

/** Tell a running guest, or the host's side of it, about a change. */
export async function plugLive(
  { backend }: Pve,
  vmid: string,
  key: string,
  before: string | undefined,
  after: string,
): Promise<void> {
  const index = /^net(\d+)$/.exec(key)?.[1];
  if (index === undefined || before === undefined) return;
  const [old, next] = [parseNet(before), parseNet(after)];
  if (old["bridge"] !== next["bridge"] && next["bridge"] !== undefined) {
    await backend.attachTap(`tap${vmid}i${index}`, next["bridge"]);
  }
  if ((old["link_down"] ?? "0") !== (next["link_down"] ?? "0")) {
    const up = next["link_down"] !== "1";
    await backend.monitor(vmid, "set_link", { name: `net${index}`, up });
  }
}
