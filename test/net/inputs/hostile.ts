import { planIssues } from "../../../net/address-plan-issues";
import type { AddressPlan } from "../../../net/address-plan";
import { parsePlain } from "../../../net/plain";
import { interfaceIssues, type RouterInterface } from "../../../net/router-network";
import { textIssues } from "../../../net/text";
import type { Row } from "./row";

const plain = (value: unknown) => parsePlain("it", value).issues;
const network = { name: "lan", addresses: ["10.0.0.1/24"] };
const plan = (value: unknown) => planIssues(value as AddressPlan);
const interfaces = (value: unknown) => interfaceIssues(value as RouterInterface[]);
const throwing = (trap: keyof ProxyHandler<object>) =>
  new Proxy(
    {},
    {
      [trap]: () => {
        throw new Error("no");
      },
    },
  );

const cyclic: { name: string; guests: unknown[] } = { name: "lan", guests: [] };
cyclic.guests.push(cyclic);

const sparse: unknown[] = [];
sparse[1] = network;

const deep = Array.from({ length: 10_000 }).reduce<unknown>((inner) => ({ inner }), 1);

/** As an Output of Pulumi's is: a class of its own, its value not known yet. */
class Later {
  readonly value = 1;
}

export const hostile: readonly Row[] = [
  {
    row: "huge, deep, cyclic and sparse values, prototypes, getters and proxies",
    cases: [
      [
        plan({ networks: Array.from({ length: 100_000 }, () => network) }),
        "plan.networks: got 100000 elements; expected at most 50000",
      ],
      [
        plan({ networks: [{ ...network, name: "x".repeat(1 << 20) }] }),
        "plan.networks[0].name: got 1048576 characters; expected at most 65536",
      ],
      [textIssues("text", "x".repeat(5000)), "text: got 5000 characters; expected at most 4096"],
      [plain(deep), `it${".inner".repeat(32)}: nested 32 deep; expected at most 32 levels`],
      [
        plan({ networks: [cyclic] }),
        "plan.networks[0].guests[0]: contains itself; expected a tree of values",
      ],
      [plan({ networks: sparse }), "plan.networks[0]: missing from the list; expected a value"],
      [
        plan(JSON.parse('{"__proto__": {"networks": []}}')),
        'plan: has the key "__proto__"; expected another key',
      ],
      [
        plain({ constructor: { name: "x" } }),
        'it: has the key "constructor"; expected another key',
      ],
      [plain({ "a\nb": 1 }), 'it: has the key "a\\nb"; expected another key'],
      [plain({ [Symbol("s")]: 1 }), "it: has the key Symbol(s); expected another key"],
      [
        plan({
          get networks() {
            return [network];
          },
        }),
        "plan.networks: computed by a getter; expected a plain value",
      ],
      ...(["ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"] as const).map(
        (trap) =>
          [
            plain(trap === "getOwnPropertyDescriptor" ? withKey(trap) : throwing(trap)),
            "it: an object that refuses to be read; expected plain data",
          ] as const,
      ),
      [plain({ run: () => 1 }), "it.run: got a function; expected plain data"],
      [plain(10n), "it: got 10; expected plain data"],
      [plain(new Map()), "it: got an instance of a class; expected plain data, known by now"],
    ],
  },
  {
    row: "values that are missing, null, or not known yet",
    cases: [
      [
        plan(undefined),
        "plan: got undefined; expected an object of pools, networks, uplinks, foreign, forwards, nameServers",
      ],
      [plan({ networks: null }), "plan.networks: got null; expected a list"],
      [
        plan({ networks: [{ addresses: ["10.0.0.1/24"] }] }),
        "plan.networks[0].name: missing; expected text",
      ],
      [
        plan({ networks: [{ ...network, name: null }] }),
        "plan.networks[0].name: got null; expected text",
      ],
      [
        plan({ networks: [{ ...network, name: new Later() }] }),
        "plan.networks[0].name: got an instance of a class; expected plain data, known by now",
      ],
      [
        plan({ networks: [{ ...network, addresses: Promise.resolve([]) }] }),
        "plan.networks[0].addresses: got an instance of a class; expected plain data, known by now",
      ],
      [
        plan({ networks: [{ ...network, ip: "10.0.0.1" }] }),
        'plan.networks[0]: has the key "ip"; expected name, addresses, routed, advertise, ranges, guests',
      ],
      [interfaces("lan"), 'interfaces: got "lan"; expected a list'],
      [
        interfaces([5]),
        "interfaces[0]: got 5; expected an object of name, mac, dhcp, defaultRoute, addresses, pool, reservations",
      ],
      [
        interfaces([{ name: "lan", mac: "68:05:ca:00:01:00", dhcp: "yes" }]),
        'interfaces[0].dhcp: got "yes"; expected true or false',
      ],
    ],
  },
];

function withKey(trap: keyof ProxyHandler<object>) {
  return new Proxy(
    { a: 1 },
    {
      [trap]: () => {
        throw new Error("no");
      },
    },
  );
}
