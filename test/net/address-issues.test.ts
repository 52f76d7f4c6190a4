import fc from "fast-check";
import {
  addressIssues,
  hostAddressIssues,
  interfaceAddressIssues,
  networkIssues,
  slaacIssues,
} from "../../net/address-issues";
import { formatAddress, formatCidr, networkOf, parseAddress, parseCidr } from "../../net/cidr";
import { cidr } from "./arbitraries";

test.each([
  "10.0.0.1",
  "192.168.1.255",
  "172.31.0.9",
  "100.64.0.1",
  "8.8.8.8",
  "fd00::1",
  "2600::1",
  "2a01:4f8::2",
])("a host can have %s", (text) => {
  expect(hostAddressIssues("address", text)).toEqual([]);
});

test("documentation addresses are in use where an uplink has them, and only there", () => {
  const uplinks = [parseCidr("203.0.113.5/24"), parseCidr("2001:db8:8:5688::2/64")].flatMap(
    (one) => one ?? [],
  );
  expect([
    ...hostAddressIssues("address", "203.0.113.77", { uplinks }),
    ...hostAddressIssues("address", "2001:db8:8:5688::77", { uplinks }),
    ...networkIssues("network", "2001:db8:8:5688:8000::/65", { uplinks }),
  ]).toEqual([]);
  expect([
    ...hostAddressIssues("address", "198.51.100.1", { uplinks }),
    ...networkIssues("network", "2001:db8:8::/48", { uplinks }),
    ...hostAddressIssues("address", "127.0.0.1", {
      uplinks: [{ family: 4, address: 0n, prefix: 0 }],
    }),
  ]).toEqual([
    'address: got "198.51.100.1", a documentation address; expected one that a host can have',
    'network: got "2001:db8:8::/48", a documentation address; expected one that a host can have',
    'address: got "127.0.0.1", a loopback address; expected one that a host can have',
  ]);
});

test("a field for one family refuses the other", () => {
  expect([
    ...addressIssues("address", "fd00::1", { family: 4 }),
    ...addressIssues("address", "10.0.0.1", { family: 6 }),
    ...networkIssues("network", "10.0.0.0/8", { family: 6 }),
  ]).toEqual([
    'address: got "fd00::1"; expected an IPv4 address such as 10.0.0.1',
    'address: got "10.0.0.1"; expected an IPv6 address such as fd00::1',
    'network: got "10.0.0.0/8"; expected IPv6 such as fd00::1/64',
  ]);
});

test("what has no issues can be read, and what has some names the one network that is meant", () => {
  fc.assert(
    fc.property(cidr, (one) => {
      const [text, network] = [formatCidr(one), formatCidr(networkOf(one))];
      const address = formatAddress(one.family, one.address);
      expect(addressIssues("address", address)).toEqual([]);
      expect(parseAddress(address)).toEqual({ family: one.family, value: one.address });
      if (text !== network && one.prefix > 0) {
        expect(networkIssues("network", text)).toEqual([
          `network: got "${text}", with host bits set; expected ${network}`,
        ]);
      }
    }),
    { numRuns: 1000 },
  );
});

test("point-to-point links have no network address to spare", () => {
  const texts = ["10.0.0.0/31", "10.0.0.1/31", "10.0.0.7/32", "fd00::/127", "fd00::9/128"];
  expect(texts.flatMap((text) => interfaceAddressIssues("address", text))).toEqual([]);
  expect(slaacIssues("address", "fd00::1/64")).toEqual([]);
});
