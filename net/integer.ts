import { got, type Issues, issue } from "./issues";

/** The least and the greatest integer that a field takes, and its unit where it has one. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

/** Every reason why a value is not an integer within bounds. */
export function integerIssues(path: string, value: unknown, bounds: Bounds): Issues {
  const { min, max, unit } = bounds;
  return isWithin(value, bounds)
    ? []
    : issue(path, got(value), `an integer from ${min} to ${max}${unit ? ` ${unit}` : ""}`);
}

/** Whether a value is an integer within bounds; negative zero, which prints as another, is not. */
export function isWithin(value: unknown, { min, max }: Bounds): value is number {
  return (
    typeof value === "number" &&
    Number.isSafeInteger(value) &&
    !Object.is(value, -0) &&
    min <= value &&
    value <= max
  );
}

/**
 * Read a number in its one accepted spelling, where configuration can only hold text.
 *
 * `080`, `+80`, `8e1`, `0x50` and ` 80` are refused: programs do not agree on what they mean.
 */
export function parseDecimal(text: string): number | undefined {
  const value = /^(0|-?[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
