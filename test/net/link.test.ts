// Needs root: asks the real tools in namespaces of its own.
import type { ConfigFile } from "../../net/config-file";
import { type Link, linkIssues, renderLink } from "../../net/link";
import { onDebian } from "./debian";
import { goldenCases } from "./golden-files";

const cases = goldenCases<Link>("link");

/** What udev, asked about some device, says of the files that name devices. */
const udev = (file: ConfigFile) =>
  onDebian(
    `ip link add v0 type veth peer name v1
    SYSTEMD_LOG_LEVEL=debug udevadm test-builtin net_setup_link /sys/class/net/v0 2>&1 |
      grep /etc/systemd/network/`,
    [file],
  ).output;

test.each(cases)("a link: $name is rendered as reviewed", ({ input, text }) => {
  expect(linkIssues("links", [input])).toEqual([]);
  expect(renderLink(input).text).toBe(text);
});

test.each(cases)("udev understands every line of $name", ({ input }) => {
  const file = renderLink(input);

  expect(udev(file)).toBe(`Parsed configuration file "${file.path}"\n`);
});

test("udev complains of a key that it does not know", () => {
  const path = "/etc/systemd/network/10-x.link";

  expect(udev({ path, text: "[Match]\nPath=x\n\n[Link]\nNam=x\n" })).toContain(
    `${path}:5: Unknown key 'Nam'`,
  );
});

test.each<[string, Link[], string[]]>([
  [
    "no device, or two of them",
    [{ name: "lan" }, { name: "wan", mac: "68:05:ca:00:01:00", pci: "0000:01:00.0" }],
    [
      "it[0]: neither mac nor pci; expected one of them",
      "it[1]: both mac and pci; expected one of them",
    ],
  ],
  [
    "the same name, MAC or PCI function twice",
    [
      { name: "a", mac: "68:05:ca:00:01:00" },
      { name: "a", mac: "68:05:CA:00:01:00" },
      { name: "b", pci: "0000:01:00.0" },
      { name: "c", pci: "0000:01:00.0" },
    ],
    [
      'it[1].name: "a" is the same as it[0].name "a"; expected another name',
      'it[1].mac: "68:05:CA:00:01:00" is the same as it[0].mac; expected a MAC of its own',
      'it[3].pci: "0000:01:00.0" is the same as it[2].pci; expected another device',
    ],
  ],
  [
    "a name of the kernel's own, and a device out of its directory",
    [
      { name: "eth0", mac: "68:05:ca:00:01:00" },
      { name: "lan", pci: "0000:01:00.0/../.." },
      { name: "wan", pci: "0000:01:*" },
    ],
    [
      'it[0].name: "eth0" is the kernel\'s own to give; expected another name',
      'it[1].pci: got "0000:01:00.0/../.."; expected a PCI address such as 0000:01:00.0',
      'it[2].pci: got "0000:01:*"; expected a PCI address such as 0000:01:00.0',
    ],
  ],
])("links with %s are refused", (_, links, issues) => {
  expect(linkIssues("it", links)).toEqual(issues);
});
