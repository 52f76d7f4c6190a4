import { die } from "../api/error";
import { flag, need, type Router, text } from "../api/router";
import { type Pve } from "../pve";
import { type Params } from "../schema/check";
import { digestOf } from "../vm/config-file";
import { firewallText, type IpSet, patchFirewall, readFirewall, type Scope } from "./scope";

/** Sets of addresses that rules refer to. */
export function ipsetRoutes(router: Router, pve: Pve, { base, file }: Scope): void {
  const sets = (params: Params) => readFirewall(pve, file(pve, params)).ipset;
  const one = (params: Params): IpSet =>
    sets(params)[need(params, "name")] ?? die(`no such IPSet '${need(params, "name")}'`);
  const save = (params: Params, ipset: Readonly<Record<string, IpSet>>): void =>
    patchFirewall(pve, file(pve, params), { ipset });
  const update = (params: Params, entries: IpSet["entries"]): void =>
    save(params, { ...sets(params), [need(params, "name")]: { ...one(params), entries } });
  const digest = (params: Params) => digestOf(firewallText(pve, file(pve, params)));
  const shown = ({ nomatch, ...entry }: IpSet["entries"][number]) => ({
    ...entry,
    ...(nomatch === "1" ? { nomatch: 1 } : {}),
  });
  const list = `${base}/ipset`;
  const set = `${list}/{name}`;
  const member = `${set}/{cidr}`;

  router.on("GET", list, ({ params }) =>
    Object.entries(sets(params)).map(([name, { comment }]) => ({
      name,
      ...(comment === undefined ? {} : { comment }),
      digest: digest(params),
    })),
  );
  router.on("POST", list, ({ params }) => {
    const name = need(params, "name");
    const old = text(params, "rename");
    const comment = text(params, "comment");
    const all = sets(params);
    if (all[name] !== undefined && old !== name) die(`IPSet '${name}' already exists`);
    const entries = old === undefined ? [] : (all[old] ?? die(`no such IPSet '${old}'`)).entries;
    const others = Object.fromEntries(Object.entries(all).filter(([other]) => other !== old));
    save(params, { ...others, [name]: { entries, ...(comment ? { comment } : {}) } });
  });
  router.on("GET", set, ({ params }) =>
    one(params).entries.map((entry) => ({ ...shown(entry), digest: digest(params) })),
  );
  router.on("POST", set, ({ params }) => {
    const { entries } = one(params);
    const cidr = need(params, "cidr");
    if (entries.some((entry) => entry.cidr === cidr)) die(`address '${cidr}' already exists`);
    const comment = text(params, "comment");
    const nomatch = flag(params, "nomatch") ? { nomatch: "1" } : {};
    update(params, [...entries, { cidr, ...nomatch, ...(comment ? { comment } : {}) }]);
  });
  router.on("DELETE", set, ({ params }) => {
    const name = need(params, "name");
    const { entries } = one(params);
    if (entries.length > 0 && !flag(params, "force")) die(`IPSet '${name}' is not empty`);
    save(params, Object.fromEntries(Object.entries(sets(params)).filter(([key]) => key !== name)));
  });

  const entry = (params: Params) =>
    one(params).entries.find(({ cidr }) => cidr === need(params, "cidr")) ??
    die(`no such IP/Network '${need(params, "cidr")}'`);
  router.on("GET", member, ({ params }) => shown(entry(params)));
  router.on("PUT", member, ({ params }) => {
    const old = entry(params);
    const comment = text(params, "comment") ?? "";
    const nomatch = flag(params, "nomatch") ? { nomatch: "1" } : {};
    const next = { cidr: old.cidr, ...nomatch, ...(comment === "" ? {} : { comment }) };
    update(
      params,
      one(params).entries.map((item) => (item === old ? next : item)),
    );
  });
  router.on("DELETE", member, ({ params }) => {
    const cidr = need(params, "cidr");
    update(
      params,
      one(params).entries.filter((item) => item.cidr !== cidr),
    );
  });
}
