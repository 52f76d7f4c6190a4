import { integerIssues } from "./integer";
import { type Issues, issue, quote } from "./issues";
import { joinIssues } from "./joined-issues";
import { parseMac, sameMacIssues } from "./mac";
import type { RouterInterface } from "./router-network";

/** A port of what a guest is given. */
export interface CardPort {
  readonly address: string;
  readonly mac?: string;
}

/** How an interface is told which NIC it is. */
export interface Attachment {
  readonly bridge?: unknown;
  readonly mac?: string;
  readonly port?: number;
}

const PORT = { min: 0, max: 255 };

/** Every reason why interfaces do not say which NIC each of them is, as far as that is known early. */
export function attachmentIssues(attached: readonly Attachment[], counted: boolean): Issues {
  const first = new Map<number, string>();
  return attached.flatMap(({ bridge, mac, port }, i) => {
    const path = `interfaces[${i}]`;
    if (port === undefined) {
      return bridge === undefined && mac === undefined
        ? issue(path, "none of bridge, mac and port", "one of them")
        : [];
    }
    const other = first.get(port);
    if (other === undefined) first.set(port, `${path}.port`);
    return [
      ...integerIssues(`${path}.port`, port, PORT),
      ...(bridge === undefined ? [] : issue(`${path}.bridge`, "port is declared too", "one")),
      ...(mac === undefined ? [] : issue(`${path}.mac`, "port is declared too", "one of them")),
      ...(counted ? [] : issue(`${path}.port`, "no ports to count", "the card's ports beside it")),
      ...(other === undefined
        ? []
        : issue(`${path}.port`, `${port} is the same as ${other}`, "a port of its own")),
    ];
  });
}

/** Every reason why the ports that a card turns out to have are not those that interfaces name. */
function portIssues(attached: readonly Attachment[], ports: readonly CardPort[]): Issues {
  const macs = ports.flatMap(({ mac }) => (mac === undefined ? [] : [mac.toLowerCase()]));
  const here = ports.map(({ address, mac }, i) => `${i} (${mac ?? address})`).join(", ");
  return attached.flatMap(({ bridge, mac, port }, i) => {
    const path = `interfaces[${i}]`;
    if (port !== undefined) {
      const found = ports[port];
      if (!found) return issue(`${path}.port`, `no port ${port} on the card`, here || "a card");
      return found.mac === undefined
        ? issue(`${path}.port`, `${found.address} tells no MAC`, "mac in its place")
        : [];
    }
    // A port that tells none may be the one.
    if (bridge !== undefined || mac === undefined || macs.length < ports.length) return [];
    return macs.includes(parseMac(mac) ?? "")
      ? []
      : issue(`${path}.mac`, `no port of the card has ${quote(mac)}`, macs.join(", ") || "a card");
  });
}

/** Interfaces with the MACs of the ports that they are. */
export const withPorts = (
  interfaces: readonly RouterInterface[],
  attached: readonly Attachment[],
  ports: readonly CardPort[],
): RouterInterface[] =>
  interfaces.map((one, i) => {
    const mac = ports[attached[i]?.port ?? -1]?.mac;
    return mac === undefined ? one : { ...one, mac };
  });

/** The issues of ports that are known by now, those that only show together included. */
export const knownPortIssues = (
  interfaces: readonly RouterInterface[],
  attached: readonly Attachment[],
  ports: readonly CardPort[],
): Issues =>
  joinIssues(
    portIssues(attached, ports),
    sameMacIssues(
      withPorts(interfaces, attached, ports).map(({ mac }, i) => ({
        path: `interfaces[${i}].${attached[i]?.port === undefined ? "mac" : "port"}`,
        mac,
      })),
    ),
  );
