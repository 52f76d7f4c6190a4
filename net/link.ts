import type { ConfigFile } from "./config-file";
import { declaredIssues } from "./declared";
import { optional, renderIni } from "./ini";
import { type Issues, issue, quote } from "./issues";
import { mtuIssues } from "./link-settings";
import { macIssues, parseMac, sameMacIssues } from "./mac";
import { interfaceNameIssues, sameNameIssues } from "./names";
import { pciIssues } from "./pci";
import type { Shape } from "./shape";
import { earlierTwins } from "./twins";

/** The name that one network device gets at every boot, whatever slot or order it is found in. */
export interface Link {
  /** Name to give. */
  name: string;
  /**
   * Permanent Ethernet address of the device; holds when PCI buses are renumbered.
   * @default none: `pci` says which device
   */
  mac?: string;
  /**
   * PCI function of the device, such as `0000:01:10.2`; for virtual functions, whose address is
   * set only after they are found.
   * @default none: `mac` says which device
   */
  pci?: string;
  /**
   * Largest packet in bytes.
   * @default the driver's
   */
  mtu?: number;
}

/** The `.link` file of one device (systemd.link(5)). */
export function renderLink({ name, mac, pci, mtu }: Link): ConfigFile {
  return {
    path: `/etc/systemd/network/10-${name}.link`,
    text: renderIni([
      [
        "Match",
        [
          ...optional("PermanentMACAddress", mac && (parseMac(mac) ?? mac)),
          ...optional("Path", pci && `pci-${pci}`),
        ],
      ],
      [
        "Link",
        [
          ["Name", name],
          // This file stands in for the default one, which would keep a random address stable.
          ...optional("MACAddressPolicy", mac === undefined ? "persistent" : undefined),
          ...optional("MTUBytes", mtu),
        ],
      ],
    ]),
  };
}

const SHAPE: Shape = [{ name: "text", "mac?": "text", "pci?": "text", "mtu?": "number" }];

/** Why devices would not get their names, or not all of them. */
export const linkIssues = (path: string, links: readonly Link[]): Issues =>
  declaredIssues(path, links, SHAPE, (plain) => valueIssues(path, plain));

function valueIssues(path: string, links: readonly Link[]): Issues {
  const all = links.map((one, i) => ({ ...one, path: `${path}[${i}]` }));
  const addressed = all.filter(({ pci }) => pci !== undefined);
  const twins = earlierTwins(addressed.map(({ pci = "" }) => pci));
  return [
    ...all.flatMap(({ path: at, name, mac, pci, mtu }) => [
      ...interfaceNameIssues(`${at}.name`, name),
      ...(KERNEL_NAME.test(name)
        ? issue(`${at}.name`, `${quote(name)} is the kernel's own to give`, "another name")
        : []),
      ...((mac === undefined) === (pci === undefined)
        ? issue(at, mac === undefined ? "neither mac nor pci" : "both mac and pci", "one of them")
        : []),
      ...(mac === undefined ? [] : macIssues(`${at}.mac`, mac)),
      ...(pci === undefined ? [] : pciIssues(`${at}.pci`, pci)),
      ...(mtu === undefined ? [] : mtuIssues(`${at}.mtu`, mtu)),
    ]),
    ...sameNameIssues(all.map(({ path: at, name }) => ({ path: `${at}.name`, name }))),
    ...sameMacIssues(
      all.flatMap(({ path: at, mac }) => (mac === undefined ? [] : [{ path: `${at}.mac`, mac }])),
    ),
    ...addressed.flatMap(({ path: at, pci }, i) => {
      const first = addressed[twins[i] ?? -1];
      return first
        ? issue(`${at}.pci`, `${quote(pci)} is the same as ${first.path}.pci`, "another device")
        : [];
    }),
  ];
}

/** Names that devices have before any is renamed: giving one away fails while it is taken. */
const KERNEL_NAME = /^(eth|wlan|wwan|usb|ib)\d+$/;
