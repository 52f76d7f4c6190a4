import { AGENT, sha256 } from "./agent";

/** One thing that a slice has on a machine; each can be put, taken away and looked at. */
export type Operation =
  /** A file that is ours: in force as soon as it is applied, or from the next boot on. */
  | { kind: "file"; path: string; text: string; mode?: number; at?: "live" | "boot" }
  /** Files of others that contradict ours: a pattern below /etc or /run; they come back. */
  | { kind: "aside"; pattern: string }
  /** A unit of others that has to start at boot. */
  | { kind: "enable"; unit: string }
  /** The packet filter: a script that replaces the table `inet proxmox_router`. */
  | { kind: "nft"; text: string }
  /** The packet filter between the ports of a bridge: replaces the table `bridge proxmox_router_NAME`. */
  | { kind: "frames"; name: string; text: string }
  /** A link of ours, by ip-link(8)'s words. */
  | { kind: "link"; name: string; type: string; attributes?: Record<string, string | number> }
  /** A bridge that the Proxmox API makes, while the agent watches over the machine. */
  | {
      kind: "bridge";
      name: string;
      /** Devices of the machine that belong to it. */
      ports: readonly string[];
      /** Whether it may take what the machine is reached by. */
      free: boolean;
      /** Addresses of the machine on it, with their prefix, as ip(8) prints them. */
      addresses: readonly string[];
      /** All that the API is told; its checksum tells one declaration from another. */
      declared: unknown;
    }
  /** What the Proxmox API has no words for in the stanza of such a bridge. */
  | {
      kind: "stanza";
      name: string;
      /** Its Ethernet address, or the device that it is taken from. */
      mac: string;
      /** Whether it looks for loops. */
      stp: boolean;
      /** Seconds before a new port forwards. */
      forwardDelay: number;
    }
  /** Such a bridge has what its ports would have in that file: the addresses, the lease, the ways out. */
  | {
      kind: "uplink";
      name: string;
      ports: readonly string[];
      /** Whether it may take that from them. */
      free: boolean;
      /** Whether its IPv4 address is a lease. */
      dhcp: boolean;
      /** Default gateways, one of each family at most. */
      gateways: readonly string[];
    }
  /** An address with its prefix. */
  | { kind: "address"; device: string; address: string }
  /** A way to a network, straight or by a gateway. */
  | { kind: "route"; device: string; destination: string; gateway?: string }
  /** A network of which nothing is led anywhere but what has a way of its own. */
  | { kind: "unreachable"; destination: string }
  /** An address that is answered for on a device (proxy ARP, proxy NDP). */
  | { kind: "neighbour"; device: string; address: string }
  /**
   * The way to one guest over the interface that Proxmox makes for it, as a port of `bridge`, at each
   * start: it is taken off that.
   */
  | {
      kind: "tap";
      name: string;
      bridge: string;
      /** Addresses of the machine on it, with their prefix, as ip(8) prints them. */
      own: readonly string[];
      /** The guest's. */
      guest: readonly string[];
      /** Devices on which the machine answers for those. */
      on: readonly string[];
    }
  /** A kernel setting below `net/`; what it was comes back with its last owner. */
  | { kind: "sysctl"; key: string; value: number }
  /**
   * Words on the kernel's command line from the next start on; `intel:` is before one that is only for
   * machines with Intel's IOMMU. With `pci=assign-busses` network cards keep their names.
   */
  | { kind: "cmdline"; words: readonly string[] }
  /** A service whose unit file is ours; it runs as long as it is declared. */
  | { kind: "unit"; unit: string }
  /** A program that a service of ours runs, and the package that has it. */
  | { kind: "program"; name: string; package: string }
  /** A service of others that reads our files, and how it is told. */
  | { kind: "service"; unit: string; verb: "restart" | "reload" }
  /** systemd-networkd, which reads our files; its DHCP servers on some devices forget their leases. */
  | { kind: "networkd"; forget?: readonly string[] }
  /**
   * A DHCP server of systemd-networkd on a device that somebody else sets up: its file is
   * `20-DEVICE.network`. With `forget` it forgets its leases when it changes.
   */
  | { kind: "serve"; device: string; forget?: boolean }
  /**
   * How many virtual functions a card has, which is known by its permanent MAC or its PCI address.
   * `reset` allows to take those away first that nobody uses; with `guests` no driver takes them.
   */
  | { kind: "vfs"; card: string; count: number; reset?: boolean; guests?: boolean }
  /** A setting of one of them, by ip-link(8)'s words; `optional` if the driver may refuse it. */
  | { kind: "vf"; card: string; number: number; optional?: boolean; setting: VfSetting };

/** Rates are in Mbit/s, 0 for none; a VLAN of 0 is none. */
export type VfSetting =
  | { mac: string }
  | { vlan: number; qos?: number }
  | { trust: "on" | "off" }
  | { spoofchk: "on" | "off" }
  | { state: "auto" | "enable" | "disable" }
  | { max_tx_rate: number }
  | { min_tx_rate: number };

/** Time for a new connection to confirm, in seconds, where nothing else is said. */
export const CONFIRM_SECONDS = 120;

/** Everything that one component has on one machine. */
export interface Slice {
  /** Name on the machine: lower-case letters, digits and dashes. */
  readonly id: string;
  /** Whose it is, so that two stacks with one name do not take turns. */
  readonly owner: string;
  /** In the order they are put; the packet filter belongs last. */
  readonly operations: readonly Operation[];
  /**
   * Time for a new connection to confirm, in seconds, 30 to 3600.
   * @default CONFIRM_SECONDS
   */
  readonly confirmSeconds?: number;
  /**
   * What the machine does when its way back fails again and again; a restarted machine comes up
   * with what was confirmed last.
   * @default "alert"
   */
  readonly onRollbackFailure?: "alert" | "reboot";
  /**
   * Whether a machine without systemd, OpenRC and procd may run the watcher with nothing above it.
   * @default false
   */
  readonly allowBareDeadman?: boolean;
}

/**
 * Render a slice as the text that travels to the machine: members, each after a line with its name
 * and the number of its lines. Equal slices give equal bytes.
 */
export function renderBundle(slice: Slice): string {
  const files = slice.operations.flatMap((one) => ("text" in one ? [one.text] : []));
  let member = 0;
  const ops = slice.operations.map((one) => line(one, () => `files/${++member}`));
  return [
    { name: "head", text: head(slice) },
    { name: "ops", text: ops.map((op) => `${op}\n`).join("") },
    ...files.map((text, i) => ({ name: `files/${i + 1}`, text })),
  ]
    .map(({ name, text }) => `member ${name} ${text.split("\n").length - 1}\n${text}`)
    .join("");
}

/** What a generation is known by: the checksum of its bundle. */
export const targetOf = (bundle: string): string => sha256(bundle);

const head = ({ id, owner, confirmSeconds = CONFIRM_SECONDS, ...slice }: Slice) =>
  [
    `slice ${id}`,
    `owner ${owner}`,
    `agent ${sha256(AGENT)}`,
    `confirm ${confirmSeconds}`,
    `failure ${slice.onRollbackFailure ?? "alert"}`,
    `deadman ${slice.allowBareDeadman ? "bare" : "supervised"}`,
    "",
  ].join("\n");

function line(one: Operation, member: () => string): string {
  switch (one.kind) {
    case "file": {
      const mode = (one.mode ?? 0o644).toString(8).padStart(4, "0");
      return `file ${one.path} ${mode} ${one.at ?? "live"} ${member()}`;
    }
    case "aside":
      return `aside ${one.pattern}`;
    case "enable":
    case "unit":
      return `${one.kind} ${one.unit}`;
    case "nft":
      return `nft ${member()}`;
    case "frames":
      return `frames ${one.name} ${member()}`;
    case "link": {
      const attributes = Object.entries(one.attributes ?? {}).flat();
      return ["link", one.name, one.type, ...attributes].join(" ");
    }
    case "bridge": {
      const ports = one.ports.length > 0 ? one.ports.join(",") : "none";
      const sum = sha256(JSON.stringify(one.declared)).slice(0, 16);
      const guard = one.free ? "free" : "guarded";
      return ["bridge", one.name, ports, guard, sum, ...one.addresses].join(" ");
    }
    case "stanza": {
      const { name, mac, stp, forwardDelay } = one;
      return `stanza ${name} ${mac} ${stp ? "on" : "off"} ${forwardDelay}`;
    }
    case "uplink": {
      const { name, ports, free, dhcp, gateways } = one;
      const words = [free ? "free" : "guarded", dhcp ? "dhcp" : "static"];
      return ["uplink", name, ports.join(","), ...words, ...gateways].join(" ");
    }
    case "address":
    case "neighbour":
      return `${one.kind} ${one.device} ${one.address}`;
    case "route":
      return `route ${one.device} ${one.destination}${one.gateway ? ` via ${one.gateway}` : ""}`;
    case "unreachable":
      return `unreachable ${one.destination}`;
    case "tap":
      return [
        "tap",
        one.name,
        one.bridge,
        "own",
        ...one.own,
        "guest",
        ...one.guest,
        "on",
        ...one.on,
      ].join(" ");
    case "sysctl":
      return `sysctl ${one.key} ${one.value}`;
    case "cmdline":
      return ["cmdline", ...one.words].join(" ");
    case "program":
      return `program ${one.name} ${one.package}`;
    case "service":
      return `service ${one.unit} ${one.verb}`;
    case "networkd":
      return ["networkd", ...(one.forget ?? [])].join(" ");
    case "serve":
      return `serve ${one.device} ${one.forget ? "forget" : "keep"}`;
    case "vfs": {
      const { card, count, reset, guests } = one;
      return `vfs ${card.toLowerCase()} ${count} ${reset ? "reset" : "keep"} ${guests ? "guests" : "host"}`;
    }
    case "vf": {
      const { card, number, optional, setting } = one;
      const words =
        "vlan" in setting
          ? ["vlan", setting.vlan, "qos", setting.qos ?? 0]
          : Object.entries<string | number>(setting).flat();
      const all = ["vf", card, number, optional ? "optional" : "required", ...words];
      // Addresses are compared with those that the kernel writes.
      return all.join(" ").toLowerCase();
    }
  }
}
