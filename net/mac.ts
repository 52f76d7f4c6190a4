import { createHash } from "node:crypto";
import { got, type Issues, issue, quote } from "./issues";

const UNICAST = /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/;

/** Addresses that move between machines at run time, or that software draws from by itself. */
const VIRTUAL = [
  { prefix: "00:00:5e:00:01:", owner: "VRRP" },
  { prefix: "00:00:5e:00:02:", owner: "VRRP" },
  { prefix: "02:42:", owner: "Docker" },
];
const PROXMOX = { prefix: "bc:24:11:", owner: "Proxmox" };

/** Read a unicast Ethernet address; lower case, as the kernel prints and systemd matches it. */
export function parseMac(text: string): string | undefined {
  const mac = text.toLowerCase();
  return UNICAST.test(mac) && mac !== "00:00:00:00:00:00" ? mac : undefined;
}

/** Every reason why a value can not be the permanent address of a NIC. */
export function macIssues(path: string, value: unknown): Issues {
  return reasons(path, value, VIRTUAL);
}

/** Every reason why a value can not be given to a NIC, where Proxmox draws others by itself. */
export function givenMacIssues(path: string, value: unknown): Issues {
  return reasons(path, value, [...VIRTUAL, PROXMOX]);
}

/** Every MAC that is declared again, in whatever spelling. */
export function sameMacIssues(macs: readonly { path: string; mac: string }[]): Issues {
  const first = new Map<string, string>();
  return macs.flatMap(({ path, mac }) => {
    const read = parseMac(mac);
    const other = read && first.get(read);
    if (read && !other) first.set(read, path);
    return other ? issue(path, `${quote(mac)} is the same as ${other}`, "a MAC of its own") : [];
  });
}

/**
 * A stable, locally administered address for a NIC that has none of its own.
 *
 * The same owner and NIC always get the same address, so a guest's interface names survive a rebuild.
 */
export function deriveMac(owner: string, nic: string): string {
  const digest = createHash("sha256").update(`${owner}\0${nic}`).digest("hex");
  const bytes = digest.match(/../g) ?? [];
  // 02:42 is Docker's.
  const start = bytes.findIndex((byte) => byte !== "42");
  return ["02", ...bytes.slice(start, start + 5)].join(":");
}

function reasons(
  path: string,
  value: unknown,
  taken: readonly { prefix: string; owner: string }[],
) {
  const mac = typeof value === "string" ? parseMac(value) : undefined;
  if (!mac) return issue(path, got(value), "a unicast MAC such as 68:05:ca:00:01:00");
  const other = taken.find(({ prefix }) => mac.startsWith(prefix));
  return other
    ? issue(path, `${quote(value)} is from the range of ${other.owner}`, "a MAC outside it")
    : [];
}
