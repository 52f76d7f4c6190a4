import { interfaceIssues, type RouterInterface } from "../../net/router-network";
import { homeInterfaces } from "../home";

const pool = { from: "192.168.7.10", to: "192.168.7.250" };
const extra: RouterInterface = {
  name: "opt1",
  mac: "68:05:ca:00:01:02",
  addresses: ["192.168.7.1/24"],
  pool,
};

test("a home router's interfaces have no issues", () => {
  expect(interfaceIssues([...homeInterfaces, extra])).toEqual([]);
});

test.each<[Partial<RouterInterface>, string]>([
  [
    { name: "lan" },
    'interfaces[3].name: "lan" is the same as interfaces[2].name "lan"; expected another name',
  ],
  [{ name: "a%d" }, 'interfaces[3].name: got "a%d"; expected ^[a-z][a-z0-9-]{0,11}$'],
  [
    { mac: "01:00:5e:00:00:01" },
    'interfaces[3].mac: got "01:00:5e:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00',
  ],
  [
    { mac: "68:05:CA:00:01:01" },
    'interfaces[3].mac: "68:05:CA:00:01:01" is the same as interfaces[2].mac; expected a MAC of its own',
  ],
  [
    { defaultRoute: true, dhcp: true },
    "interfaces: wan, opt1 all take the default route; expected one",
  ],
  [
    { addresses: ["192.168.7.0/24"], pool: undefined },
    'interfaces[3].addresses[0]: got "192.168.7.0/24", the network address of 192.168.7.0/24; expected a host\'s address',
  ],
  [
    { addresses: ["192.168.7.1"], pool: undefined },
    'interfaces[3].addresses[0]: got "192.168.7.1", without its prefix length; expected an address with prefix such as 10.0.0.1/24',
  ],
  [
    { addresses: ["192.168.100.253/25"], pool: undefined },
    "interfaces[3].addresses[0]: 192.168.100.253/25 overlaps interfaces[2].addresses[0] 192.168.100.1/24; expected networks apart",
  ],
  [
    { addresses: [] },
    "interfaces[3].pool: no IPv4 network to hand out; expected an address beside it",
  ],
  [
    { pool: { from: "192.168.7.250", to: "192.168.7.10" } },
    "interfaces[3].pool: 192.168.7.250 comes after 192.168.7.10; expected from not above to",
  ],
  [
    { pool: { from: "192.168.7.1", to: "192.168.7.10" } },
    "interfaces[3].pool: 192.168.7.1-192.168.7.10 holds interfaces[3].addresses[0] 192.168.7.1; expected a range without it",
  ],
  [
    { pool: { ...pool, to: "192.168.8.10" } },
    'interfaces[3].pool.to: got "192.168.8.10"; expected a host in 192.168.7.0/24',
  ],
  [
    { pool: { ...pool, leaseTime: 5 } },
    "interfaces[3].pool.leaseTime: got 5; expected an integer from 60 to 31536000 seconds",
  ],
])("an interface with %j is refused by path, fact and expectation", (change, issue) => {
  expect(interfaceIssues([...homeInterfaces, { ...extra, ...change }])).toEqual([issue]);
});
