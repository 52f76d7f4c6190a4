import type { FirewallPolicy } from "./policy";
import { ROUTER } from "./policy-zones";
import { namedFlows } from "./policy-resolve";

/**
 * What the other owners of packets on a machine do to a policy: sentences for its administrator.
 *
 * A packet passes only if every base chain of its hook accepts it, so an accept of ours is worth
 * nothing where somebody else drops.
 *
 * @param survey - lines of the agent's `survey`: `chain FAMILY TABLE CHAIN type T hook H priority P;
 *   policy V;`, `drops FAMILY TABLE`, `legacy TABLES`, `bridge KEY`, `service UNIT`
 */
export function coexistence(survey: readonly string[], policy: FirewallPolicy): string[] {
  const facts = survey.map((line) => line.trim().split(" "));
  const chains = facts.flatMap(chainOf);
  const strict = new Set(
    facts.filter(([kind]) => kind === "drops").map((fact) => fact.slice(1).join(" ")),
  );
  return [
    ...chains.flatMap((chain) => filtered(chain, strict.has(chain.table), policy)),
    ...chains.flatMap((chain) => translated(chain, policy)),
    ...facts.flatMap(([kind, ...rest]) => other(kind, rest)),
  ];
}

interface Chain {
  /** Family and name. */
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly hook: string;
  readonly drops: boolean;
}

const CHAIN = /^type (\w+) hook (\w+) .*?(policy drop)?;?$/;

function chainOf([kind, family = "", table = "", name = "", ...rest]: string[]): Chain[] {
  const [, type, hook, drops] = CHAIN.exec(rest.join(" ").replace(/;$/, "")) ?? [];
  return kind === "chain" && type && hook && ["ip", "ip6", "inet"].includes(family)
    ? [{ table: `${family} ${table}`, name, type, hook, drops: drops !== undefined }]
    : [];
}

function filtered(
  { table, name, type, hook, drops }: Chain,
  strict: boolean,
  policy: FirewallPolicy,
) {
  const affected = through(hook, policy);
  if (type === "nat" || affected.length === 0 || !(drops || strict)) return [];
  const what = drops
    ? "drops whatever none of its own rules accepts"
    : "is in a table with rules that drop or reject";
  return [
    `table ${table}, chain ${name} ${what}: ${listed(affected)} ${affected.length === 1 ? "gets" : "get"} through only where it accepts as well`,
  ];
}

function translated({ table, name, type, hook }: Chain, { forwards = [] }: FirewallPolicy) {
  return type === "nat" && hook === "prerouting" && forwards.length > 0
    ? [
        `table ${table}, chain ${name} translates destinations too: a port that it takes does not reach ${listed(forwards.map((one) => `forward ${one.name}`))}`,
      ]
    : [];
}

function other(kind: string | undefined, rest: string[]): string[] {
  switch (kind) {
    case "legacy":
      return [
        `iptables-legacy holds rules in ${rest.join(", ")}, which nft does not list: what they drop stays dropped`,
      ];
    case "bridge":
      return rest[0] === "bridge-nf-call-iptables"
        ? [
            "net.bridge.bridge-nf-call-iptables is 1: what guests on one bridge say to each other crosses this policy too",
          ]
        : [];
    case "service":
      return rest[0] === "nftables"
        ? [
            "nftables.service removes every table when it is restarted: ours comes back right after it",
          ]
        : [`${rest.join(" ")} is running and rewrites its own rules at any time`];
    default:
      return [];
  }
}

/** The declarations whose packets cross a hook. */
function through(hook: string, policy: FirewallPolicy): string[] {
  const flows = namedFlows(policy).filter(({ flow: { from, to } }) => {
    if (hook === "input") return to === ROUTER;
    if (hook === "output") return from === ROUTER;
    return hook === "forward" ? to !== ROUTER && from !== ROUTER : true;
  });
  const forwards = hook === "forward" ? (policy.forwards ?? []) : [];
  return [...flows.map(({ comment }) => comment), ...forwards.map(({ name }) => `forward ${name}`)];
}

const MOST = 5;

const listed = (names: readonly string[]) =>
  names.length > MOST
    ? `${names.slice(0, MOST).join(", ")} and ${names.length - MOST} more`
    : names.join(", ");
