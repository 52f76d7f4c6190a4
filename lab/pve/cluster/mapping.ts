import { die } from "../api/error";
import { flag, many, need, type Router, splitList, text } from "../api/router";
import { requirePrivileges } from "../access/permission";
import { isRoot } from "../access/caller";
import { type Pve } from "../pve";
import { digestOf } from "../vm/config-file";
import {
  findMapping,
  mappingComplaint,
  mappings,
  mappingText,
  type PciMapping,
  saveMappings,
} from "./pci-mapping";

/** Named PCI devices of the cluster. */
export function mappingRoutes(router: Router, pve: Pve): void {
  router.on("GET", "/cluster/mapping", () => [{ name: "pci" }]);

  router.on("GET", "/cluster/mapping/pci", ({ params, caller }) => {
    const node = text(params, "check-node");
    if (node !== undefined && !isRoot(caller)) {
      requirePrivileges(pve.users, caller, `/nodes/${node}`, ["Sys.Audit"]);
    }
    return mappings(pve).map((mapping) => ({
      ...shown(mapping),
      ...(node === undefined ? {} : { checks: checksOf(pve, mapping, node) }),
    }));
  });

  router.on("GET", "/cluster/mapping/pci/{id}", ({ params }) => {
    const id = need(params, "id");
    const mapping = findMapping(pve, id);
    // Not "does not exist", although the provider would take only that for an absent object.
    if (mapping === undefined) die(`mapping '${id}' not found`);
    return { ...shown(mapping), digest: digestOf(mappingText(pve)) };
  });

  router.on("POST", "/cluster/mapping/pci", ({ params }) => {
    const id = need(params, "id");
    const all = mappings(pve);
    if (all.some((mapping) => mapping.id === id)) die(`pci ID '${id}' already defined`);
    const description = text(params, "description");
    const created: PciMapping = {
      id,
      lines: many(params, "map"),
      map: [],
      ...(description === undefined ? {} : { description }),
      ...(flag(params, "mdev") ? { mdev: "1" } : {}),
    };
    saveMappings(pve, [...all, created]);
  });

  router.on("PUT", "/cluster/mapping/pci/{id}", ({ params }) => {
    const id = need(params, "id");
    const known = findMapping(pve, id) ?? die(`mapping '${id}' not found`);
    const digest = text(params, "digest");
    if (digest !== undefined && digest !== digestOf(mappingText(pve))) {
      die("detected modified configuration - file changed by other user? Try again.");
    }
    const remove = splitList(text(params, "delete"));
    const map = many(params, "map");
    const next = {
      ...known,
      ...(map.length > 0 ? { lines: map } : {}),
      ...(params["description"] === undefined ? {} : { description: need(params, "description") }),
      ...(params["mdev"] === undefined ? {} : { mdev: need(params, "mdev") }),
    };
    const kept = Object.fromEntries(
      Object.entries(next).filter(([key]) => !remove.includes(key)),
    ) as unknown as PciMapping;
    saveMappings(
      pve,
      mappings(pve).map((mapping) => (mapping.id === id ? kept : mapping)),
    );
  });

  router.on("DELETE", "/cluster/mapping/pci/{id}", ({ params }) => {
    const id = need(params, "id");
    saveMappings(
      pve,
      mappings(pve).filter((mapping) => mapping.id !== id),
    );
  });
}

const shown = ({ id, description, mdev, lines }: PciMapping) => ({
  id,
  type: "pci",
  map: lines,
  ...(description === undefined ? {} : { description }),
  ...(mdev === undefined ? {} : { mdev: Number(mdev) }),
});

function checksOf(pve: Pve, { id, map }: PciMapping, node: string) {
  const here = map.filter((entry) => entry.node === node);
  if (here.length === 0) {
    return [{ severity: "warning", message: `No mapping for node ${node}.` }];
  }
  return here
    .map((entry) => mappingComplaint(pve.inventory, id, entry))
    .filter((complaint) => complaint !== undefined)
    .map((complaint) => ({ severity: "error", message: `Invalid configuration: ${complaint}` }));
}
