import { rmSync } from "node:fs";
import { without } from "../state/without";
import { die } from "../api/error";
import { need, type Router, splitList, text } from "../api/router";
import { requirePrivileges } from "../access/permission";
import { isRoot } from "../access/caller";
import { type Pve } from "../pve";
import { parseSize } from "./size";
import { readImageHeader } from "./qcow2";
import { type Section } from "../state/section-config";
import { splitVolid } from "./storages";

/** Storages: their configuration, state and volumes. */
export function storageRoutes(router: Router, pve: Pve): void {
  const { storages, users } = pve;
  const base = "/nodes/{node}/storage";

  router.on("GET", "/storage", () => storages.list().map(shown));
  router.on("GET", "/storage/{storage}", ({ params }) =>
    shown(storages.config(need(params, "storage"))),
  );
  router.on("POST", "/storage", ({ params }) => {
    const { storage: id, type, ...values } = without(params, "nodes");
    if (storages.list().some((known) => known.id === id)) {
      die(`create storage failed: storage ID '${String(id)}' already defined`);
    }
    storages.save([...storages.list(), section(String(type), String(id), values)]);
    return { storage: id, type };
  });
  router.on("PUT", "/storage/{storage}", ({ params }) => {
    const { storage, delete: remove, ...values } = without(params, "digest");
    const known = storages.config(String(storage));
    const gone = splitList(remove === undefined ? undefined : String(remove));
    const next = section(known.type, known.id, values);
    const kept = Object.entries({ ...known.values, ...next.values }).filter(
      ([key]) => !gone.includes(key),
    );
    const changed = { ...known, values: Object.fromEntries(kept) };
    storages.save(storages.list().map((item) => (item.id === storage ? changed : item)));
    return { storage, type: known.type };
  });
  router.on("DELETE", "/storage/{storage}", ({ params }) => {
    const id = need(params, "storage");
    storages.config(id);
    storages.save(storages.list().filter((item) => item.id !== id));
  });

  const status = (id: string) => {
    const { total, used, avail } = storages.usage(id);
    return {
      type: storages.config(id).type,
      content: storages.contents(id).join(","),
      total,
      used,
      avail,
      active: 1,
      enabled: 1,
      shared: 0,
    };
  };
  router.on("GET", base, ({ params, caller }) => {
    const content = text(params, "content");
    const only = text(params, "storage");
    return storages
      .list()
      .map(({ id }) => id)
      .filter((id) => (only ?? id) === id)
      .filter((id) => users.privileges(caller, `/storage/${id}`).has("Datastore.Audit"))
      .filter((id) => content === undefined || storages.contents(id).includes(content))
      .map((id) => {
        const state = status(id);
        return { storage: id, ...state, used_fraction: state.used / state.total };
      });
  });
  router.on("GET", `${base}/{storage}`, ({ params }) => {
    storages.config(need(params, "storage"));
    return ["content", "status", "upload", "download-url"].map((subdir) => ({ subdir }));
  });
  router.on("GET", `${base}/{storage}/status`, ({ params }) => status(need(params, "storage")));

  router.on("GET", `${base}/{storage}/content`, ({ params }) => {
    const [content, vmid] = [text(params, "content"), text(params, "vmid")];
    return storages
      .volumes(need(params, "storage"))
      .filter((volume) => (content ?? volume.content) === volume.content)
      .filter((volume) => vmid === undefined || volume.vmid === Number(vmid));
  });

  const volid = (params: Parameters<typeof need>[0]): string => {
    const volume = need(params, "volume");
    return volume.includes(":") ? volume : `${need(params, "storage")}:${volume}`;
  };
  router.on("GET", `${base}/{storage}/content/{volume}`, ({ params, caller }) => {
    const id = volid(params);
    const [storage] = splitVolid(id);
    if (!isRoot(caller)) {
      const rights = ["Datastore.Audit", "Datastore.AllocateSpace"];
      requirePrivileges(users, caller, `/storage/${storage}`, rights, true);
    }
    const found = storages.volumes(storage).find((volume) => volume.volid === id);
    if (found === undefined) die(`volume '${id}' does not exist`);
    const { format, size, used } = found;
    return { path: storages.path(id), format, size, used: used ?? size };
  });
  router.on("POST", `${base}/{storage}/content`, async ({ params }) => {
    const storage = need(params, "storage");
    const name = need(params, "filename").replace(/\.\w+$/, "");
    const size = need(params, "size");
    const bytes = parseSize(/^\d+$/.test(size) ? `${size}K` : size);
    return storages.allocate(storage, need(params, "vmid"), bytes, { name });
  });
  router.on("DELETE", `${base}/{storage}/content/{volume}`, ({ params, caller }) => {
    const id = volid(params);
    const [storage] = splitVolid(id);
    const right = /:\d+\/|:(?:vm|base)-/.test(id)
      ? "Datastore.AllocateSpace"
      : "Datastore.AllocateTemplate";
    if (!isRoot(caller)) requirePrivileges(users, caller, `/storage/${storage}`, [right]);
    if (storages.size(id) === undefined) die(`volume '${id}' does not exist`);
    return pve.tasks.start("imgdel", id.replace(":", "@"), caller, async (log) => {
      if (storages.isDirectory(storage)) rmSync(storages.path(id));
      else {
        readImageHeader(storages.path(id));
        await storages.free(id);
      }
      log(`Removed volume '${id}'`);
    });
  });
}

const section = (type: string, id: string, values: Record<string, string | string[]>): Section => ({
  type,
  id,
  values: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Array.isArray(value) ? value : [value]]),
  ),
});

const shown = ({ type, id, values }: Section) => ({
  storage: id,
  type,
  ...Object.fromEntries(Object.entries(values).map(([key, [value]]) => [key, value])),
});
