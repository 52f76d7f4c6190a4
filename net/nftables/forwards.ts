import type { FirewallForward, FirewallPolicy } from "../policy";
import { formatPrefix, interfacesOf, parsePrefix } from "../policy-resolve";
import {
  type ForwardGroup,
  type ForwardElement,
  forwardElements,
  forwardGroups,
  keyFields,
  Shape,
} from "./forward-keys";
import { block, chain, devices, elements, IP, logRule, rate, rule, set } from "./text";

const SHAPES = Object.values(Shape);
const SERVED = "meta l4proto { tcp, udp }";

/** The counters and limits of forwards. */
export function forwardObjects({ forwards = [] }: FirewallPolicy): string[] {
  return forwards.flatMap(({ name, rate: limit }) => [
    ...block(`counter forward_${name}`, []),
    ...(limit ? block(`limit forward_${name}`, [rate(limit).replace("rate", "rate over")]) : []),
  ]);
}

/** The maps of all forwards and, for each class of them, the chain that looks them up. */
export function forwardChains(policy: FirewallPolicy): string[] {
  const chains = forwardGroups(policy).flatMap((group) => {
    const all = forwardElements(policy, group);
    const parts = SHAPES.map((shape) => lookups(group, shape, all));
    return [
      ...parts.flatMap(({ maps }) => maps),
      ...chain(
        chainName(group),
        parts.flatMap(({ rules }) => rules),
      ),
    ];
  });
  return [...forwardLogs(policy), ...chains];
}

/** One chain for each logged forward: a log line tells its name, and a packet meets one of them. */
function forwardLogs({ forwards = [] }: FirewallPolicy): string[] {
  return forwards.flatMap((forward, index) =>
    forward.log
      ? chain(logChain(forward), [logRule(undefined, `forwards[${index}] ${forward.name}`)])
      : [],
  );
}

/** The rules that lead packets for the router to the forwards of their address or zone. */
export function forwardJumps(policy: FirewallPolicy): string[] {
  return forwardGroups(policy).flatMap((group) => {
    const { zone, family } = group;
    const { nfproto, ip } = IP[family];
    const jump = `jump ${chainName(group)}`;
    if (!zone) return [rule([nfproto, SERVED, jump], "forwards of external addresses")];
    const own = devices(interfacesOf(policy, zone));
    const inside = elsewhere(policy, zone, family);
    return [
      rule([nfproto, SERVED, `iifname ${own} fib daddr type local`, jump], `forwards of ${zone}`),
      // An address of the router that is not on the link it is asked from: that of the zone.
      rule(
        [
          nfproto,
          SERVED,
          `iifname != ${own} fib daddr type local fib daddr . iif type != local`,
          inside.length > 0 ? `${ip} daddr != ${set(inside)}` : "",
          jump,
        ],
        `forwards of ${zone}: hairpin`,
      ),
    ];
  });
}

/** The router's known addresses outside a zone: asked there, the router itself answers. */
function elsewhere({ addresses = [], zones }: FirewallPolicy, name: string, family: 4 | 6) {
  const own = zones.find((zone) => zone.name === name)?.interfaces ?? [];
  return addresses.flatMap((one) => {
    const address = parsePrefix(one.address.split("/")[0] ?? "");
    return !own.includes(one.interface) && address?.family === family
      ? [formatPrefix(address)]
      : [];
  });
}

const logChain = ({ name }: FirewallForward) => `log_forward_${name}`;

const chainName = ({ zone, family }: ForwardGroup) => `forwards${family}_${zone ?? ""}`;

/** The maps of one shape of keys, and the rules that ask them; nothing where no forward needs it. */
function lookups(
  group: ForwardGroup,
  shape: Shape,
  all: readonly ForwardElement[],
): { maps: string[]; rules: string[] } {
  const list = all.filter((element) => element.shape === shape);
  if (list.length === 0) return { maps: [], rules: [] };
  const { ip, type } = IP[group.family];
  const { fields, types } = keyFields(group, shape);
  const name = (what: string) => `${what}${group.family}_${group.zone ?? ""}_${shape}`;
  const flags = shape === Shape.Exact ? [] : ["flags interval"];
  const write = (what: string, data: string, some: readonly ForwardElement[], value: Value) =>
    elements(
      `map ${name(what)}`,
      [`type ${types} : ${data}`, ...flags],
      some.map((one) => `${one.key} comment "${one.forward.name}" : ${value(one)}`),
    );
  const object = ({ forward }: ForwardElement) => `"forward_${forward.name}"`;
  const target = ({ target: one }: ForwardElement) => one;
  const [moved, kept] = [list.filter((one) => !one.keepsPort), list.filter((one) => one.keepsPort)];
  const limited = list.filter(({ forward }) => forward.rate !== undefined);
  const logged = list.filter(({ forward }) => forward.log);
  const asked = (some: readonly ForwardElement[], text: string, comment: string) =>
    some.length > 0 ? [rule([text], comment)] : [];

  return {
    maps: [
      ...write("limits", "limit", limited, object),
      ...write("logs", "verdict", logged, ({ forward }) => `jump ${logChain(forward)}`),
      ...write("counts", "counter", list, object),
      ...write("targets", `${type} . inet_service`, moved, target),
      ...write("hosts", type, kept, target),
    ],
    rules: [
      ...asked(limited, `limit name ${fields} map @${name("limits")} counter drop`, "too many"),
      ...asked(logged, `${fields} vmap @${name("logs")}`, "forwards, logged by name"),
      rule([`counter name ${fields} map @${name("counts")}`], "forwards, counted by name"),
      ...asked(moved, `${SERVED} dnat ${ip} to ${fields} map @${name("targets")}`, "forwards"),
      ...asked(kept, `dnat ${ip} to ${fields} map @${name("hosts")}`, "forwards, same port"),
    ],
  };
}

type Value = (element: ForwardElement) => string;
