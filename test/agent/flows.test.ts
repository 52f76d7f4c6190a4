// Needs root: machines made of namespaces, with a real sshd.
import { filterOperations } from "../../agent/guest";
import { renderRuleset } from "../../net/nftables";
import { type FirewallPolicy, Protocol } from "../../net/policy";
import { Flows } from "./flows";
import { Machine } from "./machine";
import { Change } from "./slices";

const CHANGES = 50;

let machine: Machine;
let flows: Flows;

beforeAll(async () => {
  machine = await Machine.start({ inMemory: true });
  flows = await Flows.open(machine);
});
afterAll(async () => {
  flows.close();
  await machine.stop();
});

const forward = { name: "stream", from: "wan", protocol: Protocol.Udp, port: 4002 };

/** One policy of many; each third lets nothing new pass of what flows already. */
function policy(number: number): FirewallPolicy {
  const closed = number % 3 === 2;
  return {
    management: { interface: "eth0" },
    zones: [
      { name: "wan", interfaces: ["wan"] },
      { name: "lan", interfaces: ["lan"] },
    ],
    flows: closed ? [] : [{ from: "lan", to: "wan" }],
    masquerade: closed ? [] : ["wan"],
    forwards: [
      ...(closed ? [] : [{ ...forward, address: "10.10.0.200" }]),
      { ...forward, name: `other-${number}`, port: 5000 + number, address: "10.10.0.201" },
    ],
  };
}

const change = (number: number) =>
  new Change(machine, filterOperations(renderRuleset(policy(number))), "filter");

test(`flows that pass lose nothing while the policy changes ${CHANGES} times`, async () => {
  await change(0).keep();
  await flows.start();
  for (let number = 1; number <= CHANGES; number += 1) await change(number).keep();
  const { out, in: inward, transfer } = await flows.end();

  const whole = { lost: 0, ordered: true };
  expect(out).toEqual({ ...whole, sent: out.sent, origins: ["203.0.113.5:4000"] });
  expect(inward).toEqual({ ...whole, sent: inward.sent, origins: ["203.0.113.9:4000"] });
  expect(transfer[1]).toEqual(transfer[0]);
  expect(Math.min(out.sent, inward.sent)).toBeGreaterThan(CHANGES * 20);
}, 150_000);
