import type { AddressPlan, PlannedGuest } from "../../../net/address-plan";
import { planIssues } from "../../../net/address-plan-issues";
import { interfaceIssues } from "../../../net/router-network";
import type { Row } from "./row";

const at = "plan.networks[0]";
const lan = { name: "lan", addresses: ["10.0.0.1/24"] };
const plan = (change: object, more: AddressPlan = {}) =>
  planIssues({ ...more, networks: [{ ...lan, ...change }] });
const range = (from: string, to: string) => plan({ ranges: [{ from, to }] });
const guests = (...list: Partial<PlannedGuest>[]) =>
  plan({ guests: list.map((one, i) => ({ name: `g${i}`, address: `10.0.0.${50 + i}`, ...one })) });

const nic = { mac: "68:05:ca:00:01:00" };
const pool = (from: string, to: string) =>
  interfaceIssues([{ ...nic, name: "lan", addresses: ["10.0.0.1/24"], pool: { from, to } }]);

export const plans: readonly Row[] = [
  {
    row: "the network's, the broadcast and the router's address for a host or a lease",
    cases: [
      [
        guests({ address: "10.0.0.0" }),
        `${at}.guests[0].address: 10.0.0.0 is the network address of 10.0.0.0/24; expected a host's address`,
      ],
      [
        guests({ address: "10.0.0.255" }),
        `${at}.guests[0].address: 10.0.0.255 is the broadcast address of 10.0.0.0/24; expected a host's address`,
      ],
      [
        guests({ address: "10.0.0.1" }),
        `${at}.guests[0].address: 10.0.0.1 is the same as ${at}.addresses[0]; expected an address of its own`,
      ],
      [
        range("10.0.0.200", "10.0.0.255"),
        `${at}.ranges[0].to: 10.0.0.255 is the broadcast address of 10.0.0.0/24; expected a host's address`,
      ],
      [
        pool("10.0.0.2", "10.0.0.255"),
        'interfaces[0].pool.to: got "10.0.0.255"; expected a host in 10.0.0.0/24',
      ],
    ],
  },
  {
    row: "DHCP ranges",
    cases: [
      [
        range("10.0.0.99", "10.0.0.10"),
        `${at}.ranges[0]: 10.0.0.99 comes after 10.0.0.10; expected from not above to`,
      ],
      [
        range("10.0.1.10", "10.0.1.99"),
        `${at}.ranges[0].from: 10.0.1.10 is outside of 10.0.0.0/24; expected a host in it`,
      ],
      [
        range("10.0.0.10", "fd00::5"),
        `${at}.ranges[0].to: fd00::5 is outside of 10.0.0.0/24; expected a host in it`,
      ],
      [
        range("10.0.0.1", "10.0.0.1"),
        `${at}.ranges[0]: 10.0.0.1-10.0.0.1 holds ${at}.addresses[0] 10.0.0.1; expected a range without it`,
      ],
      [
        plan({
          ranges: [{ from: "10.0.0.10", to: "10.0.0.99" }],
          guests: [{ name: "a", address: "10.0.0.50" }],
        }),
        `${at}.ranges[0]: 10.0.0.10-10.0.0.99 holds ${at}.guests[0].address 10.0.0.50; expected a range without it`,
      ],
      [
        pool("10.0.0.1", "10.0.0.9"),
        "interfaces[0].pool: 10.0.0.1-10.0.0.9 holds interfaces[0].addresses[0] 10.0.0.1; expected a range without it",
      ],
    ],
  },
  {
    row: "networks that overlap: each other, administration, a VPN, a route that is there",
    cases: [
      [
        planIssues({ networks: [lan, { name: "opt", addresses: ["10.0.0.200/28"] }] }),
        "plan.networks[1].addresses[0]: 10.0.0.200/28 overlaps plan.networks[0].addresses[0] 10.0.0.1/24; expected networks apart",
      ],
      [
        plan({}, { foreign: [{ name: "admin", network: "10.0.0.0/16" }] }),
        `plan.foreign[0].network: 10.0.0.0/16 overlaps ${at}.addresses[0] 10.0.0.1/24; expected networks apart`,
      ],
      [
        interfaceIssues([
          { ...nic, name: "lan", addresses: ["10.0.0.1/24"] },
          { mac: "68:05:ca:00:01:01", name: "opt", addresses: ["10.0.0.200/16"] },
        ]),
        "interfaces[1].addresses[0]: 10.0.0.200/16 overlaps interfaces[0].addresses[0] 10.0.0.1/24; expected networks apart",
      ],
    ],
  },
  {
    row: "one IPv6 network in two spellings",
    cases: [
      [
        planIssues({
          networks: [
            { name: "a", addresses: ["fd00:0:0:0::1/64"] },
            { name: "b", addresses: ["FD00::2/64"] },
          ],
        }),
        "plan.networks[1].addresses[0]: FD00::2/64 overlaps plan.networks[0].addresses[0] fd00:0:0:0::1/64; expected networks apart",
      ],
      [
        planIssues({
          networks: [
            {
              name: "a",
              addresses: ["fd00::1/64"],
              guests: [
                { name: "x", address6: "fd00:0::5" },
                { name: "y", address6: "FD00::0:5" },
              ],
            },
          ],
        }),
        `${at}.guests[1].address6: fd00::5 is the same as ${at}.guests[0].address6; expected an address of its own`,
      ],
    ],
  },
  {
    row: "a prefix that is the host's own, or too long for hosts to choose",
    cases: [
      [
        planIssues({
          networks: [{ name: "lan", addresses: ["2001:470:1:2::9/64"], advertise: true }],
          uplinks: [{ name: "eno1", addresses: ["2001:470:1:2::1/64"] }],
        }),
        `plan.uplinks[0].addresses[0]: 2001:470:1:2::1/64 overlaps ${at}.addresses[0] 2001:470:1:2::9/64; expected networks apart`,
      ],
      [
        plan({ addresses: ["fd00::1/80"], advertise: true }),
        `${at}.addresses[0]: got "fd00::1/80", where hosts choose their own address; expected a prefix of /64`,
      ],
    ],
  },
  {
    row: "name servers that are ourselves, and leases that are given twice",
    cases: [
      [
        plan({}, { nameServers: ["10.0.0.1"] }),
        `plan.nameServers[0]: 10.0.0.1 is our own ${at}.addresses[0], which would ask itself; expected another server`,
      ],
      [
        guests({ mac: "68:05:ca:00:01:0a" }, { mac: "68:05:CA:00:01:0A" }),
        `${at}.guests[1].mac: "68:05:CA:00:01:0A" is the same as ${at}.guests[0].mac; expected a MAC of its own`,
      ],
      [
        guests({}, { address: "10.0.0.50" }),
        `${at}.guests[1].address: 10.0.0.50 is the same as ${at}.guests[0].address; expected an address of its own`,
      ],
      [
        guests({ name: "web" }, { name: "web" }),
        `${at}.guests[1].name: "web" is the same as ${at}.guests[0].name "web"; expected another name`,
      ],
    ],
  },
];
