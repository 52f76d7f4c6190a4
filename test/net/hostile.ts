import fc from "fast-check";

/** Values that nobody means: text that is read as something else, kinds that do not fit, traps. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    ...["", " ", "\n", "a\nb=c", "$(touch canary)", "`id`", "a;b", "a,b", "#", "%h", "../..", "\0"],
    ...["\u202e", "\ufeff", "\ud800", "é", "_", "-oProxyCommand=x", "all", "*", "::1", "0.0.0.0"],
    ...["10.0.0.1", "10.0.0.1/24", "fd00::1", "fd00::1/64", "fe80::1%a", "010.0.0.1", "1e3", "a%d"],
    ...["02:00:00:00:00:01", "__proto__", "static", "infinite", "tag:x", "x".repeat(70_000)],
  ),
  fc.constantFrom<unknown>(
    ...[null, undefined, true, false, Number.NaN, -1, 0, -0, 1.5, 1e21, 2 ** 31, 5n, Symbol("s")],
    ...[{}, [], [[]], () => 1, new Date(0), JSON.parse('{"__proto__": {"stp": true}}') as unknown],
  ),
  fc.constant(0).map(() => {
    const cycle: Record<string, unknown> = {};
    cycle.name = cycle;
    return cycle;
  }),
  fc.constant(0).map(
    (): unknown =>
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("hostile");
          },
        },
      ),
  ),
  fc.string({ unit: "binary" }),
  fc.double(),
);

/** The way to each of a value's places, from the outside in. */
export function places(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  const below =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, one]) => places(one, [...at, key]))
      : [];
  return [at, ...below];
}

/** A copy of a value with another one in one of its places. */
export function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (
    Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  ) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
