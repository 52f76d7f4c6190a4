import { readFileSync } from "node:fs";
import { join } from "node:path";
import { die } from "../api/error";
import { flag, need, type Router, splitList, text } from "../api/router";
import { type Pool, withPools } from "../access/user-config";
import { type Pve } from "../pve";
import { writeAtomic } from "../state/atomic";

/** Resource pools and their members. */
export function poolRoutes(router: Router, pve: Pve): void {
  const { users, vms } = pve;

  const pool = (id: string): Pool =>
    users.config.pools.get(id) ?? die(`pool '${id}' does not exist`);

  const members = ({ vms: ids, storages }: Pool) => [
    ...ids
      .filter((id) => vms.exists(id))
      .map((id) => ({
        id: `qemu/${id}`,
        node: pve.node,
        type: "qemu",
        vmid: Number(id),
        name: vms.keys(id)["name"],
      })),
    ...storages.map((storage) => ({
      id: `storage/${pve.node}/${storage}`,
      node: pve.node,
      type: "storage",
      storage,
    })),
  ];

  router.on("GET", "/pools", ({ params }) => {
    const id = text(params, "poolid");
    if (id === undefined) {
      return [...users.config.pools].map(([poolid, { comment }]) => ({ poolid, comment }));
    }
    return [{ poolid: id, comment: pool(id).comment, members: members(pool(id)) }];
  });

  router.on("GET", "/pools/{poolid}", ({ params }) => {
    const found = pool(need(params, "poolid"));
    return { comment: found.comment, members: members(found) };
  });

  router.on("POST", "/pools", ({ params }) => {
    const id = need(params, "poolid");
    const { pools } = users.config;
    if (pools.has(id)) die(`pool '${id}' already exists`);
    const comment = text(params, "comment") ?? "";
    save(pve, new Map([...pools, [id, { comment, vms: [], storages: [] }]]));
  });

  const change = (params: Parameters<typeof need>[0]): void => {
    const id = need(params, "poolid");
    const found = pool(id);
    const ids = splitList(text(params, "vms"));
    for (const vmid of ids) if (!vms.exists(vmid)) die(`VM ${vmid} does not exist`);
    const left = found.vms.filter((vmid) => !ids.includes(vmid));
    const next = flag(params, "delete") ? left : [...left, ...ids];
    const comment = text(params, "comment") ?? found.comment;
    save(pve, new Map([...users.config.pools, [id, { ...found, comment, vms: next }]]));
  };
  router.on("PUT", "/pools", ({ params }) => change(params));
  router.on("PUT", "/pools/{poolid}", ({ params }) => change(params));

  const remove = (id: string): void => {
    const found = pool(id);
    if (found.vms.length > 0) die(`pool '${id}' is not empty (contains VM ${found.vms[0] ?? ""})`);
    save(pve, new Map([...users.config.pools].filter(([other]) => other !== id)));
  };
  router.on("DELETE", "/pools", ({ params }) => remove(need(params, "poolid")));
  router.on("DELETE", "/pools/{poolid}", ({ params }) => remove(need(params, "poolid")));
}

/** Put a VM into a pool. */
export function joinPool(pve: Pve, id: string, vmid: string): void {
  const { pools } = pve.users.config;
  const pool = pools.get(id) ?? die(`pool '${id}' does not exist`);
  save(pve, new Map([...pools, [id, { ...pool, vms: [...pool.vms, vmid] }]]));
}

/** Take a VM out of every pool. */
export function leavePools(pve: Pve, vmid: string): void {
  const { pools } = pve.users.config;
  if (![...pools.values()].some(({ vms }) => vms.includes(vmid))) return;
  const without = [...pools].map(
    ([id, pool]) => [id, { ...pool, vms: pool.vms.filter((other) => other !== vmid) }] as const,
  );
  save(pve, new Map(without));
}

function save({ paths }: Pve, pools: ReadonlyMap<string, Pool>): void {
  const file = join(paths.etc, "user.cfg");
  writeAtomic(file, withPools(readFileSync(file, "utf8"), pools));
}
