import type { Cidr, Family } from "./cidr";
import { byPlace, rangeHolds, rangeOf } from "./range";

/** A network, and what tells it from another at the same place. */
interface Placed {
  readonly cidr: Cidr;
  readonly tenure: string;
}

/**
 * Every two networks of which one lies in the other, the one declared later first.
 *
 * Networks never overlap in part, so one pass in order of place, with those that are still open,
 * finds all pairs. Of several that are the same only the first is paired with what lies within.
 */
export function nestedPairs<T extends Placed>(
  networks: readonly T[],
): { readonly one: T; readonly other: T }[] {
  const placed = networks
    .map((value, order) => ({ value, order, range: rangeOf(value.cidr) }))
    .sort((a, b) => byPlace(a.range, b.range) || a.order - b.order);
  const pairs: { later: number; one: T; other: T }[] = [];
  let open: typeof placed = [];
  for (const next of placed) {
    open = open.filter(({ range }) => rangeHolds(range, next.range));
    for (const outer of open) {
      const [first, later] = outer.order < next.order ? [outer, next] : [next, outer];
      pairs.push({ later: later.order, one: later.value, other: first.value });
    }
    const twin = open.find(
      ({ range, value }) => rangeHolds(next.range, range) && value.tenure === next.value.tenure,
    );
    if (!twin) open.push(next);
  }
  return pairs.sort((a, b) => a.later - b.later).map(({ one, other }) => ({ one, other }));
}

/** Finds the narrowest network that holds an address, among many, in a few steps. */
export function lookup<T extends Placed>(
  networks: readonly T[],
): (family: Family, value: bigint) => T | undefined {
  const byPrefix = new Map<number, Map<string, T>>();
  for (const one of networks) {
    const { family, prefix } = one.cidr;
    const level = prefix + family * 1000;
    const table = byPrefix.get(level) ?? new Map<string, T>();
    const key = String(rangeOf(one.cidr).first);
    if (!table.has(key)) table.set(key, one);
    byPrefix.set(level, table);
  }
  const levels = [...byPrefix.keys()].sort((a, b) => b - a);
  return (family, address) => {
    for (const level of levels) {
      if (Math.floor(level / 1000) !== family) continue;
      const { first } = rangeOf({ family, address, prefix: level % 1000 });
      const found = byPrefix.get(level)?.get(String(first));
      if (found) return found;
    }
    return undefined;
  };
}
