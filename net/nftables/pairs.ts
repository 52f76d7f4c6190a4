import { type FirewallPolicy, ROUTER } from "../policy";
import { namedFlows } from "../policy-resolve";
import { flowRules, verdictOf } from "./flows";
import { block, chain, logRule, rule } from "./text";
import { dispatch } from "./zones";

/** The chain that decides between two zones. */
function pairChain(from: string, to: string): string {
  return `${from}_to_${to}`;
}

/** Whether anything at all is declared between two zones. */
function isDeclared({ flows, defaults = [] }: FirewallPolicy, from: string, to: string) {
  return [...flows, ...defaults].some((one) => one.from === from && one.to === to);
}

/** The counters of default verdicts. */
export function pairObjects({ defaults = [] }: FirewallPolicy): string[] {
  return defaults.flatMap(({ from, to }, index) =>
    block(`counter default_${pairChain(from, to)}`, [
      `comment "defaults[${index}] ${from} -> ${to}"`,
    ]),
  );
}

/** One chain for each declared pair of zones, and one that leads to them for each origin. */
export function pairChains(policy: FirewallPolicy): string[] {
  const names = policy.zones.map((zone) => zone.name);
  return [ROUTER, ...names].flatMap((from) => [
    ...(from === ROUTER || !leadsOn(policy, from)
      ? []
      : chain(originChain(from), [
          ...dispatch(policy, "to", (to) => gotoPair(policy, from, to), "goto refuse"),
          rule(["goto refuse"], `${from}: undeclared`),
        ])),
    ...[ROUTER, ...names].flatMap((to) =>
      isDeclared(policy, from, to) ? chain(pairChain(from, to), pair(policy, from, to)) : [],
    ),
  ]);
}

/** Where packets of a zone that are not for the router go on, if anything is declared for them. */
export function gotoOrigin(policy: FirewallPolicy, from: string): string | undefined {
  return leadsOn(policy, from) ? `goto ${originChain(from)}` : undefined;
}

/** The chain of a pair as a verdict, if anything is declared between the two. */
export function gotoPair(policy: FirewallPolicy, from: string, to: string): string | undefined {
  return isDeclared(policy, from, to) ? `goto ${pairChain(from, to)}` : undefined;
}

const originChain = (from: string) => `from_${from}`;

const leadsOn = (policy: FirewallPolicy, from: string) =>
  policy.zones.some(({ name }) => isDeclared(policy, from, name));

function pair(policy: FirewallPolicy, from: string, to: string): string[] {
  const index = (policy.defaults ?? []).findIndex((one) => one.from === from && one.to === to);
  const fallback = policy.defaults?.[index];
  const comment = `defaults[${index}] ${from} -> ${to}`;
  const undeclared = from === ROUTER ? "accept" : "goto refuse";
  return [
    ...namedFlows(policy)
      .filter(({ flow }) => flow.from === from && flow.to === to)
      .flatMap((flow) => flowRules(policy, flow)),
    ...(fallback?.log ? [logRule(undefined, comment)] : []),
    fallback
      ? rule(
          [`counter name "default_${pairChain(from, to)}"`, verdictOf(fallback.verdict)],
          comment,
        )
      : rule([undeclared], `${from} -> ${to}: undeclared`),
  ];
}
