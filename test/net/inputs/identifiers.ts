import { givenMacIssues, macIssues, sameMacIssues } from "../../../net/mac";
import { pciCardIssues, pciIdIssues, pciIssues, vfIndexIssues } from "../../../net/pci";
import {
  bridgeNameIssues,
  configIdIssues,
  nodeNameIssues,
  storageIdIssues,
  vmIdIssues,
} from "../../../net/proxmox-id";
import { sshKeyIssues } from "../../../net/ssh-key";
import type { Row } from "./row";

const shown = (value: unknown) =>
  typeof value === "string" ? JSON.stringify(value) : String(value);
const injected = "virtio,bridge=vmbr0,firewall=0";
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJZ0mWTfM3wDkXa0mRPsxGdLxyW0lN7Gw8eVtYHkzDYd a";
const ONE = "expected one line such as ssh-ed25519 AAAA… name";
const PRIVATE =
  "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----";

export const identifiers: readonly Row[] = [
  {
    row: "MAC addresses",
    cases: [
      ...[
        "01:00:5e:00:00:01",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "68:05:ca:00:01",
        "68:05:ca:00:01:00:00",
        "68-05-ca-00-01-00",
        "6805.ca00.0100",
        "6805ca000100",
        "68:5:ca:0:1:0",
        5,
      ].map(
        (mac) =>
          [
            macIssues("mac", mac),
            `mac: got ${shown(mac)}; expected a unicast MAC such as 68:05:ca:00:01:00`,
          ] as const,
      ),
      ...[
        ["00:00:5e:00:01:0a", "VRRP"],
        ["00:00:5E:00:02:0A", "VRRP"],
        ["02:42:ac:11:00:02", "Docker"],
      ].map(
        ([mac, owner]) =>
          [
            macIssues("mac", mac),
            `mac: "${mac ?? ""}" is from the range of ${owner ?? ""}; expected a MAC outside it`,
          ] as const,
      ),
      [
        givenMacIssues("mac", "BC:24:11:00:00:01"),
        'mac: "BC:24:11:00:00:01" is from the range of Proxmox; expected a MAC outside it',
      ],
      [
        sameMacIssues([
          { path: "nics[0].mac", mac: "68:05:ca:00:01:0a" },
          { path: "nics[1].mac", mac: "68:05:CA:00:01:0A" },
        ]),
        'nics[1].mac: "68:05:CA:00:01:0A" is the same as nics[0].mac; expected a MAC of its own',
      ],
    ],
  },
  {
    row: "ids and names of Proxmox",
    cases: [
      ...[0, 99, 1e9, "100", 100.5].map(
        (id) =>
          [
            vmIdIssues("vmId", id),
            `vmId: got ${shown(id)}; expected an integer from 100 to 999999999`,
          ] as const,
      ),
      ...["a/b", "a,b", "a=b", "-a", "a-", "a.b", ""].map(
        (name) =>
          [
            nodeNameIssues("node", name),
            `node: got ${shown(name)}; expected a node name: letters, digits and inner -`,
          ] as const,
      ),
      ...["local,x", "local/x", "local:x", "a=b", "x", "../x"].map(
        (name) =>
          [
            storageIdIssues("datastore", name),
            `datastore: got ${shown(name)}; expected a storage id: a letter, then letters, digits, _ . -`,
          ] as const,
      ),
      ...[injected, "vmbr", "vmbr01", "vmbr10000", "vmbr1/..", "br-0", "proxybr0"].map(
        (name) =>
          [
            bridgeNameIssues("bridgeName", name),
            `bridgeName: got ${shown(name)}; expected br and a number up to 9999, after up to four letters, such as vmbr1`,
          ] as const,
      ),
    ],
  },
  {
    row: "PCI addresses, functions and paths",
    cases: [
      ...[
        "0000:01:00.0/../..",
        "0000:0A:00.0",
        "01:00.0",
        "0000:01:20.0",
        "0000:01:00.8",
        "0000:01:00",
      ].map(
        (text) =>
          [
            pciIssues("path", text),
            `path: got ${shown(text)}; expected a PCI address such as 0000:01:00.0`,
          ] as const,
      ),
      ...["0000:01", "0000:01:00.", "all"].map(
        (text) =>
          [
            pciCardIssues("path", text),
            `path: got ${shown(text)}; expected a PCI address such as 0000:01:00`,
          ] as const,
      ),
      [
        pciIdIssues("deviceId", "8086"),
        'deviceId: got "8086"; expected vendor and device id such as 8086:1521',
      ],
      [vfIndexIssues("vf", 6, 6), "vf: got 6; expected an integer from 0 to 5"],
      [
        vfIndexIssues("vf", 0, 0),
        "vf: got 0, of a card without virtual functions; expected a count above 0 first",
      ],
      ...["../etc", "a/b", "a,b", "a=b"].map(
        (id) =>
          [
            configIdIssues("mapping", id),
            `mapping: got ${shown(id)}; expected an id: a letter, then letters, digits, _ -`,
          ] as const,
      ),
      [
        configIdIssues("mapping", "a\0b"),
        'mapping: got "a\\u0000b", which holds the unprintable character U+0000; expected an id: a letter, then letters, digits, _ -',
      ],
    ],
  },
  {
    row: "SSH keys, never shown",
    cases: [
      [sshKeyIssues("key", PRIVATE), `key: this is a private key; ${ONE}`],
      [
        sshKeyIssues("key", "PuTTY-User-Key-File-3: ssh-ed25519"),
        `key: this is a private key; ${ONE}`,
      ],
      [sshKeyIssues("key", `${KEY}\n${KEY}`), `key: more than one line; ${ONE}`],
      [sshKeyIssues("key", `command="id" ${KEY}`), `key: options before the key; ${ONE}`],
      [sshKeyIssues("key", `no-pty ${KEY}`), `key: options before the key; ${ONE}`],
      [sshKeyIssues("key", `${KEY}\u202e`), `key: holds unprintable characters; ${ONE}`],
      [sshKeyIssues("key", "ssh-dss AAAAB3NzaC1kc3M="), `key: no known type of key; ${ONE}`],
      [
        sshKeyIssues("key", KEY.replace("ssh-ed25519", "ssh-rsa")),
        `key: no ssh-rsa key after its type; ${ONE}`,
      ],
      [sshKeyIssues("key", KEY.slice(0, 60)), `key: no ssh-ed25519 key after its type; ${ONE}`],
      [sshKeyIssues("key", "ssh-ed25519 !"), `key: no ssh-ed25519 key after its type; ${ONE}`],
      [sshKeyIssues("key", "x".repeat(20_000)), `key: 20000 characters; ${ONE}`],
      [sshKeyIssues("key", 5), `key: not text; ${ONE}`],
    ],
  },
];
