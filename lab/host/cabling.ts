import { writeCable } from "./cables";
import { must, run } from "./command";
import { ip } from "./netns";
import { HOST } from "./nodes";
import { HOST_NETNS, netnsOf, PORTS, SEGMENTS, type SegmentName } from "./segments";

/** Name of the host's end of an attached client, as of the first link of a container 901, 902. */
const hostEnd = (client: SegmentName) => `veth90${client.slice(2)}i0`;

/** Connect a client to a bridge of the host, as a guest of it; again after each boot of the host. */
export async function attach(bridge = "vmbr1", client: SegmentName = "vm1"): Promise<void> {
  const segment = SEGMENTS.find(({ name }) => name === client);
  if (segment?.kind !== "guest")
    throw new Error(`client: ${client} has a cable; expected vm1 or vm2`);

  await detach(client);
  const netns = netnsOf(client);
  const guestEnd = `eth0 address ${segment.mac} netns ${netns}`;
  await ip(HOST_NETNS, [
    `link add ${hostEnd(client)} type veth peer name ${guestEnd}`,
    `link set ${hostEnd(client)} master ${bridge} up`,
  ]);
  await ip(netns, ["link set eth0 up"]);
}

/** Take a client off the host again; fine when it was not attached. */
export async function detach(client: SegmentName = "vm1"): Promise<void> {
  await run(["ip", "-n", netnsOf(client), "link", "del", "eth0"]);
}

/** Plug in the cable between the host's card and a segment. */
export const plug = (segment: SegmentName): Promise<void> => cable(segment, true);

/** Pull the cable between the host's card and a segment. */
export const unplug = (segment: SegmentName): Promise<void> => cable(segment, false);

async function cable(segment: SegmentName, plugged: boolean): Promise<void> {
  const port = PORTS.find((candidate) => candidate.segment === segment);
  if (port === undefined) throw new Error(`segment: ${segment} has no cable to the host's card`);
  writeCable(port.name, plugged);
  const state = plugged ? "up" : "down";
  await must(["ip", "-n", netnsOf(segment), "link", "set", HOST.wire, state]);
}
