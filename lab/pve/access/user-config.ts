import generated from "../generated/schema.json";

/** What /etc/pve/user.cfg declares. */
export interface UserConfig {
  readonly users: ReadonlyMap<string, { readonly enabled: boolean; readonly comment: string }>;
  readonly tokens: ReadonlyMap<string, { readonly separated: boolean }>;
  /** Privileges by role. */
  readonly roles: ReadonlyMap<string, readonly string[]>;
  readonly acl: readonly AclEntry[];
  /** Members by pool: `vmids` and `storages` as Proxmox lists them. */
  readonly pools: ReadonlyMap<string, Pool>;
}

/** One grant of a role to a user or token on a path. */
interface AclEntry {
  readonly propagate: boolean;
  readonly path: string;
  readonly id: string;
  readonly role: string;
}

/** A resource pool. */
export interface Pool {
  readonly comment: string;
  readonly vms: readonly string[];
  readonly storages: readonly string[];
}

/** Every privilege that the served part of the API asks for. */
const PRIVILEGES = [
  ...new Set(
    [
      ...JSON.stringify(generated).matchAll(
        /"((?:VM|Sys|Datastore|SDN|Pool|Mapping|User|Group|Realm|Permissions)\.[A-Za-z.]+)"/g,
      ),
    ].map((match) => match[1] as string),
  ),
  "VM.Config.Network",
  "SDN.Use",
  "Datastore.AllocateSpace",
];

/** Read Proxmox's user.cfg: `kind:field:field…`, one entry a line. */
export function parseUserConfig(content: string): UserConfig {
  const users = new Map<string, { enabled: boolean; comment: string }>();
  const tokens = new Map<string, { separated: boolean }>();
  const roles = new Map<string, readonly string[]>([
    ["Administrator", PRIVILEGES],
    ["PVEAuditor", PRIVILEGES.filter((name) => name.endsWith(".Audit"))],
    ["PVEVMAdmin", PRIVILEGES.filter((name) => name.startsWith("VM."))],
    ["PVEDatastoreUser", ["Datastore.AllocateSpace", "Datastore.Audit"]],
    ["PVEMappingUser", ["Mapping.Use", "Mapping.Audit"]],
    ["PVESDNUser", ["SDN.Use", "SDN.Audit"]],
    ["NoAccess", []],
  ]);
  const acl: AclEntry[] = [];
  const pools = new Map<string, Pool>();
  for (const line of content.split("\n")) {
    const [kind, ...fields] = line.split(":");
    const field = (index: number) => fields[index] ?? "";
    const list = (index: number) => field(index).split(/[,;]/).filter(Boolean);
    if (kind === "user") {
      users.set(field(0), { enabled: field(1) === "1", comment: field(6) });
    } else if (kind === "token") tokens.set(field(0), { separated: field(2) === "1" });
    else if (kind === "role") roles.set(field(0), list(1));
    else if (kind === "pool") {
      pools.set(field(0), { comment: field(1), vms: list(2), storages: list(3) });
    } else if (kind === "acl") {
      for (const id of list(2)) {
        for (const role of list(3)) {
          acl.push({ propagate: field(0) === "1", path: field(1), id, role });
        }
      }
    }
  }
  return { users, tokens, roles, acl, pools };
}

/** Rewrite the pools of a user.cfg, leaving every other line as it is. */
export function withPools(content: string, pools: UserConfig["pools"]): string {
  const others = content.split("\n").filter((line) => !line.startsWith("pool:") && line !== "");
  const lines = [...pools].map(
    ([id, pool]) => `pool:${id}:${pool.comment}:${pool.vms.join(",")}:${pool.storages.join(",")}:`,
  );
  return `${[...others, ...lines].join("\n")}\n`;
}
