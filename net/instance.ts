/** What an object is called that is no plain data; nothing for lists and plain objects. */
export function instanceName(value: object): string | undefined {
  if (Array.isArray(value)) return undefined;
  // One level above a plain object there is nothing, whichever realm it comes from.
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined;
  // By its mark: what is here has to work without Pulumi.
  return "__pulumiOutput" in value ? "an Output" : "an instance of a class";
}
