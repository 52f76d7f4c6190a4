/** A copy of an object that lacks some of its keys. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: K[]): Omit<T, K> {
  const names = new Set<PropertyKey>(keys);
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name))) as Omit<
    T,
    K
  >;
}
