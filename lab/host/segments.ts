/** The network namespace that the host's network cards are in. */
export const HOST_NETNS = "prlab-pve";

/** Addresses of the lab that others rely on. */
export const ADDRESS = {
  host: "10.99.0.2",
  /** The second node, where a test has one. */
  second: "10.99.0.4",
  /** This machine, on the host's management network. */
  admin: "10.99.0.1",
  provider: "203.0.113.1",
  /** What the provider gives the host. */
  customer: "203.0.113.10",
  customer6: "2001:db8:113::10",
  outside: "198.51.100.80",
  outside6: "2001:db8:51::80",
} as const;

/** This machine's link to the management network. */
export const ADMIN_LINK = "prlab0";

/** A place to stand in, outside of the host. */
export type SegmentName = "admin" | "wan" | "out" | "lan" | "opt1" | "opt2" | "vm1" | "vm2";

/** One network outside of the host; a namespace whose interface is always called `eth0`. */
export interface Segment {
  readonly name: SegmentName;
  /** The interface's MAC address, the same in every lab so that leases are. */
  readonly mac: string;
  /** Fixed addresses with prefix length; a client segment has none and asks for one. */
  readonly addresses: readonly string[];
  /** Passes packets on between its links. */
  readonly router: boolean;
  /**
   * What `eth0` is: a switch that the host's card is plugged into, one end of a cable to the
   * provider, or nothing before a client is attached to a bridge of the host.
   */
  readonly kind: "switch" | "outside" | "guest";
}

const client = { addresses: [], router: false } as const;

/** Every network around the host. */
export const SEGMENTS: readonly Segment[] = [
  {
    name: "admin",
    mac: "52:54:00:99:00:03",
    addresses: ["10.99.0.3/24"],
    router: false,
    kind: "switch",
  },
  {
    name: "wan",
    mac: "52:54:00:99:01:01",
    addresses: [`${ADDRESS.provider}/24`, "2001:db8:113::1/64"],
    router: true,
    kind: "switch",
  },
  {
    name: "out",
    mac: "52:54:00:99:01:80",
    addresses: [`${ADDRESS.outside}/32`, `${ADDRESS.outside6}/128`],
    router: false,
    kind: "outside",
  },
  { name: "lan", mac: "52:54:00:99:02:01", kind: "switch", ...client },
  { name: "opt1", mac: "52:54:00:99:02:02", kind: "switch", ...client },
  { name: "opt2", mac: "52:54:00:99:02:03", kind: "switch", ...client },
  { name: "vm1", mac: "52:54:00:99:03:01", kind: "guest", ...client },
  { name: "vm2", mac: "52:54:00:99:03:02", kind: "guest", ...client },
];

/** A network card of the host, and the switch it is cabled to. */
export interface HostPort {
  readonly name: string;
  readonly mac: string;
  readonly segment: SegmentName;
  /** Whether its cable is plugged in when the lab comes up. */
  readonly plugged: boolean;
}

/** The host's network cards: one on board, and four ports on one PCI card. */
export const PORTS: readonly HostPort[] = [
  { name: "eno1", mac: "68:05:ca:00:00:01", segment: "admin", plugged: true },
  { name: "enp1s0f0", mac: "68:05:ca:00:01:00", segment: "wan", plugged: true },
  { name: "enp1s0f1", mac: "68:05:ca:00:01:01", segment: "lan", plugged: true },
  { name: "enp1s0f2", mac: "68:05:ca:00:01:02", segment: "opt1", plugged: true },
  { name: "enp1s0f3", mac: "68:05:ca:00:01:03", segment: "opt2", plugged: false },
];

/** The namespace of a segment. */
export const netnsOf = (segment: SegmentName): string => `prlab-${segment}`;
