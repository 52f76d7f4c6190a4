/** The parts of a task's identifier. */
export interface Upid {
  readonly node: string;
  readonly pid: number;
  /** Start of the process in clock ticks; here a number that makes the task unique. */
  readonly pstart: number;
  /** Start of the task in seconds since 1970. */
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, "0");

/** Print an identifier as `UPID:node:pid:pstart:starttime:type:id:user:`. */
export const printUpid = ({ node, pid, pstart, starttime, type, id, user }: Upid): string =>
  `UPID:${node}:${hex(pid)}:${hex(pstart)}:${hex(starttime)}:${type}:${id}:${user}:`;

/** Read an identifier; undefined when it is not one. */
export function parseUpid(text: string): Upid | undefined {
  const match =
    /^UPID:([a-zA-Z0-9-]+):([0-9A-F]{8,9}):([0-9A-F]{8,9}):([0-9A-F]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, node = "", pid = "", pstart = "", starttime = "", type = "", id = "", user = ""] = match;
  const number = (digits: string) => Number.parseInt(digits, 16);
  return {
    node,
    pid: number(pid),
    pstart: number(pstart),
    starttime: number(starttime),
    type,
    id,
    user,
  };
}
