import { renderDnsmasq } from "../../net/dnsmasq";
import { dnsmasqIssues } from "../../net/dnsmasq-issues";
import { renderHaproxy } from "../../net/haproxy";
import { haproxyIssues } from "../../net/haproxy-issues";
import { networkdIssues } from "../../net/networkd-issues";
import { renderNetwork } from "../../net/networkd-network";
import { renderSysctl, SysctlKey } from "../../net/sysctl";
import { sysctlIssues } from "../../net/sysctl-issues";

const COUNT = 5000;
const all = Array.from({ length: COUNT }, (_, i) => i);
const byte = (i: number) => (i & 0xff).toString(16).padStart(2, "0");
const host = (i: number) => `10.20.${Math.floor(i / 250)}.${(i % 250) + 2}`;

const reservations = all.map((i) => ({
  mac: `02:00:00:00:${byte(i >> 8)}:${byte(i)}`,
  address: host(i),
  name: `guest-${i}`,
}));
const routes = all.map((i) => ({ destination: `${host(i)}/32` }));
const proxies = all.map((i) => ({
  name: `p${i}`,
  address: "203.0.113.5",
  port: 10_000 + i,
  target: host(i),
}));
const sysctls = all.map((i) => ({
  key: SysctlKey.InterfaceForwardIpv4,
  interface: `tap${i}i0`,
  value: 1,
}));

// Quadratic checks would take half a minute.
test.each<[string, () => readonly string[], () => string]>([
  [
    "reservations",
    () =>
      dnsmasqIssues("it", {
        name: "guests",
        interfaces: ["vmbr1"],
        addresses: ["10.20.0.1/16"],
        reservations,
      }),
    () =>
      renderDnsmasq({
        name: "guests",
        interfaces: ["vmbr1"],
        addresses: ["10.20.0.1/16"],
        reservations,
      }),
  ],
  [
    "routes",
    () => networkdIssues("it", { name: "vmbr1", routes }),
    () => renderNetwork({ name: "vmbr1", routes }).text,
  ],
  ["proxies", () => haproxyIssues("it", { proxies }), () => renderHaproxy({ proxies })],
  ["sysctls", () => sysctlIssues("it", sysctls), () => renderSysctl(sysctls)],
])(`${COUNT} %s are checked and rendered within two seconds`, (_, issues, render) => {
  const start = performance.now();

  expect(issues()).toEqual([]);
  expect(render().split("\n").length).toBeGreaterThan(COUNT);
  expect(performance.now() - start).toBeLessThan(2000);
});
