import { type Family } from "./cidr";
import { type Issues, issue, quote } from "./issues";
import { nameIssues } from "./names";
import { type FirewallFlow, type FirewallPolicy, Protocol, ROUTER, Verdict } from "./policy";
import { rateIssues, unknownEnd } from "./policy-name-issues";
import { sourceListIssues } from "./policy-prefix-issues";
import { FAMILIES, isSetName, membersOf, prefixesOf } from "./policy-resolve";
import { SERVICES } from "./policy-services";
import { portIssues, portRangeIssues } from "./ports";

const WITH_PORTS: readonly (Protocol | undefined)[] = ["tcp", "udp", "both", "sctp"];

/** Every reason why a flow can not be rendered, or would never match. */
export function flowIssues(path: string, flow: FirewallFlow, policy: FirewallPolicy): Issues {
  return [
    ...(flow.name === undefined ? [] : nameIssues(`${path}.name`, flow.name)),
    ...endIssues(path, flow, policy),
    ...carriedIssues(path, flow),
    ...(flow.verdict === undefined ? [] : verdictIssues(`${path}.verdict`, flow.verdict)),
    ...rateIssues(`${path}.rate`, flow.rate),
    ...rateIssues(`${path}.ratePerSource`, flow.ratePerSource),
    ...sourceListIssues(`${path}.sources`, flow.sources, policy),
    ...sourceListIssues(`${path}.destinations`, flow.destinations, policy),
    ...familyIssues(path, flow, policy),
    ...rememberIssues(`${path}.remember`, flow, policy),
  ];
}

/** Every reason why the default verdicts contradict each other or name no pair of zones. */
export function defaultIssues(policy: FirewallPolicy): Issues {
  const { defaults = [] } = policy;
  return defaults.flatMap((one, i) => {
    const first = defaults.findIndex(({ from, to }) => from === one.from && to === one.to);
    return [
      ...endIssues(`defaults[${i}]`, one, policy),
      ...verdictIssues(`defaults[${i}].verdict`, one.verdict),
      ...(first < i
        ? issue(
            `defaults[${i}]`,
            `${one.from} -> ${one.to} is already declared by defaults[${first}]`,
            "one verdict",
          )
        : []),
    ];
  });
}

function endIssues(
  path: string,
  { from, to }: { from: string; to: string },
  policy: FirewallPolicy,
): Issues {
  return [
    ...unknownEnd(`${path}.from`, from, policy),
    ...unknownEnd(`${path}.to`, to, policy),
    ...(from === ROUTER && to === ROUTER
      ? issue(path, "from the router to itself, which always passes", "a zone at one end")
      : []),
  ];
}

function carriedIssues(path: string, flow: FirewallFlow): Issues {
  const { protocol, ports, portRanges, services } = flow;
  const protocols = Object.values(Protocol);
  const withPorts = WITH_PORTS.includes(protocol);
  const misplaced = (key: string, value: unknown) =>
    value !== undefined && !withPorts
      ? issue(
          `${path}.${key}`,
          "given without tcp or udp",
          "protocol tcp, udp, both or sctp beside them",
        )
      : [];
  return [
    ...(protocol === undefined || protocols.includes(protocol)
      ? []
      : issue(`${path}.protocol`, `got ${quote(protocol)}`, protocols.join(", "))),
    ...(services !== undefined && (protocol ?? ports ?? portRanges) !== undefined
      ? issue(`${path}.services`, "given beside a protocol or ports", "one of the two")
      : []),
    ...(services?.length === 0 ? issue(`${path}.services`, "empty", "at least one service") : []),
    ...(services ?? []).flatMap((name, i) =>
      Object.hasOwn(SERVICES, name)
        ? []
        : issue(
            `${path}.services[${i}]`,
            `unknown service ${quote(name)}`,
            Object.keys(SERVICES).join(", "),
          ),
    ),
    ...misplaced("ports", ports),
    ...misplaced("portRanges", portRanges),
    ...(ports?.length === 0 ? issue(`${path}.ports`, "empty", "at least one port") : []),
    ...(portRanges?.length === 0 ? issue(`${path}.portRanges`, "empty", "at least one range") : []),
    ...(ports ?? []).flatMap((port, i) => portIssues(`${path}.ports[${i}]`, port)),
    ...(portRanges ?? []).flatMap((one, i) => portRangeIssues(`${path}.portRanges[${i}]`, one)),
  ];
}

const verdictIssues = (path: string, verdict: Verdict): Issues =>
  Object.values(Verdict).includes(verdict)
    ? []
    : issue(path, `got ${quote(verdict)}`, Object.values(Verdict).join(", "));

/** A flow from one family to the other is a flow of nothing. */
function familyIssues(
  path: string,
  { sources, destinations }: FirewallFlow,
  { sets = [] }: FirewallPolicy,
): Issues {
  if (!sources || !destinations) return [];
  const families = (list: readonly string[]): readonly Family[] =>
    FAMILIES.filter((family) =>
      list.some((one) =>
        isSetName(one)
          ? sets.some((set) => set.name === one && set.timeout !== undefined) ||
            prefixesOf(membersOf(sets, one), family).length > 0
          : prefixesOf([one], family).length > 0,
      ),
    );
  const [from, to] = [families(sources), families(destinations)];
  return from.length > 0 && to.length > 0 && !from.some((family) => to.includes(family))
    ? issue(path, "sources and destinations share no IP family", "both of one family")
    : [];
}

function rememberIssues(
  path: string,
  { remember }: FirewallFlow,
  { sets = [] }: FirewallPolicy,
): Issues {
  if (remember === undefined) return [];
  const dynamic = sets.filter(({ timeout }) => timeout !== undefined).map(({ name }) => name);
  return dynamic.includes(remember)
    ? []
    : issue(
        path,
        `got ${quote(remember)}`,
        dynamic.length > 0 ? dynamic.join(", ") : "a set with a timeout",
      );
}
