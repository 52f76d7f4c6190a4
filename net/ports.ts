import { type Bounds, integerIssues, isWithin, parseDecimal } from "./integer";
import { got, type Issues, issue } from "./issues";

/** A run of ports, both ends included. */
export interface PortRange {
  /** First port. */
  from: number;
  /** Last port. */
  to: number;
}

const PORT: Bounds = { min: 1, max: 65535 };

/** Every reason why a value is not a port. */
export function portIssues(path: string, value: unknown): Issues {
  return integerIssues(path, value, PORT);
}

/** Every reason why a value is not a range of at least two ports. */
export function portRangeIssues(path: string, { from, to }: PortRange): Issues {
  const ends = [...portIssues(`${path}.from`, from), ...portIssues(`${path}.to`, to)];
  if (ends.length > 0) return ends;
  if (from > to) return issue(path, `${from} comes after ${to}`, "from not above to");
  return from === to ? issue(path, `got the one port ${from} as a range`, "the port alone") : [];
}

/** Every reason why the ports of a range can not be mapped one to one to those of another. */
export function portMappingIssues(path: string, outside: PortRange, inside: PortRange): Issues {
  const [wanted, given] = [sizeOf(outside), sizeOf(inside)];
  return wanted === given
    ? []
    : issue(
        path,
        `${formatPorts(inside)} holds ${given}`,
        `${wanted} as in ${formatPorts(outside)}`,
      );
}

/** Read `80` or `8000-8010` in its one accepted spelling. */
export function parsePorts(text: string): PortRange | undefined {
  const [from, to, ...rest] = text.split("-").map(parseDecimal);
  if (from === undefined || rest.length > 0 || !isWithin(from, PORT)) return undefined;
  if (!text.includes("-")) return { from, to: from };
  return to !== undefined && isWithin(to, PORT) && from < to ? { from, to } : undefined;
}

/** Every reason why a value is neither the text of a port nor of a range of ports. */
export function portTextIssues(path: string, value: unknown): Issues {
  return typeof value === "string" && parsePorts(value)
    ? []
    : issue(path, got(value), "a port such as 443 or a range such as 8000-8010");
}

/** Print ports as nft and people write them. */
export function formatPorts({ from, to }: PortRange): string {
  return from === to ? `${from}` : `${from}-${to}`;
}

/** Whether two ranges share a port. */
export function portsOverlap(a: PortRange, b: PortRange): boolean {
  return a.from <= b.to && b.from <= a.to;
}

const sizeOf = ({ from, to }: PortRange) => to - from + 1;
