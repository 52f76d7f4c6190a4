import {
  addressIssues,
  type AddressUse,
  hostAddressIssues,
  interfaceAddressIssues,
  networkIssues,
  slaacIssues,
} from "./address-issues";
import type {
  AddressPlan,
  AddressPool,
  ForeignNetwork,
  PlannedGuest,
  PlannedNetwork,
  PlannedUplink,
} from "./address-plan";
import { BITS, parseCidr } from "./cidr";
import type { DhcpRange } from "./dhcp";
import { hostLabelIssues } from "./dns-name";
import { integerIssues } from "./integer";
import { type Issues, issue } from "./issues";
import { macIssues } from "./mac";
import { interfaceNameIssues, nameIssues } from "./names";
import { vmIdIssues } from "./proxmox-id";

/** Every reason why a value of a plan is none, whatever else is declared. */
export function planValueIssues(path: string, plan: AddressPlan): Issues {
  const { pools = [], networks = [], uplinks = [], foreign = [] } = plan;
  const { forwards = [], nameServers = [] } = plan;
  const use = { uplinks: uplinks.flatMap(({ addresses }) => addresses.flatMap(cidrs)) };
  return [
    ...each(`${path}.pools`, pools, poolIssues),
    ...each(`${path}.networks`, networks, (at, one) => networkValueIssues(at, one, pools, use)),
    ...each(`${path}.uplinks`, uplinks, uplinkIssues),
    ...each(`${path}.foreign`, foreign, foreignIssues),
    ...each(`${path}.forwards`, forwards, (at, { name, address }) => [
      ...nameIssues(`${at}.name`, name),
      ...hostAddressIssues(`${at}.address`, address, use),
    ]),
    ...each(`${path}.nameServers`, nameServers, (at, one) => addressIssues(at, one)),
  ];
}

const cidrs = (text: unknown) => {
  const cidr = typeof text === "string" ? parseCidr(text) : undefined;
  return cidr ? [cidr] : [];
};

const each = <T>(
  path: string,
  list: readonly T[],
  issues: (at: string, one: T) => Issues,
): Issues => list.flatMap((one, i) => issues(`${path}[${i}]`, one));

function poolIssues(path: string, { network, prefix }: AddressPool): Issues {
  const issues = networkIssues(`${path}.network`, network);
  const [whole] = cidrs(network);
  return issues.length > 0 || !whole
    ? issues
    : integerIssues(`${path}.prefix`, prefix, { min: whole.prefix, max: BITS[whole.family] - 2 });
}

function networkValueIssues(
  path: string,
  network: PlannedNetwork,
  pools: readonly AddressPool[],
  use: AddressUse,
): Issues {
  const { name, addresses, routed, advertise, ranges = [], guests = [] } = network;
  return [
    ...interfaceNameIssues(`${path}.name`, name),
    ...(addresses?.length === 0 || (!addresses && pools.length === 0)
      ? issue(`${path}.addresses`, "none, and no pool to take them from", "an address with prefix")
      : []),
    ...each(`${path}.addresses`, addresses ?? [], (at, text) => {
      const issues = interfaceAddressIssues(at, text, use);
      const six = cidrs(text)[0]?.family === 6;
      return issues.length === 0 && advertise && six ? slaacIssues(at, text) : issues;
    }),
    ...(routed && ranges.length > 0
      ? issue(`${path}.ranges`, "given beside routed", "none: each guest has its own address")
      : []),
    ...each(`${path}.ranges`, ranges, rangeIssues),
    ...each(`${path}.guests`, guests, (at, guest) => guestIssues(at, guest, use)),
  ];
}

const rangeIssues = (path: string, { from, to }: DhcpRange): Issues => [
  ...addressIssues(`${path}.from`, from),
  ...addressIssues(`${path}.to`, to),
];

const guestIssues = (path: string, guest: PlannedGuest, use: AddressUse): Issues => [
  ...hostLabelIssues(`${path}.name`, guest.name),
  ...(guest.vmId === undefined ? [] : vmIdIssues(`${path}.vmId`, guest.vmId)),
  ...(guest.mac === undefined ? [] : macIssues(`${path}.mac`, guest.mac)),
  ...(guest.address === undefined
    ? []
    : hostAddressIssues(`${path}.address`, guest.address, { ...use, family: 4 })),
  ...(guest.address6 === undefined
    ? []
    : hostAddressIssues(`${path}.address6`, guest.address6, { ...use, family: 6 })),
];

const uplinkIssues = (path: string, { name, addresses, gateways = [] }: PlannedUplink): Issues => [
  ...interfaceNameIssues(`${path}.name`, name),
  ...each(`${path}.addresses`, addresses, (at, text) =>
    interfaceAddressIssues(at, text, { uplinks: cidrs(text) }),
  ),
  ...each(`${path}.gateways`, gateways, (at, text) => addressIssues(at, text)),
];

/** Every reason why a value is no network of others. */
export const foreignIssues = (path: string, { name, network }: ForeignNetwork): Issues => [
  ...nameIssues(`${path}.name`, name),
  ...networkIssues(`${path}.network`, network, { uplinks: cidrs(network) }),
];
