// Needs root: asks the real tools in namespaces of its own.
import { parse } from "yaml";
import { renderNetworkConfig, renderVendorData } from "../../net/cloud-init";
import type { RouterInterface } from "../../net/router-network";
import { homeInterfaces } from "../home";
import { onDebian } from "./debian";

const VENDOR = "/etc/seed/vendor-data";
const NETWORK = "/etc/seed/network-config";
const schema = (text: string) =>
  onDebian(`cloud-init schema --config-file ${VENDOR}`, [{ path: VENDOR, text }]);

/** The files that cloud-init itself makes of a network-config. */
function converted(interfaces: readonly RouterInterface[], management: string): string {
  const script = `cloud-init devel net-convert --network-data ${NETWORK} --kind yaml \\
      --directory /run/out --distro debian --output-kind networkd >/run/log 2>&1 || cat /run/log
    cd /run/out/etc/systemd/network
    for file in *; do echo "# $file"; grep . "$file"; done`;
  const text = renderNetworkConfig(interfaces, management);
  return onDebian(script, [{ path: NETWORK, text }]).output;
}

test("a YAML 1.1 reader sees a MAC made of digits as text", () => {
  const text = renderNetworkConfig(homeInterfaces, "vm0");
  const { ethernets } = parse(text, { version: "1.1" }) as {
    ethernets: Record<string, { match: { macaddress: unknown } }>;
  };

  expect(ethernets.vm0?.match.macaddress).toBe("02:00:00:00:00:01");
});

test("cloud-init accepts the vendor-data", () => {
  expect(schema(renderVendorData(homeInterfaces))).toMatchObject({ status: 0 });
});

test("cloud-init refuses vendor-data that is not made to its schema", () => {
  expect(schema("#cloud-config\nwrite_files: 5\n")).toMatchObject({
    status: 1,
    output: expect.stringContaining("write_files") as string,
  });
});

test.each([
  ["vm0", "02:00:00:00:00:01", "ipv4"],
  ["wan", "68:05:ca:00:01:00", "no"],
  ["lan", "68:05:ca:00:01:01", "no"],
])("cloud-init finds %s by MAC %s and starts DHCP there: %s", (name, mac, dhcp) => {
  const [, file = ""] = converted(homeInterfaces, "vm0").split(`# 10-cloud-init-${name}.network\n`);
  const lines = file.replace(/\n# [^]*/, "").split("\n");

  expect(lines).toEqual(
    expect.arrayContaining([`MACAddress=${mac}`, `Name=${name}`, `DHCP=${dhcp}`]),
  );
  expect(lines.includes("UseRoutes=False")).toBe(name === "vm0");
});

test("cloud-init gives the way in its fixed addresses", () => {
  const fixed = [{ name: "vm0", mac: "02:00:00:00:00:01", addresses: ["10.99.0.5/24"] }];

  expect(converted(fixed, "vm0")).toContain("Address=10.99.0.5/24\n");
});
