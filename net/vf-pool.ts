import { type Issues, issue, quote } from "./issues";

/** A virtual function that guests can be given. */
export interface PooledVf {
  readonly name: string;
  /** Whether somebody has given it its name, and means it when asking for one. */
  readonly named: boolean;
}

/** The function that a guest gets, or every reason why there is none for it. */
export interface VfChoice {
  readonly name?: string;
  readonly issues: Issues;
}

/**
 * The function that is asked for by name, or the next that is free: the first one without a name of
 * its own that nobody has.
 *
 * @param holders - the guest that has been given each function, by name
 */
export function chooseVf(
  vfs: readonly PooledVf[],
  holders: ReadonlyMap<string, string>,
  wanted?: string,
): VfChoice {
  if (vfs.length === 0) {
    return { issues: issue("vf", "none of them is for guests", "forGuests: true") };
  }
  if (wanted !== undefined) {
    const holder = holders.get(wanted);
    if (!vfs.some(({ name }) => name === wanted)) {
      return { issues: issue("vf", `unknown function ${quote(wanted)}`, namesOf(vfs)) };
    }
    return holder === undefined
      ? { name: wanted, issues: [] }
      : { issues: issue("vf", `${wanted} is given to ${quote(holder)}`, "one that is free") };
  }
  const pool = vfs.filter(({ named }) => !named);
  const next = pool.find(({ name }) => !holders.has(name));
  if (next) return { name: next.name, issues: [] };
  const who = pool.map(({ name }) => `${name} to ${quote(holders.get(name))}`).join(", ");
  return {
    issues:
      pool.length === 0
        ? issue("vf", "every function has a name of its own", `one of ${namesOf(vfs)}`)
        : issue("vf", `every function is given away: ${who}`, "a greater count"),
  };
}

const namesOf = (vfs: readonly PooledVf[]) => vfs.map(({ name }) => name).join(", ");
