import { joinClaims } from "../../net/address-claims";
import { clashIssues } from "../../net/address-clashes";
import { forwardClaims, planClaims } from "../../net/address-plan-claims";
import { interfaceClaims } from "../../net/router-claims";
import { homeInterfaces, homePolicy } from "../home";
import { singleAddress } from "./plans";

const router = interfaceClaims("router.interfaces", homeInterfaces);
const host = planClaims("host", singleAddress);
const forwards = (address: string) =>
  forwardClaims("firewall.policy.forwards", [{ name: "web", address }]);
const between = (...claims: Parameters<typeof joinClaims>[0]) => clashIssues(joinClaims(claims));

test("a router's interfaces fit beside the plan of its host", () => {
  expect(between(router, host)).toEqual([]);
  expect(between(router, forwards("192.168.100.5"))).toEqual([]);
});

test("a forward of one component into the pool of another names both", () => {
  expect(between(router, forwardClaims("firewall.policy.forwards", homePolicy.forwards))).toEqual(
    [0, 1].map(
      (i) =>
        `firewall.policy.forwards[${i}].address: 192.168.100.20 is in router.interfaces[2].pool 192.168.100.10-192.168.100.250; expected an address outside of it, or one that is reserved`,
    ),
  );
});

test("networks of two components that overlap are both named", () => {
  const bridge = planClaims("bridge", {
    networks: [{ name: "vmbr1", addresses: ["192.168.100.254/24"] }],
  });
  expect(between(router, bridge)).toEqual([
    "bridge.networks[0].addresses[0]: 192.168.100.254/24 overlaps router.interfaces[2].addresses[0] 192.168.100.1/24; expected networks apart",
  ]);
});
