import { die } from "../api/error";
import { without } from "../state/without";
import { need, type Router, splitList, text } from "../api/router";
import { type Pve } from "../pve";
import { type Params } from "../schema/check";
import { methodSchema, property } from "../schema/model";
import { digestOf } from "../vm/config-file";
import { ipsetRoutes } from "./ipset";
import { ruleRoutes } from "./rules";
import { firewallText, patchFirewall, readFirewall, type Scope, SCOPES } from "./scope";

/** Firewall objects of the cluster, the node and VMs: stored, not put into force. */
export function firewallRoutes(router: Router, pve: Pve): void {
  for (const scope of SCOPES) {
    const file = (params: Params) => scope.file(pve, params);
    router.on("GET", scope.base, () =>
      ["rules", "options", "aliases", "ipset"].map((name) => ({ name })),
    );
    optionRoutes(router, pve, scope);
    ruleRoutes(router, {
      path: `${scope.base}/rules`,
      read: (params) => readFirewall(pve, file(params)).rules,
      write: (params, rules) => patchFirewall(pve, file(params), { rules }),
    });
    if (methodSchema("GET", `${scope.base}/aliases`) !== undefined) {
      aliasRoutes(router, pve, scope);
      ipsetRoutes(router, pve, scope);
    }
  }
  groupRoutes(router, pve);
}

function optionRoutes(router: Router, pve: Pve, { base, file }: Scope): void {
  const fields = methodSchema("PUT", `${base}/options`)?.properties ?? {};
  router.on("GET", `${base}/options`, ({ params }) => {
    const { options } = readFirewall(pve, file(pve, params));
    const typed = Object.entries(options).map(([name, value]) => {
      const type = property(fields, name)?.type;
      return [name, type === "integer" || type === "boolean" ? Number(value) : value] as const;
    });
    return {
      ...Object.fromEntries(typed),
      digest: digestOf(firewallText(pve, file(pve, params))),
    };
  });
  router.on("PUT", `${base}/options`, ({ params }) => {
    const name = file(pve, params);
    const set = without(params, "node", "vmid", "digest", "delete");
    const removed = splitList(text(params, "delete"));
    const next = Object.entries({ ...readFirewall(pve, name).options, ...set })
      .filter(([key]) => !removed.includes(key))
      .map(([key, value]) => [key, String(value)]);
    patchFirewall(pve, name, { options: Object.fromEntries(next) as Record<string, string> });
  });
}

function aliasRoutes(router: Router, pve: Pve, { base, file }: Scope): void {
  const aliases = (params: Params) => readFirewall(pve, file(pve, params)).aliases;
  const shown = (name: string, alias: { cidr: string; comment?: string }) => ({
    name,
    ...alias,
    ipversion: alias.cidr.includes(":") ? 6 : 4,
  });
  const one = (params: Params) => {
    const name = need(params, "name").toLowerCase();
    return { name, alias: aliases(params)[name] ?? die(`no such alias '${need(params, "name")}'`) };
  };
  const store = (params: Params, name: string): void => {
    const comment = text(params, "comment");
    const alias = { cidr: need(params, "cidr"), ...(comment ? { comment } : {}) };
    patchFirewall(pve, file(pve, params), { aliases: { ...aliases(params), [name]: alias } });
  };
  const without = (params: Params, name: string) =>
    Object.fromEntries(Object.entries(aliases(params)).filter(([other]) => other !== name));

  router.on("GET", `${base}/aliases`, ({ params }) =>
    Object.entries(aliases(params)).map(([name, alias]) => shown(name, alias)),
  );
  router.on("POST", `${base}/aliases`, ({ params }) => {
    const name = need(params, "name").toLowerCase();
    if (aliases(params)[name] !== undefined) die(`alias '${name}' already exists`);
    store(params, name);
  });
  router.on("GET", `${base}/aliases/{name}`, ({ params }) => {
    const { name, alias } = one(params);
    return { ...shown(name, alias), digest: digestOf(firewallText(pve, file(pve, params))) };
  });
  router.on("PUT", `${base}/aliases/{name}`, ({ params }) => {
    const { name } = one(params);
    const renamed = (text(params, "rename") ?? name).toLowerCase();
    if (renamed !== name && aliases(params)[renamed] !== undefined) {
      die(`alias '${renamed}' already exists`);
    }
    patchFirewall(pve, file(pve, params), { aliases: without(params, name) });
    store(params, renamed);
  });
  router.on("DELETE", `${base}/aliases/{name}`, ({ params }) => {
    const name = need(params, "name").toLowerCase();
    patchFirewall(pve, file(pve, params), { aliases: without(params, name) });
  });
}

function groupRoutes(router: Router, pve: Pve): void {
  const base = "/cluster/firewall/groups";
  const groups = () => readFirewall(pve, "cluster").groups;
  const group = (params: Params) => {
    const name = need(params, "group");
    return groups()[name] ?? die(`no such security group '${name}'`);
  };
  router.on("GET", base, () =>
    Object.entries(groups()).map(([name, { comment }]) => ({
      group: name,
      ...(comment === undefined ? {} : { comment }),
      digest: digestOf(firewallText(pve, "cluster")),
    })),
  );
  router.on("POST", base, ({ params }) => {
    const name = need(params, "group");
    const comment = text(params, "comment");
    const old = text(params, "rename");
    const all = groups();
    if (old === undefined && all[name] !== undefined) {
      die(`Security group '${name}' already exists`);
    }
    const source =
      old === undefined
        ? { rules: [] }
        : (all[old] ?? die(`Security group '${old}' does not exist`));
    const others = Object.fromEntries(Object.entries(all).filter(([other]) => other !== old));
    const next = { rules: source.rules, ...(comment === undefined ? {} : { comment }) };
    patchFirewall(pve, "cluster", { groups: { ...others, [name]: next } });
  });
  router.on("DELETE", `${base}/{group}`, ({ params }) => {
    const name = need(params, "group");
    if (group(params).rules.length > 0) die(`Security group '${name}' is not empty`);
    const left = Object.entries(groups()).filter(([other]) => other !== name);
    patchFirewall(pve, "cluster", { groups: Object.fromEntries(left) });
  });
  ruleRoutes(router, {
    path: `${base}/{group}`,
    read: (params) => group(params).rules,
    write: (params, rules) => {
      const next = { ...group(params), rules };
      patchFirewall(pve, "cluster", { groups: { ...groups(), [need(params, "group")]: next } });
    },
  });
}
