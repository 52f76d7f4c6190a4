// Needs root: asks the real tools in namespaces of its own.
import type { ConfigFile } from "../../net/config-file";
import type { DnsmasqServer } from "../../net/dnsmasq";
import type { TcpProxies } from "../../net/haproxy";
import { dnsmasqFiles, dnsmasqUnit, HAPROXY_UNIT, haproxyFiles } from "../../net/host";
import { onDebian } from "./debian";
import { goldenCases } from "./golden-files";

const units = (files: readonly ConfigFile[]) =>
  files.map(({ path }) => path).filter((path) => path.endsWith(".service"));

test("two networks and the proxies of a host have files of their own, which systemd accepts", () => {
  const [guests] = goldenCases<DnsmasqServer>("dnsmasq");
  const [proxies] = goldenCases<TcpProxies>("haproxy");
  if (!guests || !proxies) throw new Error("no golden cases");
  const files = [
    ...dnsmasqFiles(guests.input),
    ...dnsmasqFiles({ ...guests.input, name: "other" }),
    ...haproxyFiles(proxies.input),
  ];

  expect(new Set(files.map(({ path }) => path)).size).toBe(6);
  expect(units(files)).toEqual(
    [dnsmasqUnit("guests"), dnsmasqUnit("other"), HAPROXY_UNIT].map(
      (name) => `/etc/systemd/system/${name}`,
    ),
  );
  expect(onDebian(`systemd-analyze verify --man=no ${units(files).join(" ")}`, files)).toEqual({
    status: 0,
    output: "",
  });
});

test("the unit of a network starts a dnsmasq that reads its file and stays in the foreground", () => {
  const files = dnsmasqFiles({ name: "lan", interfaces: ["lan"], addresses: ["10.0.0.1/24"] });
  const command = /^ExecStart=(.*)$/m.exec(files.at(-1)?.text ?? "")?.[1] ?? "";

  expect(onDebian(`timeout 1 ${command} --test; ls /run/*.pid 2>/dev/null || true`, files)).toEqual(
    {
      status: 0,
      output: "dnsmasq: syntax check OK.\n",
    },
  );
  expect(onDebian(`timeout 1 ${command} --user=root || echo ended: $?`, files).output).toBe(
    "ended: 124\n",
  );
});
