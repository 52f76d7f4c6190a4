import { setTimeout as sleep } from "node:timers/promises";
import { must } from "../../lab/host/command";
import { inNetns } from "../../lab/host/netns";
import { HOST, type LabNode } from "../../lab/host/nodes";

/** An IPv4 and an IPv6 address of one guest. */
export type Pair = readonly [four: string, six: string];

/** That both addresses of a guest are led to its interface, and answered for. */
export const leads = (tap: string) => new RegExp(`dev ${tap}[^]*dev ${tap}[^]*proxy[^]*proxy`);

/** That a node has nothing of a guest. */
export const NOTHING = /^$/;

/** The routes to a guest, and where the host answers for it, as the kernel lists them. */
async function listed([four, six]: Pair, { netns }: LabNode): Promise<string> {
  const script = `ip -o route show ${four} proto 213; ip -6 -o route show ${six} proto 213; ip neighbour show proxy | grep -wE '${four}|${six}'; true`;
  return must(inNetns(netns, ["sh", "-c", script]));
}

/** What a node has of a guest once it is as expected, or a second after `change`. */
export async function aSecondAfter(
  change: Promise<unknown>,
  guest: Pair,
  expected: RegExp,
  node = HOST,
): Promise<string> {
  await change;
  const end = Date.now() + 1000;
  let found = await listed(guest, node);
  while (!expected.test(found) && Date.now() < end) {
    await sleep(50);
    found = await listed(guest, node);
  }
  return found;
}
