import { createHash } from "node:crypto";

const UNICAST = /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/;

/** Read a unicast Ethernet address; lower case, as the kernel prints and systemd matches it. */
export function parseMac(text: string): string | undefined {
  const mac = text.toLowerCase();
  return UNICAST.test(mac) && mac !== "00:00:00:00:00:00" ? mac : undefined;
}

/**
 * A stable, locally administered address for a NIC that has none of its own.
 *
 * The same owner and NIC always get the same address, so a guest's interface names survive a rebuild.
 */
export function deriveMac(owner: string, nic: string): string {
  const digest = createHash("sha256").update(`${owner}\0${nic}`).digest("hex");
  return ["02", ...(digest.match(/../g) ?? []).slice(0, 5)].join(":");
}
