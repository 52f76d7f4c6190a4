import { type Claims, joinClaims, NO_CLAIMS, Tenure } from "../net/address-claims";
import { foreignClaims, forwardClaims } from "../net/address-plan-claims";
import { foreignIssues } from "../net/address-plan-values";
import { attachmentIssues } from "../net/card-ports";
import { BITS, contains, parseAddress, parseCidr } from "../net/cidr";
import { type Issues, issue } from "../net/issues";
import { joinIssues } from "../net/joined-issues";
import { deriveMac } from "../net/mac";
import { passedCardIssues } from "../net/passed-card";
import { policyIssues } from "../net/policy-issues";
import { interfaceIssues } from "../net/router-network";
import { inKeys } from "./config-keys";
import type { RouterConfig } from "./passthrough-router-config";
import { interfaces, policy } from "./passthrough-router-network";

/** Every reason why a configuration can not be built, or would lead packets astray, by its keys. */
export function configIssues(project: string, config: RouterConfig): Issues {
  const { card, management, lans, allow, forwards, foreign } = config;
  const keys = keysOf(project, lans.length);
  const attached = interfaces(config);
  const devices = attached.map(({ device }, i) => ({
    ...device,
    // In place of the one that the component derives, or finds.
    mac: device.mac ?? deriveMac(project, `${i}`),
  }));
  const beside = joinClaims([
    nodeClaims(`${project}:node.address`, config),
    foreignClaims(`${project}:foreign`, foreign),
    forwardClaims(`${project}:forwards`, forwards),
    bridgeClaims(project, config),
  ]);
  return joinIssues(
    (card ? passedCardIssues(card) : []).map((one) => `${project}:card.${one}`),
    cableIssues(project, config),
    inKeys(
      attachmentIssues(
        attached.map(({ device: { mac }, port, bridge }) => ({ mac, port, bridge })),
        card !== undefined,
      ),
      keys,
    ),
    foreign.flatMap((one, i) => foreignIssues(`${project}:foreign[${i}]`, one)),
    inKeys(interfaceIssues(devices, { beside, uplink: management.name }), keys),
    // The flows that the scenario adds can only be wrong where a name is.
    inKeys(policyIssues({ ...policy(config), flows: allow }), keys),
  );
}

/** What the checks call a value, and which key of the configuration it is. */
function keysOf(project: string, lans: number): Map<string, string> {
  const inside = Array.from({ length: lans }, (_, i) => `lans[${i}]`);
  const paths = [
    ...["management", "wan", ...inside].flatMap((key, i) => [
      [`interfaces[${i}].addresses[0]`, `${key}.address`],
      [`interfaces[${i}]`, key],
    ]),
    ...["wan", ...inside].flatMap((key, i) => [
      [`zones[${i}].interfaces[0]`, `${key}.name`],
      [`zones[${i}]`, key],
    ]),
    ["management.interface", "management.name"],
    ["flows[", "allow["],
    ["forwards[", "forwards["],
  ];
  return new Map(paths.map(([path = "", key = ""]) => [path, `${project}:${key}`]));
}

/** A port needs a card: without one the guest would wait for an interface that never comes. */
function cableIssues(project: string, { card, wan, lans }: RouterConfig): Issues {
  const nics = [{ key: "wan", ...wan }, ...lans.map((lan, i) => ({ ...lan, key: `lans[${i}]` }))];
  return nics
    .filter(({ port, mac, bridge }) =>
      card ? [port, mac, bridge].every((one) => one === undefined) : bridge === undefined,
    )
    .flatMap(({ key }) =>
      card
        ? issue(`${project}:${key}`, "none of port, mac and bridge", "one of them")
        : issue(
            `${project}:${key}`,
            "no bridge, and no card",
            `a bridge, or ${project}:card beside port or mac`,
          ),
    );
}

/** The node's own address: it must neither be behind the router nor be the router's. */
function nodeClaims(path: string, { node, management }: RouterConfig): Claims {
  const address = parseAddress(node.address);
  if (!address) return NO_CLAIMS;
  const { family, value } = address;
  const link = management.address === undefined ? undefined : parseCidr(management.address);
  const cidr = { family, address: value, prefix: BITS[family] };
  return {
    ...NO_CLAIMS,
    networks: [{ path, text: node.address, cidr, tenure: Tenure.Foreign }],
    gateways: link && contains(link, family, value) ? [{ path, address }] : [],
  };
}

/** Networks inside are apart, and none may reach those who share the node's or the way out. */
function bridgeClaims(project: string, { bridges, management, wan, lans }: RouterConfig): Claims {
  const used = [
    { path: "management.bridge", name: management.bridge },
    ...(wan.bridge === management.bridge ? [] : [{ path: "wan.bridge", name: wan.bridge }]),
    ...lans.map(({ bridge }, i) => ({ path: `lans[${i}].bridge`, name: bridge })),
  ];
  const made = bridges.map((name, i) => ({ path: `bridges[${i}]`, name }));
  const named = (list: readonly { path: string; name?: string }[]) =>
    list.flatMap(({ path, name }) =>
      name === undefined ? [] : [{ path: `${project}:${path}`, name }],
    );
  return { ...NO_CLAIMS, names: [named(made), named(used)] };
}
