import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Distil Proxmox VE's API dump into the parameters, formats and permissions the lab checks.
 *
 * Usage: `npx tsx lab/pve/generate-schema.ts <proxmox-api-schema.json>`. Descriptions, return
 * types and paths the lab does not serve are left out; equal parameter schemas are stored once.
 */
type Json = null | string | number | boolean | Json[] | { [key: string]: Json };
type Table = Record<string, Json>;

const SERVED = [
  /^\/access(\/(ticket|users.*|acl|roles.*|permissions))?$/,
  /^\/cluster(\/(resources|nextid|status|tasks|options|log))?$/,
  /^\/cluster\/mapping(\/pci.*)?$/,
  /^\/cluster\/firewall.*$/,
  /^\/cluster\/sdn(\/(zones|vnets|ipams).*)?$/,
  /^\/nodes(\/\{node\}(\/(status|version|time|dns|lxc|startall|stopall|query-url-metadata))?)?$/,
  /^\/nodes\/\{node\}\/(network|tasks|firewall|hardware)(\/.*)?$/,
  /^\/nodes\/\{node\}\/storage(\/\{storage\}(\/(content.*|status|upload|download-url))?)?$/,
  /^\/nodes\/\{node\}\/sdn(\/zones.*)?$/,
  /^\/nodes\/\{node\}\/qemu(\/\{vmid\}(\/(agent|firewall|status|cloudinit)(\/.*)?)?)?$/,
  /^\/nodes\/\{node\}\/qemu\/\{vmid\}\/(clone|config|pending|move_disk|resize|template|unlink)$/,
  /^\/nodes\/\{node\}\/qemu\/\{vmid\}\/(feature|migrate|snapshot)$/,
  /^\/(pools|storage)(\/.*)?$/,
  /^\/version$/,
];

const PROSE = [
  "description",
  "verbose_description",
  "format_description",
  "typetext",
  "title",
  "renderer",
  "default",
];

/** Drop prose where it is prose: a parameter may itself be called "description". */
function withoutProse(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutProse);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, inner]) => !(PROSE.includes(key) && (inner === null || typeof inner !== "object")),
      )
      .map(([key, inner]) => [key, withoutProse(inner)]),
  );
}

function generate(source: string): Table {
  const dump = JSON.parse(readFileSync(source, "utf8")) as {
    meta: Table;
    formats: Record<string, { kind: string; schema?: Json }>;
    paths: Record<string, Record<string, Table>>;
  };
  const shared: Json[] = [];
  const indexes = new Map<string, number>();
  const intern = (schema: Json): number => {
    const plain = withoutProse(schema);
    const key = JSON.stringify(plain);
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, shared.length);
    return shared.push(plain) - 1;
  };

  const methods: Table = {};
  for (const [path, verbs] of Object.entries(dump.paths)) {
    if (!SERVED.some((pattern) => pattern.test(path))) continue;
    for (const [verb, method] of Object.entries(verbs)) {
      const parameters = (method["parameters"] ?? {}) as Table;
      const properties = (parameters["properties"] ?? {}) as Table;
      const permissions = (method["permissions"] ?? {}) as Table;
      methods[`${verb} ${path}`] = {
        open: parameters["additionalProperties"] === 0 ? 0 : 1,
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, schema]) => [name, intern(schema)]),
        ),
        ...("check" in permissions ? { check: permissions["check"] } : {}),
        ...("user" in permissions ? { user: permissions["user"] } : {}),
      };
    }
  }
  const formats = Object.fromEntries(
    Object.entries(dump.formats)
      .filter(([, format]) => format.schema !== undefined)
      .map(([name, format]) => [name, withoutProse(format.schema as Json)]),
  );
  return { version: dump.meta["pve-manager"] as Json, formats, shared, methods };
}

/** One entry a line, so that a newer Proxmox shows as a legible diff. */
function lines(table: Table): string {
  const section = ([name, value]: [string, Json]): string => {
    if (value === null || typeof value !== "object") return `"${name}": ${JSON.stringify(value)}`;
    const entries = Array.isArray(value)
      ? value.map((item) => JSON.stringify(item))
      : Object.entries(value).map(([key, item]) => `"${key}": ${JSON.stringify(item)}`);
    const [open, close] = Array.isArray(value) ? "[]" : "{}";
    return `"${name}": ${open}\n${entries.join(",\n")}\n${close}`;
  };
  return `{\n${Object.entries(table).map(section).join(",\n")}\n}\n`;
}

const source = process.argv[2];
if (source === undefined) {
  throw new Error("usage: tsx lab/pve/generate-schema.ts <proxmox-api-schema.json>");
}
writeFileSync(join(__dirname, "generated", "schema.json"), lines(generate(source)));
