import { parse } from "yaml";
import { expectationIssues } from "../../net/expect";
import { lockoutIssues } from "../../net/policy-lockout";
import { build } from "../../stacks";
import { configIssues } from "../../stacks/host-issues";
import { policy } from "../../stacks/host-network";
import { hostConfig, schema } from "../../stacks/nat-bridge-config";
import { read } from "../documents";

const { config } = parse(read("stacks/Pulumi.lab-nat.yaml")) as { config: Record<string, unknown> };
const valid = Object.fromEntries(
  Object.entries(config).map(([key, value]) => [key.replace("proxmox-router:", ""), value]),
);
const [network] = valid.networks as object[];
const configured = (change: object) => hostConfig(schema.parse({ ...valid, ...change }));
const issues = (change: object) => configIssues("p", configured(change));
const inside = (change: object) => ({ networks: [{ ...network, ...change }] });

test.each([
  [
    "web arrives over the first uplink",
    "from uplink to 10.99.0.2:80 -> accept, arrives at 10.10.0.200:80",
  ],
  [
    "web arrives over the second",
    "from uplink to 203.0.113.10:443 -> accept, arrives at 10.10.0.200:443",
  ],
  [
    "a guest reaches a forward of another",
    "from virbr0 10.10.0.20 to 203.0.113.10:80 -> accept, arrives at 10.10.0.200:80, leaves as 10.10.0.1",
  ],
  [
    "a guest gets out as the host",
    "from virbr0 to 198.51.100.7:443 -> accept, leaves as 203.0.113.10",
  ],
  ["a guest asks for an address", "from virbr0 udp to router:67 -> accept"],
  ["nobody asks the host for names", "from virbr0 udp to router:53 -> reject"],
  ["a guest does not get in", "from virbr0 to router:22 -> reject"],
  ["a guest is not reached past its forward", "from uplink to 10.10.0.200:80 -> reject"],
  ["what nobody declared is rejected", "from uplink to 203.0.113.10:9999 -> reject"],
])("%s: %s", (_, expectation) => {
  const routes = [{ destination: "0.0.0.0/0", interface: "enp1s0f0" }];

  expect(expectationIssues({ ...policy(configured({}), "off"), routes }, [expectation])).toEqual(
    [],
  );
});

test("the administrator gets in over the first uplink", () => {
  expect(lockoutIssues(policy(configured({}), "off"), [22, 8006])).toEqual([]);
});

test.each<[string, object, string[]]>([
  ["its lab configuration", {}, []],
  [
    "a name server by name",
    inside({ nameServers: ["1.1.1.1", "dns"] }),
    ['p:networks[0].nameServers[1]: got "dns"; expected an IP address, not a name'],
  ],
  [
    "a pool outside",
    inside({ pool: { from: "10.10.0.20", to: "10.10.1.9" } }),
    ['p:networks[0].pool.to: got "10.10.1.9"; expected a host in 10.10.0.0/24'],
  ],
  [
    "a lease time that is too short",
    inside({ pool: { from: "10.10.0.20", to: "10.10.0.119", leaseTime: 59 } }),
    ["p:networks[0].pool.leaseTime: got 59; expected an integer from 60 to 31536000 seconds"],
  ],
  [
    "a guest outside",
    inside({ guests: [{ name: "web", mac: "52:54:00:99:03:01", address: "10.10.1.5" }] }),
    ['p:networks[0].guests[0].address: got "10.10.1.5"; expected a host in 10.10.0.0/24'],
  ],
  [
    "a forward to an address that anybody may get",
    { forwards: [{ name: "http", protocol: "tcp", port: 80, address: "10.10.0.50" }] },
    [
      "p:forwards[0].address: 10.10.0.50 is in p:networks[0].pool 10.10.0.20-10.10.0.119; expected an address outside of it, or one that is reserved",
    ],
  ],
])("%s is held against the keys of the scenario", (_, change, expected) => {
  expect(issues(change)).toEqual(expected);
});

test.each<[object, string]>([
  [{ nat66: true }, "p:nat66: unknown key; expected topology, node, uplinks, networks, allow,"],
  [inside({ advertise: true }), "p:networks[0].advertise: unknown key; expected name, addresses"],
  [inside({ mode: "open" }), "p:networks[0].mode: unknown key; expected name, addresses"],
  [inside({ nameServers: [] }), "p:networks[0].nameServers: got []; expected at least 1 item"],
  [inside({ pool: undefined }), "p:networks[0].pool: missing; expected object"],
])("%j is no configuration of the scenario", async (change, message) => {
  const given: Record<string, unknown> = { ...valid, ...change };
  const reader = {
    get: (key: string) => given[key] as string,
    getObject: (key: string) => given[key],
    keys: () => Object.keys(given).filter((key) => !/^proxmoxve:|salt$/.test(key)),
  };

  await expect(build("p", reader)).rejects.toThrow(message);
});
