import { readCables } from "./cables";
import { must, run } from "./command";
import { inNetns, ip, ipJson, labNetns, netnsPids } from "./netns";
import { HOST, type LabNode } from "./nodes";
import { killAll } from "./process";
import { ADDRESS, ADMIN_LINK, netnsOf, SEGMENTS, type Segment } from "./segments";

/** Set last, so that half-made networks are not taken for whole ones. */
const WHOLE = "proxmox-router lab, complete";

/** Whether all networks around the host are there. */
export async function segmentsWired(): Promise<boolean> {
  const present = labNetns();
  if (!SEGMENTS.every(({ name }) => present.includes(netnsOf(name)))) return false;
  const links = await ipJson<{ ifname: string; ifalias?: string }>(undefined, ["link", "show"]);
  return links.some(({ ifname, ifalias }) => ifname === ADMIN_LINK && ifalias === WHOLE);
}

/** Make the networks around the host; none may exist. */
export async function wireSegments(): Promise<void> {
  for (const segment of SEGMENTS) await makeSegment(segment);
  await cableOutside();

  const admin = netnsOf("admin");
  await ip(undefined, [
    `link add ${ADMIN_LINK} type veth peer name root netns ${admin}`,
    `address add ${ADDRESS.admin}/24 dev ${ADMIN_LINK}`,
    `link set ${ADMIN_LINK} up`,
  ]);
  await ip(admin, ["link set root master eth0 up"]);
  await must(["ip", "link", "set", ADMIN_LINK, "alias", WHOLE]);
}

/** Give a node fresh network cards in a fresh namespace, as at every power-on. */
export async function wireNode(node: LabNode): Promise<void> {
  const { netns: own, ports, wire } = node;
  // The old namespace may still be going down: taking the cables out first frees their names.
  for (const { segment } of ports) await run(["ip", "-n", netnsOf(segment), "link", "del", wire]);
  if (labNetns().includes(own)) await ip(undefined, [`netns del ${own}`]);
  await ip(undefined, [`netns add ${own}`]);

  const cables = node === HOST ? readCables() : {};
  for (const { name, mac, segment, plugged } of ports) {
    const netns = netnsOf(segment);
    const port = `${name} netns ${own} address ${mac}`;
    await ip(undefined, [`link add ${port} type veth peer name ${wire} netns ${netns}`]);
    await ip(netns, [`link set ${wire} master eth0 ${(cables[name] ?? plugged) ? "up" : "down"}`]);
  }
}

/** Take away every network of the lab, and every process in one. */
export async function unwire(): Promise<void> {
  const names = labNetns();
  await killAll(names.flatMap(netnsPids), "SIGKILL");
  await run(["ip", "link", "del", ADMIN_LINK]);
  for (const name of names) await ip(undefined, [`netns del ${name}`]);
}

async function makeSegment({ name, kind, mac, addresses, router }: Segment): Promise<void> {
  const netns = netnsOf(name);
  await ip(undefined, [`netns add ${netns}`]);
  await ip(netns, ["link set lo up"]);
  if (router) {
    const on = ["net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"];
    const script = on.map((key) => `echo 1 >/proc/sys/${key}`).join(" && ");
    await must(inNetns(netns, ["sh", "-c", script]));
  }
  if (kind === "switch") {
    await ip(netns, [
      `link add eth0 address ${mac} type bridge forward_delay 0 mcast_snooping 0`,
      ...addresses.map((address) => addAddress(address, "eth0")),
      "link set eth0 up",
    ]);
  }
}

/** The outside host, one hop behind the provider's router. */
async function cableOutside(): Promise<void> {
  const [wan, out] = [netnsOf("wan"), netnsOf("out")];
  const outside = SEGMENTS.find(({ kind }) => kind === "outside");
  if (outside === undefined) return;

  await ip(wan, [
    `link add out type veth peer name eth0 address ${outside.mac} netns ${out}`,
    addAddress("fe80::1/64", "out"),
    "link set out up",
    ...outside.addresses.map((address) => `route add ${address} dev out`),
  ]);
  await ip(out, [
    ...outside.addresses.map((address) => addAddress(address, "eth0")),
    "link set eth0 up",
    `route add ${ADDRESS.provider} dev eth0`,
    `route add default via ${ADDRESS.provider}`,
    "route add default via fe80::1 dev eth0",
  ]);
}

// Nobody else can have these addresses, and looking for a duplicate takes a second.
const addAddress = (address: string, link: string) =>
  `address add ${address} dev ${link}${address.includes(":") ? " nodad" : ""}`;
