import { die } from "../api/error";
import { need, type Router, splitList, text } from "../api/router";
import { type Params } from "../schema/check";
import { digestOf } from "../vm/config-file";
import { type Rule } from "./scope";

/** A list of rules somewhere in the firewall. */
export interface RuleList {
  /** The path of the list; a rule lies at its position below it. */
  readonly path: string;
  readonly read: (params: Params) => readonly Rule[];
  readonly write: (params: Params, rules: readonly Rule[]) => void;
}

const INTEGERS = ["enable"];
const NOT_FIELDS = ["node", "vmid", "group", "pos", "digest", "delete", "moveto"];

/** Serve one list of rules: a new rule goes to the top, as in Proxmox. */
export function ruleRoutes(router: Router, { path, read, write }: RuleList): void {
  const checkDigest = (params: Params): void => {
    const digest = text(params, "digest");
    if (digest !== undefined && digest !== digestOf(JSON.stringify(read(params)))) {
      die("detected modified configuration - file changed by other user? Try again.");
    }
  };
  const at = (params: Params): { pos: number; rule: Rule } => {
    const pos = Number(need(params, "pos"));
    return { pos, rule: read(params)[pos] ?? die(`no rule at position ${pos}`) };
  };

  router.on("GET", path, ({ params }) => {
    const digest = digestOf(JSON.stringify(read(params)));
    return read(params).map((rule, pos) => ({ ...shown(rule), pos, digest }));
  });

  router.on("POST", path, ({ params }) => {
    checkDigest(params);
    const rules = read(params);
    const pos = Math.min(Number(text(params, "pos") ?? 0), rules.length);
    const rule = fieldsOf(params);
    checkRule(rule);
    write(params, [...rules.slice(0, pos), rule, ...rules.slice(pos)]);
  });

  router.on("GET", `${path}/{pos}`, ({ params }) => {
    const { pos, rule } = at(params);
    // A single rule's position is text in Proxmox's answer, unlike in the list.
    return { ...shown(rule), pos: String(pos) };
  });

  router.on("PUT", `${path}/{pos}`, ({ params }) => {
    checkDigest(params);
    const { pos, rule } = at(params);
    const others = read(params).filter((_, index) => index !== pos);
    const moveto = text(params, "moveto");
    if (moveto !== undefined) {
      const target = Number(moveto);
      write(params, [...others.slice(0, target), rule, ...others.slice(target)]);
      return;
    }
    const removed = splitList(text(params, "delete"));
    const kept = Object.entries({ ...rule, ...given(params) }).filter(
      ([name, value]) => value !== "" && !removed.includes(name),
    );
    const next = Object.fromEntries(kept);
    checkRule(next);
    write(params, [...others.slice(0, pos), next, ...others.slice(pos)]);
  });

  router.on("DELETE", `${path}/{pos}`, ({ params }) => {
    checkDigest(params);
    const { pos } = at(params);
    write(
      params,
      read(params).filter((_, index) => index !== pos),
    );
  });
}

const given = (params: Params): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => !NOT_FIELDS.includes(name))
      .map(([name, value]) => [name, String(value)]),
  );

const fieldsOf = (params: Params): Rule =>
  Object.fromEntries(Object.entries(given(params)).filter(([, value]) => value !== ""));

const shown = (rule: Rule): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(rule).map(([name, value]) => [
      name,
      INTEGERS.includes(name) ? Number(value) : value,
    ]),
  );

function checkRule({ type, action, dport, sport, proto, macro }: Rule): void {
  if (type === "group") return;
  if (!["ACCEPT", "DROP", "REJECT"].includes(action ?? "")) {
    die(`unknown action '${action ?? ""}'`);
  }
  if ((dport !== undefined || sport !== undefined) && proto === undefined && macro === undefined) {
    die("missing property 'proto' - required by port");
  }
}
