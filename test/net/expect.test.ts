import { expectationIssues } from "../../net/expect";
import type { FirewallPolicy } from "../../net/policy";
import { homePolicy } from "../home";

const policy: FirewallPolicy = {
  ...homePolicy,
  zones: [...homePolicy.zones, { name: "far", addresses: ["198.51.100.0/24"] }],
  addresses: [{ interface: "lan", address: "192.168.100.1/24" }],
};
const ENDS = "far, guest, lan, router, wan";

test.each([
  [
    "from lan 999.1.1.1 to router:53 -> accept",
    'got "999.1.1.1"; expected four decimal octets without leading zeros',
  ],
  [
    "from wan to wan:443 -> accept, arrives at 010.0.0.1:443",
    'got "010.0.0.1"; expected four decimal octets without leading zeros',
  ],
  [
    "from lan to 192.0.2.1:80 -> accept, leaves as 10.1",
    'got "10.1"; expected four decimal octets without leading zeros',
  ],
  [
    "from lan to 999.1.1.1:53 -> accept",
    `got "from lan to 999.1.1.1:53 -> accept"; expected an address, ${ENDS} as destination`,
  ],
  ["from lan to router:0 -> accept", "got 0; expected an integer from 1 to 65535"],
  ["from lan to router:99999 -> accept", "got 99999; expected an integer from 1 to 65535"],
  [
    "from lan fd00::1 to 192.168.100.1:53 -> accept",
    "addresses of both IP families; expected one family",
  ],
  [
    "from far to router:53 -> accept",
    'no interface leads to zone "far"; expected a route to it in routes',
  ],
  [
    "from lan to far:53 -> accept",
    'no interface leads to zone "far"; expected a route to it in routes',
  ],
])("an expectation is refused: %s", (text, reason) => {
  expect(expectationIssues(policy, [text])).toEqual([`expect[0]: ${reason}`]);
});

test.each<[unknown, string]>([
  ["from lan to wan -> accept", 'expect: got "from lan to wan -> accept"; expected a list'],
  [null, "expect: got null; expected a list"],
  [[5], "expect[0]: got 5; expected text"],
  [["x".repeat(70_000)], "expect[0]: got 70000 characters; expected at most 65536"],
])("expectations that are none are refused", (value, issue) => {
  expect(expectationIssues(policy, value as string[])).toEqual([issue]);
});
