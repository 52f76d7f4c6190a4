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
