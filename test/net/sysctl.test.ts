// Needs root: asks the real tools in namespaces of its own.
import { renderSysctl, type Sysctl, SysctlKey, sysctlName } from "../../net/sysctl";
import { sysctlIssues } from "../../net/sysctl-issues";
import { onDebian } from "./debian";
import { goldenCases } from "./golden-files";

const PATH = "/etc/sysctl.d/60-proxmox-router.conf";
const cases = goldenCases<Sysctl[]>("sysctl");

test.each(cases)("sysctl.d: $name is rendered as reviewed", ({ input, text }) => {
  expect(sysctlIssues("sysctls", input)).toEqual([]);
  expect(renderSysctl(input)).toBe(text);
});

test.each(["sysctl --quiet --load=", "/lib/systemd/systemd-sysctl "])(
  "%s sets what was asked for, also on an interface with a dot in its name",
  (load) => {
    const settings = cases.find(({ name }) => name === "routed-guests")?.input ?? [];
    const paths = settings.map((one) => sysctlName(one).replace(/[./]/g, swapped));
    const { output } = onDebian(
      `ip link add name vmbr0.100 type veth peer name tap101i0
      ${load}${PATH}
      cd /proc/sys; cat ${paths.join(" ")}`,
      [{ path: PATH, text: renderSysctl(settings) }],
    );

    expect(output).toBe(settings.map(({ value }) => `${value}\n`).join(""));
  },
);

const swapped = (mark: string) => (mark === "." ? "/" : ".");

test.each<[string, readonly unknown[], string[]]>([
  [
    "a key that leads elsewhere",
    [{ key: "net.ipv4.conf.*.forwarding/../../../kernel/core_pattern", interface: "a", value: 1 }],
    [
      `it[0].key: unknown key "net.ipv4.conf.*.forwarding/../../../kernel/core_pattern"; expected ${Object.values(SysctlKey).join(", ")}`,
    ],
  ],
  [
    "a key that every object has",
    [{ key: "constructor", value: 1 }],
    [`it[0].key: unknown key "constructor"; expected ${Object.values(SysctlKey).join(", ")}`],
  ],
  [
    "an interface that leads elsewhere",
    [{ key: SysctlKey.ProxyArp, interface: "../../kernel", value: 1 }],
    [
      'it[0].interface: got "../../kernel"; expected an interface name, ^[a-z][a-z0-9._-]*$, of at most 15 bytes',
    ],
  ],
  [
    "no interface where one is due, and one where none is",
    [
      { key: SysctlKey.ProxyArp, value: 1 },
      { key: SysctlKey.ForwardIpv4, interface: "vmbr0", value: 1 },
    ],
    [
      "it[0].interface: got undefined; expected an interface name, all or default for net.ipv4.conf.*.proxy_arp",
      "it[1].interface: net.ipv4.ip_forward holds for the whole machine; expected no interface",
    ],
  ],
  [
    "values out of range",
    [
      { key: SysctlKey.ForwardIpv4, value: 2 },
      { key: SysctlKey.Connections, value: 65_536_000 },
      { key: SysctlKey.NeighboursIpv4, value: 1.5 },
    ],
    [
      "it[0].value: got 2; expected an integer from 0 to 1",
      "it[1].value: got 65536000; expected an integer from 1024 to 16777216",
      "it[2].value: got 1.5; expected an integer from 128 to 1048576",
    ],
  ],
  [
    "a value that brings a second line, and a word that no setting has",
    [
      { key: SysctlKey.Connections, value: "65536\nkernel.panic = 1" },
      { key: SysctlKey.ForwardIpv4, value: 1, comment: "on" },
    ],
    [
      'it[0].value: got "65536\\nkernel.panic = 1", which holds the unprintable character U+000A; expected a number',
      'it[1]: has the key "comment"; expected key, interface, value',
    ],
  ],
  [
    "one setting twice",
    [
      { key: SysctlKey.ProxyNdp, interface: "vmbr0", value: 1 },
      { key: SysctlKey.ProxyNdp, interface: "vmbr0", value: 0 },
    ],
    ["it[1]: net.ipv6.conf.vmbr0.proxy_ndp is already set by it[0]; expected it once"],
  ],
  [
    "forwarding that would cost an uplink its route",
    [
      { key: SysctlKey.AcceptRa, interface: "vmbr0", value: 1 },
      { key: SysctlKey.InterfaceForwardIpv6, interface: "all", value: 1 },
    ],
    [
      "it[0].value: 1 is ignored while it[1] forwards; expected 2 to keep the route learnt by RA, or 0",
    ],
  ],
])("sysctls with %s are refused", (_, settings, issues) => {
  expect(sysctlIssues("it", settings as Sysctl[])).toEqual(issues);
});
