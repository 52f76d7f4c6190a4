import { randomBytes } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { die } from "../api/error";
import { readOr, writeAtomic } from "../state/atomic";
import { type PortPlan, type VmPlan } from "./backend";
import { attempt, run } from "./run";

/** The name space that stands for "driven by vfio": the host no longer sees what is in it. */
const VFIO = "vfio";

/** What was changed on the host for one guest, so that it can be undone by anybody. */
interface WiringRecord {
  readonly taps: readonly string[];
  readonly ports: readonly { readonly link: string; readonly mac: string; readonly up: boolean }[];
}

const recordFile = (runDirectory: string, vmid: string): string =>
  join(runDirectory, `${vmid}.wiring`);

interface Link {
  readonly ifname: string;
  readonly flags: readonly string[];
}

/** The links of the host, or of the name space of passed-through ports. */
export async function linksOf(namespace?: string): Promise<Link[]> {
  const where = namespace === undefined ? [] : ["-n", namespace];
  const { code, stdout } = await attempt("ip", [...where, "-j", "link", "show"]);
  return code === 0 && stdout.trim() !== "" ? (JSON.parse(stdout) as Link[]) : [];
}

/** Make a guest's taps on their bridges, and taps for its ports; refuses an absent bridge. */
export async function prepareWiring(runDirectory: string, plan: VmPlan): Promise<void> {
  for (const { bridge } of plan.taps) {
    if (!existsSync(`/sys/class/net/${bridge}/bridge`)) die(`bridge '${bridge}' does not exist`);
  }
  const links = new Map((await linksOf()).map((link) => [link.ifname, link]));
  for (const { link, address } of plan.ports) {
    if (!links.has(link)) die(`PCI device '${address}': host link '${link}' is missing`);
  }
  const record: WiringRecord = {
    taps: [...plan.taps, ...plan.ports].map(({ tap }) => tap),
    ports: plan.ports.map(({ link, mac }) => ({
      link,
      mac,
      up: links.get(link)?.flags.includes("UP") ?? false,
    })),
  };
  writeAtomic(recordFile(runDirectory, plan.vmid), JSON.stringify(record));
  for (const tap of record.taps) {
    await attempt("ip", ["link", "delete", tap]);
    await run("ip", "tuntap", "add", "dev", tap, "mode", "tap");
    await attempt("sysctl", ["-qw", `net.ipv6.conf.${tap}.disable_ipv6=1`]);
  }
  for (const { tap, bridge } of plan.taps) {
    // A new one each time, as Proxmox has it; but a bridge takes the lowest address of its ports,
    // and its own must not change with its guests.
    const own = randomBytes(5).toString("hex").replaceAll(/../g, ":$&");
    await run("ip", "link", "set", tap, "address", `fe${own}`);
    await run("ip", "link", "set", tap, "master", bridge, "up");
  }
}

/** Take a guest's ports out of the host's view and join them to QEMU's taps. */
export async function takePorts(ports: readonly PortPlan[]): Promise<void> {
  if (ports.length === 0) return;
  await attempt("ip", ["netns", "add", VFIO]);
  for (const { link, tap, mac } of ports) {
    const bridge = `p-${link}`.slice(0, 15);
    const inside = (...args: string[]) => run("ip", "-n", VFIO, ...args);
    await run("ip", "link", "set", link, "down", "netns", VFIO);
    await run("ip", "link", "set", tap, "netns", VFIO);
    await attempt("ip", ["-n", VFIO, "link", "delete", bridge]);
    await inside("link", "add", bridge, "type", "bridge", "forward_delay", "0");
    // The guest has the port's own address; with it on the link, the bridge would keep its frames.
    const standIn = `02${mac.slice(2)}`;
    await inside("link", "set", link, "address", standIn, "master", bridge, "up");
    await inside("link", "set", tap, "master", bridge, "up");
    await inside("link", "set", bridge, "up");
  }
}

/** Undo everything that was wired for a guest; harmless when there is nothing to undo. */
export async function releaseWiring(runDirectory: string, vmid: string): Promise<void> {
  const file = recordFile(runDirectory, vmid);
  if (!existsSync(file)) return;
  const { taps, ports } = JSON.parse(readOr(file, "{}")) as WiringRecord;
  for (const tap of taps) {
    await attempt("ip", ["link", "delete", tap]);
    await attempt("ip", ["-n", VFIO, "link", "delete", tap]);
  }
  for (const { link, mac, up } of ports) {
    const inside = (...args: string[]) => attempt("ip", ["-n", VFIO, ...args]);
    await inside("link", "delete", `p-${link}`.slice(0, 15));
    const moved = await inside("link", "set", link, "down", "address", mac, "netns", "1");
    if (moved.code === 0) await attempt("ip", ["link", "set", link, up ? "up" : "down"]);
  }
  rmSync(file, { force: true });
}

/** Which passed-through links have a cable, by name. */
export async function cables(): Promise<ReadonlyMap<string, boolean>> {
  const links = await linksOf(VFIO);
  return new Map(links.map(({ ifname, flags }) => [ifname, flags.includes("LOWER_UP")]));
}
