import { attach, dhcp, ping, resolve, routes, tcp } from "./client";
import type { Progress } from "./host/host";

/** One thing that was seen from outside the router. */
export interface Check {
  readonly what: string;
  readonly seen: string;
  readonly ok: boolean;
}

const OUTSIDE = "198.51.100.80";
const GATEWAY = "192.168.100.1";

/**
 * Look at the network of scenario `passthrough-router` from where its clients are: a machine plugged
 * into the card's lan port, and a guest on vmbr1.
 */
export async function checkRouter(progress: Progress): Promise<Check[]> {
  const lease = await progress("A client on lan asks for an address", () => dhcp("lan"));
  const inPool = /^192\.168\.100\.(\d+)$/.exec(lease.address)?.[1] ?? "0";
  const defaults = (await routes("lan")).filter((route) => route.startsWith("default"));
  const [gateway, outside, names, web, refused] = await progress("It looks around", async () => [
    await ping("lan", GATEWAY),
    await ping("lan", OUTSIDE),
    await resolve("lan", lease.dns[0] ?? GATEWAY, "outside.example.net"),
    await tcp("lan", OUTSIDE, 80),
    await tcp("lan", GATEWAY, 22),
  ]);
  const [guest, ssh] = await progress("A guest on vmbr1 does too", async () => {
    await attach("vmbr1", "vm1");
    return [await dhcp("vm1"), await tcp("vm1", "192.168.1.1", 22)];
  });

  return [
    {
      what: "lease on lan from .10 to .250, one hour",
      seen: `${lease.address}/${lease.prefix}, ${lease.leaseSeconds} s`,
      ok: Number(inPool) >= 10 && Number(inPool) <= 250 && lease.leaseSeconds === 3600,
    },
    {
      what: "one default route, the router",
      seen: defaults.join("; "),
      ok: defaults.length === 1 && defaults[0]?.includes(`via ${GATEWAY}`) === true,
    },
    {
      what: "one name server, the router",
      seen: lease.dns.join(", "),
      ok: lease.dns.length === 1 && lease.dns[0] === GATEWAY,
    },
    { what: "ping to the router", seen: answered(gateway), ok: gateway },
    { what: "ping to the outside host", seen: answered(outside), ok: outside },
    {
      what: "outside.example.net resolves",
      seen: names.join(", "),
      ok: names.includes(OUTSIDE),
    },
    {
      what: "TCP to the outside host, from the router's address",
      seen: `${web.outcome} ${web.text.trim()}`,
      ok: web.outcome === "connected" && web.text.includes("203.0.113."),
    },
    {
      what: "lease on vmbr1",
      seen: guest.address,
      ok: /^192\.168\.1\.(1[0-9]|[2-9][0-9]|1\d\d|2[0-4]\d|250)$/.test(guest.address),
    },
    { what: "SSH from lan to the router is refused", seen: refused.outcome, ok: closed(refused) },
    { what: "SSH from vm1 to the router is refused", seen: ssh.outcome, ok: closed(ssh) },
  ];
}

const answered = (yes: boolean) => (yes ? "answered" : "no answer");
const closed = ({ outcome }: { outcome: string }) => outcome === "refused";
