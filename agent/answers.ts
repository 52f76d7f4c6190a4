/** What the agent says of one slice, and of the change that is open. */
export interface SliceStatus {
  /** Number of the generation that is confirmed, 0 without one. */
  readonly generation: number;
  /** Its checksum, or `none`. */
  readonly confirmed: string;
  /** Why the last change was taken back, if it was; a restart of the machine forgets it. */
  readonly undone?: string;
  /** The change that is open on the machine, of whatever slice. */
  readonly open?: OpenChange;
}

/** A change that is neither confirmed nor taken back yet. */
interface OpenChange {
  readonly slice: string;
  readonly target: string;
  readonly state: string;
  /** Seconds until the machine takes it back. */
  readonly left: number;
}

/** Read what `status` printed. */
export function parseStatus(slice: string, text: string): SliceStatus {
  const confirmed = new RegExp(`^confirmed ${slice} (\\d+) (\\S+)$`, "m").exec(text);
  const last = new RegExp(`^last ${slice} rolled back: (.*)$`, "m").exec(text);
  const open = /^open (\S+) (\S+) (\S*) (-?\d+) ?/m.exec(text);
  return {
    generation: Number(confirmed?.[1] ?? 0),
    confirmed: confirmed?.[2] ?? "none",
    ...(last?.[1] && { undone: last[1] }),
    ...(open?.[1] && {
      open: {
        slice: open[1],
        target: open[2] ?? "",
        state: open[3] ?? "",
        left: Number(open[4]),
      },
    }),
  };
}

/** Read what `begin` printed: nothing to do, or seconds that are left at most to confirm. */
export function parseBegun(text: string): { target: string } | { left: number } | undefined {
  const unchanged = /^UNCHANGED \d+ (\S+)$/m.exec(text)?.[1];
  const left = /^(?:ARMED|APPLIED) \S+ (-?\d+)$/m.exec(text)?.[1];
  if (unchanged) return { target: unchanged };
  return left === undefined ? undefined : { left: Number(left) };
}

/** The checksum of what `confirm` says is kept from now on. */
export const parseCommitted = (text: string): string | undefined =>
  /^COMMITTED \d+ (\S+)$/m.exec(text)?.[1];

/** Read a verdict in words: why the last change was taken back, and where the machine is now. */
export function parseVerdict(text: string): { why: string; generation: number } | undefined {
  const [, why, generation] =
    /rolled back: (.*); the machine is at generation (\d+) \(unchanged\)/s.exec(text) ?? [];
  return why === undefined ? undefined : { why, generation: Number(generation) };
}

/**
 * What differs on the machine from what was confirmed for a slice, a sentence each, read from the
 * answer to `driftCall`.
 */
export function parseDrift(slice: string, text: string): string[] {
  const lines = text.slice(text.indexOf("\n\n")).split("\n");
  return lines.flatMap((line) =>
    line.startsWith(`${slice}: `) ? [line.slice(slice.length + 2)] : [],
  );
}

/** What the machine has to say of others that own packets there, before its first change. */
export const parseSurvey = (text: string): string[] =>
  [...text.matchAll(/^survey (.*)$/gm)].map(([, line = ""]) => line);
