import { networkOperations } from "../../agent/guest";
import { renderNetworks } from "../../net/networkd";
import { interfaceIssues, type RouterInterface } from "../../net/router-network";
import { homeInterfaces } from "../home";

const pool = { from: "192.168.7.10", to: "192.168.7.250" };
const nas = { mac: "bc:24:11:00:00:01", address: "192.168.7.20", name: "nas" };
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
  [
    { pool: undefined, reservations: [nas] },
    "interfaces[3].reservations: no DHCP server to keep them; expected a pool beside them",
  ],
  [
    { reservations: [{ ...nas, address: "192.168.8.20" }] },
    'interfaces[3].reservations[0].address: got "192.168.8.20"; expected a host in 192.168.7.0/24',
  ],
  [
    { reservations: [{ ...nas, address: "192.168.7.255" }] },
    'interfaces[3].reservations[0].address: got "192.168.7.255", the broadcast address; expected a host\'s address',
  ],
  [
    { reservations: [{ ...nas, address: "192.168.7.1" }] },
    "interfaces[3].reservations[0].address: 192.168.7.1 is the same as interfaces[3].addresses[0]; expected an address of its own",
  ],
  [
    { reservations: [nas, { mac: "bc:24:11:00:00:02", address: nas.address }] },
    "interfaces[3].reservations[1].address: 192.168.7.20 is the same as interfaces[3].reservations[0].address; expected an address of its own",
  ],
  [
    { reservations: [nas, { mac: nas.mac.toUpperCase(), address: "192.168.7.21" }] },
    'interfaces[3].reservations[1].mac: "BC:24:11:00:00:01" is the same as interfaces[3].reservations[0].mac; expected a MAC of its own',
  ],
  [
    { reservations: [{ ...nas, mac: "68:05:ca:00:01:01" }] },
    'interfaces[3].reservations[0].mac: "68:05:ca:00:01:01" is the same as interfaces[2].mac; expected a MAC of its own',
  ],
  [
    { reservations: [{ ...nas, mac: "01:00:5e:00:00:01" }] },
    'interfaces[3].reservations[0].mac: got "01:00:5e:00:00:01"; expected a unicast MAC such as 68:05:ca:00:01:00',
  ],
  [
    { reservations: [nas, { mac: "bc:24:11:00:00:02", address: "192.168.7.21", name: "nas" }] },
    'interfaces[3].reservations[1].name: "nas" is the same as interfaces[3].reservations[0].name "nas"; expected another name',
  ],
  [
    { reservations: [{ ...nas, name: "NAS" }] },
    'interfaces[3].reservations[0].name: got "NAS"; expected "nas"',
  ],
])("an interface with %j is refused by path, fact and expectation", (change, issue) => {
  expect(interfaceIssues([...homeInterfaces, { ...extra, ...change }])).toEqual([issue]);
});

test.each(["192.168.7.20", "192.168.7.251"])("%s may be reserved beside a pool", (address) => {
  const reservations = [{ mac: "bc:24:11:00:00:01", address }];

  expect(interfaceIssues([...homeInterfaces, { ...extra, reservations }])).toEqual([]);
});

test("a host may have a reservation in each of two networks", () => {
  const [vm0, wan, lan] = homeInterfaces as [RouterInterface, RouterInterface, RouterInterface];
  const roaming = { ...lan, reservations: [{ ...nas, address: "192.168.100.20" }] };

  expect(interfaceIssues([vm0, wan, roaming, { ...extra, reservations: [nas] }])).toEqual([]);
});

test("a reservation is a static lease of the interface's DHCP server", () => {
  const [, file] = renderNetworks([
    { name: "wan", mac: "68:05:ca:00:01:00", dhcp: true, defaultRoute: true },
    { ...extra, reservations: [{ ...nas, mac: nas.mac.toUpperCase() }] },
  ]);

  expect(file?.text.split("[DHCPServerStaticLease]")[1]).toBe(
    "\nMACAddress=bc:24:11:00:00:01\nAddress=192.168.7.20\n",
  );
});

test("only leases of interfaces with reservations are forgotten", () => {
  const operations = networkOperations([...homeInterfaces, { ...extra, reservations: [nas] }]);

  expect(operations).toContainEqual({ kind: "networkd", forget: ["opt1"] });
});
