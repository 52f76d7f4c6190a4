import { die } from "../api/error";
import { flag, many, need, type Router, text } from "../api/router";
import { requirePrivileges } from "../access/permission";
import { type Caller, isRoot } from "../access/caller";
import { type Pve } from "../pve";
import { type Params } from "../schema/check";
import { writeAtomic } from "../state/atomic";
import { digestOf } from "../vm/config-file";
import { printBridges } from "./bridges";
import { type Kind, KINDS, pendingView, readSdn, type SdnState, shown, writeSdn } from "./objects";

const NOT_FIELDS = ["delete", "digest", "lock-token", "zone", "vnet", "subnet"];

/** SDN zones, vnets and subnets: pending until they are applied. */
export function sdnRoutes(router: Router, pve: Pve): void {
  crudRoutes(router, pve, "zones", "/cluster/sdn/zones");
  crudRoutes(router, pve, "vnets", "/cluster/sdn/vnets");
  crudRoutes(router, pve, "subnets", "/cluster/sdn/vnets/{vnet}/subnets");

  router.on("GET", "/cluster/sdn", () => ["zones", "vnets", "ipams"].map((id) => ({ id })));
  router.on("GET", "/cluster/sdn/ipams", () => [{ ipam: "pve", type: "pve" }]);
  router.on("GET", "/nodes/{node}/sdn/zones", () =>
    Object.keys(readSdn(pve, "running").zones).map((zone) => ({ zone, status: "available" })),
  );

  router.on("PUT", "/cluster/sdn", ({ caller }) =>
    pve.tasks.start("reloadnetworkall", "", caller, async (log) => {
      const config = readSdn(pve, "config");
      writeSdn(pve, "running", config);
      const reload = pve.tasks.start("srvreload", "networking", caller, (line) => {
        writeAtomic(`${pve.paths.interfaces}.d/sdn`, printBridges(config));
        return pve.backend.reloadNetwork(line);
      });
      await pve.tasks.finished(reload);
      log(`${pve.node}: reloading network config`);
      // Proxmox ends this task "OK" even then; only the log and the node's own task tell.
      const { exitstatus } = pve.tasks.state(reload) ?? {};
      if (exitstatus !== "OK") log(`command failed on '${pve.node}': ${exitstatus ?? ""}`);
    }),
  );
}

function crudRoutes(router: Router, pve: Pve, kind: Kind, base: string): void {
  const key = KINDS[kind];
  const one = `${base}/{${key}}`;
  const noun = kind === "zones" ? "sdn" : kind === "vnets" ? "sdn vnet" : "sdn subnet";
  const idOf = (params: Params): string => {
    const id = need(params, key);
    if (kind !== "subnets" || !id.includes("/")) return id;
    const zone = readSdn(pve, "config").vnets[need(params, "vnet")]?.["zone"];
    return `${String(zone)}-${id.replace("/", "-")}`;
  };
  const absent = (id: string): never => die(`${noun} '${id}' does not exist`);
  const allowed = (caller: Caller, privilege: string, params: Params): void => {
    if (isRoot(caller) || kind === "zones") return;
    const vnet = text(params, "vnet") ?? "";
    const zone = text(params, "zone") ?? readSdn(pve, "config").vnets[vnet]?.["zone"] ?? "";
    const path = `/sdn/zones/${String(zone)}/${vnet}`;
    requirePrivileges(pve.users, caller, path, [privilege]);
  };
  const save = (change: (all: SdnState[Kind]) => SdnState[Kind]): void => {
    const config = readSdn(pve, "config");
    writeSdn(pve, "config", { ...config, [kind]: change(config[kind]) });
  };
  const view = (id: string, params: Params): Record<string, unknown> | undefined => {
    const [config, running] = [readSdn(pve, "config")[kind][id], readSdn(pve, "running")[kind][id]];
    if (flag(params, "pending")) {
      return (config ?? running) ? pendingView(key, id, config, running) : undefined;
    }
    const found = flag(params, "running") ? running : config;
    return found && { [key]: id, ...shown(found) };
  };
  const mine = (object: { vnet?: string | string[] } | undefined, params: Params): boolean =>
    kind !== "subnets" || object?.vnet === params["vnet"];

  router.on("GET", base, ({ params }) => {
    const [config, running] = [readSdn(pve, "config")[kind], readSdn(pve, "running")[kind]];
    return [...new Set([...Object.keys(config), ...Object.keys(running)])]
      .filter((id) => mine(config[id] ?? running[id], params))
      .map((id) => view(id, params))
      .filter((item) => item !== undefined);
  });
  router.on("GET", one, ({ params, caller }) => {
    allowed(caller, "SDN.Audit", params);
    const id = idOf(params);
    const digest = digestOf(JSON.stringify(readSdn(pve, "config")[kind]));
    return { ...(view(id, params) ?? absent(id)), digest };
  });
  router.on("POST", base, ({ params, caller }) => {
    allowed(caller, "SDN.Allocate", params);
    const id = idOf(params);
    const config = readSdn(pve, "config");
    if (config[kind][id] !== undefined) die(`${noun} object ID '${id}' already defined`);
    checkParent(config, kind, params);
    save((all) => ({ ...all, [id]: { ...fieldsOf(params), ...parentOf(config, kind, params) } }));
  });
  router.on("PUT", one, ({ params, caller }) => {
    allowed(caller, "SDN.Allocate", params);
    const id = idOf(params);
    const known = readSdn(pve, "config")[kind][id] ?? absent(id);
    const removed = many(params, "delete").flatMap((list) => list.split(/[,;\0 ]/));
    const next = Object.entries({ ...known, ...fieldsOf(params) }).filter(
      ([name]) => !removed.includes(name),
    );
    save((all) => ({ ...all, [id]: Object.fromEntries(next) }));
  });
  router.on("DELETE", one, ({ params, caller }) => {
    allowed(caller, "SDN.Allocate", params);
    const id = idOf(params);
    const config = readSdn(pve, "config");
    if (config[kind][id] === undefined) absent(id);
    checkUnused(config, kind, id);
    save((all) => Object.fromEntries(Object.entries(all).filter(([other]) => other !== id)));
  });
}

const fieldsOf = (params: Params): Record<string, string | string[]> =>
  Object.fromEntries(Object.entries(params).filter(([name]) => !NOT_FIELDS.includes(name)));

function checkParent({ zones, vnets }: SdnState, kind: Kind, params: Params): void {
  const [zone, vnet] = [need(params, "zone"), need(params, "vnet")];
  if (kind === "vnets" && zones[zone] === undefined) die(`sdn zone '${zone}' does not exist`);
  if (kind === "subnets" && vnets[vnet] === undefined) die(`sdn vnet '${vnet}' does not exist`);
}

function parentOf({ vnets }: SdnState, kind: Kind, params: Params): Record<string, string> {
  if (kind === "vnets") return { zone: need(params, "zone"), type: "vnet" };
  if (kind !== "subnets") return {};
  const cidr = need(params, "subnet");
  const vnet = need(params, "vnet");
  return { vnet, cidr, type: "subnet", zone: String(vnets[vnet]?.["zone"] ?? "") };
}

function checkUnused({ vnets, subnets }: SdnState, kind: Kind, id: string): void {
  const [vnet] =
    Object.entries(vnets).find(([, { zone }]) => kind === "zones" && zone === id) ?? [];
  if (vnet !== undefined) die(`zone '${id}' is used by vnet '${vnet}'`);
  const inside = Object.values(subnets).some((item) => kind === "vnets" && item["vnet"] === id);
  if (inside) die(`Can't delete vnet if subnets exists`);
}
