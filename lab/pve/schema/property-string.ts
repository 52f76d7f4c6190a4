import { type ObjectSchema } from "./model";

/** The fields of a property string such as `virtio=BC:..,bridge=vmbr0`. */
export type Fields = Record<string, string>;

/** Split a property string into its fields, or say in Proxmox's words why that fails. */
export function parsePropertyString(schema: ObjectSchema, text: string): Fields | string {
  const defaultKey = Object.entries(schema).find(([, field]) => field.default_key === 1)?.[0];
  const fields: Fields = {};
  for (const part of text.split(",").filter((piece) => piece.trim() !== "")) {
    const pair = /^([^=]+)=(.+)$/s.exec(part);
    let [key, value] = pair ? [pair[1] as string, pair[2] as string] : [defaultKey, part];
    if (key === undefined) return "value without key, but schema does not define a default key";
    const { alias, keyAlias } = pair ? (schema[key] ?? {}) : {};
    if (pair && alias !== undefined) {
      if (keyAlias !== undefined) {
        if (fields[keyAlias] !== undefined) return `ambiguous key '${key}'`;
        fields[keyAlias] = key;
      }
      key = alias;
    }
    if (fields[key] !== undefined) return `duplicate key in comma-separated list property: ${key}`;
    // Proxmox reads a bare "model=virtio" and "virtio=MAC" alike.
    value = value.trim();
    fields[key] = value;
  }
  return fields;
}

/** Print fields as Proxmox does: the default key first and bare, the rest by name. */
export function printPropertyString(schema: ObjectSchema, fields: Readonly<Fields>): string {
  const left = { ...fields };
  const parts: string[] = [];
  const defaultKey = Object.entries(schema).find(([, field]) => field.default_key === 1)?.[0];
  if (defaultKey !== undefined && left[defaultKey] !== undefined) {
    const value = left[defaultKey];
    const aliased = Object.hasOwn(schema, value) ? schema[value] : undefined;
    if (aliased?.keyAlias === defaultKey && aliased.alias !== undefined && left[aliased.alias]) {
      parts.push(`${value}=${left[aliased.alias] ?? ""}`);
      Reflect.deleteProperty(left, aliased.alias);
    } else parts.push(value);
    Reflect.deleteProperty(left, defaultKey);
  }
  for (const key of Object.keys(left).sort()) parts.push(`${key}=${left[key] ?? ""}`);
  return parts.join(",");
}
