/** For each key the place of the first one that is the same, where that is not itself. */
export function earlierTwins(keys: readonly string[]): (number | undefined)[] {
  const first = new Map<string, number>();
  return keys.map((key, i) => {
    const twin = first.get(key);
    if (twin === undefined) first.set(key, i);
    return twin;
  });
}
