import type { FirewallPolicy } from "../policy";
import { FAMILIES, formatPrefix, membersOf, prefixesOf } from "../policy-resolve";
import { block, elements, IP } from "./text";

/** The named sets of a policy, one for each family that has members or may get some. */
export function namedSets({ sets = [] }: FirewallPolicy): string[] {
  return sets.flatMap(({ name, timeout }) =>
    FAMILIES.flatMap((family) => {
      const head = `set set_${name}_${family}`;
      const type = `type ${IP[family].type}`;
      return timeout === undefined
        ? elements(
            head,
            [type, "flags interval"],
            prefixesOf(membersOf(sets, name), family).map(formatPrefix),
          )
        : block(head, [type, "size 65535", "flags dynamic,timeout", `timeout ${timeout}s`]);
    }),
  );
}

/** The sets of `block`: empty until somebody is blocked. */
export const BLOCKED = FAMILIES.flatMap((family) =>
  block(`set blocked${family}`, [`type ${IP[family].type}`, "flags dynamic,timeout", "timeout 1d"]),
);
