import { ApiError, refuseParams } from "../api/error";
import { type Call, flag, need, Reply, type Router, splitList, text } from "../api/router";
import { type Pve } from "../pve";
import { type Params } from "../schema/check";
import { type Interface } from "./interface";
import { checkInterface } from "./interface-checks";
import { interfaceList } from "./interface-list";
import { dropStaged, promoteStaged, readInterfaces, stagedDiff, stageInterfaces } from "./staged";

const TEXTS = [
  "type",
  "cidr",
  "cidr6",
  "gateway",
  "gateway6",
  "bridge_ports",
  "bridge_vids",
  "mtu",
  "slaves",
  "bond_mode",
  "vlan-raw-device",
  "vlan-id",
] as const;

/** The host's network configuration: staged first, in force after a reload. */
export function networkRoutes(router: Router, pve: Pve): void {
  const base = "/nodes/{node}/network";

  router.on("GET", base, async ({ params }) => {
    const wanted = text(params, "type");
    const all = await interfaceList(pve, readInterfaces(pve));
    const bridges = ["any_bridge", "any_local_bridge", "include_sdn"];
    const list = all.filter(
      ({ type }) =>
        wanted === undefined || type === wanted || (bridges.includes(wanted) && type === "bridge"),
    );
    const changes = stagedDiff(pve);
    return changes === "" ? list : new Reply(list, { changes });
  });

  router.on("GET", `${base}/{iface}`, async ({ params }) => {
    const all = await interfaceList(pve, readInterfaces(pve));
    return all.find(({ iface }) => iface === params["iface"]) ?? absent();
  });

  router.on("POST", base, ({ params }) => {
    const name = need(params, "iface");
    const all = readInterfaces(pve);
    if (all.known.has(name)) refuseParams({ iface: "interface already exists" });
    const item = described(params, { iface: name, options: [], options6: [] });
    checkInterface(all, item);
    all.known.set(name, item);
    // Foreign lines such as `source` stay last.
    const tail = all.order.findIndex((entry) => "line" in entry);
    all.order.splice(tail === -1 ? all.order.length : tail, 0, { iface: name });
    stageInterfaces(pve, all);
  });

  router.on("PUT", `${base}/{iface}`, ({ params }) => {
    const all = readInterfaces(pve);
    const known = all.known.get(need(params, "iface")) ?? absent();
    const remove = splitList(text(params, "delete"));
    const kept = Object.fromEntries(
      Object.entries(known).filter(([key]) => !remove.includes(key)),
    ) as unknown as Interface;
    const item = described(params, kept);
    checkInterface(all, item);
    all.known.set(item.iface, item);
    stageInterfaces(pve, all);
  });

  router.on("DELETE", `${base}/{iface}`, ({ params }) => {
    const name = need(params, "iface");
    const all = readInterfaces(pve);
    if (!all.known.delete(name)) absent();
    const index = all.order.findIndex((entry) => "iface" in entry && entry.iface === name);
    all.order.splice(index, 1);
    stageInterfaces(pve, all);
  });

  router.on("DELETE", base, () => dropStaged(pve));

  router.on("PUT", base, ({ caller }: Call) =>
    pve.tasks.start("srvreload", "networking", caller, async (log) => {
      // A failed reload leaves the new file in place: Proxmox renames it first.
      promoteStaged(pve);
      await pve.backend.reloadNetwork(log);
    }),
  );
}

function absent(): never {
  throw new ApiError(400, "Parameter verification failed.", { iface: "interface does not exist" });
}

/** An interface with what a request says about it. */
function described(params: Params, base: Interface): Interface {
  const item: Interface = { ...base };
  for (const key of TEXTS) {
    const value = text(params, key);
    if (value !== undefined) item[key] = value;
  }
  const addressed = (address: string, mask: string, key: "cidr" | "cidr6") => {
    const value = text(params, address);
    if (value !== undefined) item[key] = `${value}/${text(params, mask) ?? ""}`;
  };
  addressed("address", "netmask", "cidr");
  addressed("address6", "netmask6", "cidr6");
  if (params["autostart"] !== undefined) item.autostart = flag(params, "autostart");
  if (params["bridge_vlan_aware"] !== undefined) {
    item.bridge_vlan_aware = flag(params, "bridge_vlan_aware");
  }
  for (const key of ["comments", "comments6"] as const) {
    const value = text(params, key);
    if (value !== undefined) item[key] = `${value.replace(/\n$/, "")}\n`;
  }
  item.method = item.cidr === undefined ? (item.method === "dhcp" ? "dhcp" : "manual") : "static";
  if (item.cidr6 !== undefined) item.method6 = "static";
  else if (item.method6 === "static") Reflect.deleteProperty(item, "method6");
  return item;
}
