import generated from "../generated/schema.json";

/** The schema of one value as Proxmox's API declares it. */
export interface ValueSchema {
  readonly type?: string;
  readonly optional?: number | string;
  readonly format?: string | ObjectSchema;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number | string;
  readonly maximum?: number | string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly requires?: string;
  readonly items?: ValueSchema;
  readonly default_key?: number;
  readonly alias?: string;
  readonly keyAlias?: string;
}

/** Named values: the parameters of a method, or the fields of a property string. */
export type ObjectSchema = Readonly<Record<string, ValueSchema>>;

/** A permission expression, for example `["perm", "/vms/{vmid}", ["VM.Audit"]]`. */
export type Check = readonly (string | number | readonly string[] | Check)[];

/** What Proxmox declares about one method of one path. */
export interface MethodSchema {
  readonly open: boolean;
  readonly properties: ObjectSchema;
  readonly check?: Check;
  readonly user?: string;
}

interface Generated {
  version: string;
  formats: Record<string, ObjectSchema>;
  shared: ValueSchema[];
  methods: Record<
    string,
    { open: number; properties: Record<string, number>; check?: Check; user?: string }
  >;
}

const schema = generated as unknown as Generated;

/** The version of Proxmox VE that the checks come from. */
export const PVE_VERSION = schema.version;

const methods = new Map<string, MethodSchema>(
  Object.entries(schema.methods).map(([key, { open, properties, ...rights }]) => [
    key,
    {
      open: open === 1,
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, index]) => [name, schema.shared[index] ?? {}]),
      ),
      ...rights,
    },
  ]),
);

/** What Proxmox declares for a verb and a path template such as `/nodes/{node}/qemu`. */
export const methodSchema = (verb: string, path: string): MethodSchema | undefined =>
  methods.get(`${verb} ${path}`);

/** The fields of a format that is a property string; undefined for formats that are code. */
export const formatFields = (name: string): ObjectSchema | undefined => schema.formats[name];

/** How many slots Proxmox has of each numbered key; its schema writes only `net[n]`. */
const SLOTS: Readonly<Record<string, number>> = {
  net: 32,
  ipconfig: 32,
  scsi: 31,
  virtio: 16,
  sata: 6,
  ide: 4,
  hostpci: 16,
  serial: 4,
  parallel: 3,
  usb: 14,
  unused: 256,
  numa: 8,
  virtiofs: 10,
  link: 8,
};

/** The schema of a parameter, numbered ones included. */
export function property(fields: ObjectSchema, name: string): ValueSchema | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  const numbered = /^([a-z-]+?)(0|[1-9]\d*)$/.exec(name);
  const stem = numbered?.[1];
  if (stem === undefined || Number(numbered?.[2]) >= (SLOTS[stem] ?? 0)) return undefined;
  return fields[`${stem}[n]`];
}
