import { remote } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { Firewall, type FirewallArgs } from "../../components";
import { homePolicy } from "../home";
import { deploy } from "../mocks";

const connection = {
  host: "10.99.0.123",
  privateKey: "GUEST-KEY",
  hostKey: "ssh-ed25519 AAAAguest",
  proxy: {
    host: "192.0.2.10",
    port: 22,
    user: "root",
    privateKey: "NODE-KEY",
    hostKey: "ssh-ed25519 AAAAnode",
  },
};
const refusal = async (args: Partial<FirewallArgs>) => {
  const build = (opts: pulumi.ComponentResourceOptions) =>
    new Firewall("edge", { connection, policy: homePolicy, ...args }, opts);
  let message = "";
  await deploy((opts) => {
    try {
      return build(opts);
    } catch (error) {
      message = (error as Error).message;
      return undefined;
    }
  });
  return message;
};

test("a firewall that meets what is expected of it is made", async () => {
  const expectation = "from wan to wan:2222 -> accept, arrives at 192.168.100.20:22";
  const policy = {
    ...homePolicy,
    addresses: [{ interface: "lan", address: "192.168.100.1/24" }],
  };

  expect(await refusal({ policy, expect: [expectation] })).toBe("");
});

test("an expectation that is not met stops construction", async () => {
  expect(await refusal({ expect: ["from wan to wan:23 -> accept"] })).toBe(
    "Invalid firewall policy:\n  - expect[0]: from wan to wan:23: reject, arrives at 192.0.0.8:23, by undeclared: wan -> router; expected accept",
  );
});

test("a policy that shuts the administrator out is made only on request", async () => {
  const policy = { ...homePolicy, management: { interface: "vm0", ports: [2200] } };

  expect(await refusal({ policy })).toBe(
    "Invalid firewall policy:\n  - management: a new connection from 192.0.0.9 to vm0, port 22, gets: reject by undeclared: no zone -> router; expected accept, or allowLockout: true",
  );
  expect(await refusal({ policy, allowLockout: true })).toBe("");
});

test("a policy that could answer differently when asked again is refused", async () => {
  const policy = {
    ...homePolicy,
    get masquerade() {
      return ["wan"];
    },
  };

  expect(await refusal({ policy })).toBe(
    "Invalid firewall policy:\n  - masquerade: computed by a getter; expected a plain value",
  );
});

test("a firewall of its own can be taken away: begun by its record, confirmed by what follows it", async () => {
  const resources = await deploy(
    (opts) => new Firewall("Edge_1", { connection, policy: homePolicy }, opts),
  );
  const [, removal, record] = resources;

  // Deleted in the opposite order.
  expect(resources.map(({ name }) => name)).toEqual([
    "Edge_1",
    "Edge_1-filter-removal",
    "Edge_1-filter",
  ]);
  expect(record?.inputs.delete).toContain("agent remove edge-1-filter");
  expect(record?.inputs.stdin).toContain(
    "nft files/1\nsysctl net/ipv4/ip_forward 1\nsysctl net/ipv6/conf/all/forwarding 1\n",
  );
  expect(record?.inputs.stdin).toContain("\nconfirm 120\nfailure alert\n");
  expect(removal?.inputs.stdin).toContain("agent confirm edge-1-filter none");
  for (const { inputs } of [removal, record].flatMap((one) => one ?? [])) {
    expect([inputs.create, inputs.update]).toEqual([undefined, undefined]);
    expect(JSON.stringify({ ...inputs, connection: null })).not.toMatch(/(GUEST|NODE)-KEY/);
  }
});

const web = { name: "web", address: "2001:db8::5", port: 80, target: "192.168.100.20" };

test("a proxy listens before the filter lets anybody in to it, and goes with it", async () => {
  const [, , record] = await deploy(
    (opts) =>
      new Firewall("edge", { connection, policy: homePolicy, proxy: { proxies: [web] } }, opts),
  );

  expect(record?.inputs.stdin).toContain(
    [
      "program haproxy haproxy",
      "file /etc/proxmox-router/haproxy.cfg 0644 live files/1",
      "file /etc/systemd/system/proxmox-router-haproxy.service 0644 live files/2",
      "unit proxmox-router-haproxy.service",
      "nft files/3",
      "",
    ].join("\n"),
  );
  expect(record?.inputs.stdin).toContain("bind [2001:db8::5]:80");
  expect(record?.inputs.stdin).toMatch(
    /ip6 daddr (\{ )?2001:db8::5( \})? .*dport (\{ )?80( \})? .*accept/,
  );
});

test("proxies are checked with the policy", async () => {
  const proxy = { proxies: [web, { ...web, port: 2222 }] };

  expect(await refusal({ proxy })).toBe(
    'Invalid TCP proxies:\n  - proxy.proxies[1].name: "web" is the same as proxy.proxies[0].name "web"; expected another name',
  );
  const policy = { ...homePolicy, addresses: [{ interface: "lan", address: "2001:db8::5/64" }] };
  const open = "from lan to [2001:db8::5]:80 -> accept";
  expect(await refusal({ policy, proxy: { proxies: [web] }, expect: [open] })).toBe("");
});

test("a firewall that goes with its guest leaves nothing to take away", async () => {
  const resources = await deploy((opts) => {
    const guest = new remote.Command("guest", { connection }, opts);
    return new Firewall("edge", { connection, policy: homePolicy }, { deletedWith: guest });
  });
  const [, , record] = resources;

  expect(resources.map(({ name }) => name)).toEqual(["guest", "edge", "edge-filter"]);
  expect(record?.inputs).not.toHaveProperty("delete");
  expect(record?.inputs.stdin).toContain("\nfailure reboot\n");
});

test("a time to confirm that no machine keeps is refused", async () => {
  expect(await refusal({ confirmTimeout: 4000 })).toBe(
    "Invalid firewall:\n  - confirmTimeout: got 4000; expected an integer from 30 to 3600 seconds",
  );
});
