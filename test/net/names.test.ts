import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { dnsNameIssues, hostLabelIssues, sshHostIssues } from "../../net/dns-name";
import { interfaceNameIssues, nameIssues, sameNameIssues, vlanInterface } from "../../net/names";
import { NFT_KEYWORDS } from "../../net/nft-keywords";
import {
  bridgeNameIssues,
  configIdIssues,
  nodeNameIssues,
  storageIdIssues,
} from "../../net/proxmox-id";
import { descriptionIssues } from "../../net/text";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);

test.each(["wan", "lan-2", "opt1", "a", "a23456789-12", "vm0"])("%s is a name", (name) => {
  expect(nameIssues("name", name)).toEqual([]);
});

test.each(["eno1", "enp1s0f0np0.100", "vmbr0", "tap100i0", "wlx00c0ca000001", "br-lan", "a_b"])(
  "%s is the name of an interface",
  (name) => {
    expect(interfaceNameIssues("interface", name)).toEqual([]);
  },
);

test("every name leaves room for a VLAN in an interface's name", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/),
      fc.integer({ min: 1, max: 4094 }),
      (name, vlan) => {
        fc.pre(nameIssues("name", name).length === 0);
        expect(interfaceNameIssues("vlan", vlanInterface(name, vlan))).toEqual([]);
      },
    ),
  );
});

test("names that differ in more than case and spelling stand side by side", () => {
  expect(
    sameNameIssues([
      { path: "a", name: "web" },
      { path: "b", name: "web2" },
    ]),
  ).toEqual([]);
});

test("nft takes every name that is not reserved for that of a set", () => {
  const names = fc.sample(fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/), { numRuns: 500, seed: 3 });
  const words = "wan lan dmz guest home office iot host net web ssh dns mail db vpn admin public";
  const sound = [...names, ...words.split(" ")].filter((one) => nameIssues("", one).length === 0);
  expect(sound.length).toBeGreaterThan(500);
  expect(accepts(sound)).toBe(true);
});

test("nft itself refuses what is reserved for its sake", () => {
  // Words of every release; the list holds those of some releases too.
  const words = ["map", "fwd", "ip", "set", "drop", "accept", "ct", "meta", "tcp", "limit", "rule"];
  expect(words.filter((one) => !NFT_KEYWORDS.has(one) || accepts([one]))).toEqual([]);
});

function accepts(names: readonly string[]): boolean {
  const sets = names.map((name) => `table inet t {\nset ${name} { type ipv4_addr; }\n}`);
  try {
    execFileSync("unshare", ["-rn", "nft", "-c", "-f", "-"], {
      input: `${[...new Set(sets)].join("\n")}\n`,
      stdio: ["pipe", "ignore", "pipe"],
    });
    return true;
  } catch (error) {
    // A refusal, not a missing nft.
    expect(String((error as { stderr: unknown }).stderr)).toContain("syntax error");
    return false;
  }
}

test("names of labels are DNS names, and one label is a host's", () => {
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
      const name = [...labels, "net"].join(".");
      expect([dnsNameIssues("domain", name), sshHostIssues("host", name)]).toEqual([[], []]);
      expect(hostLabelIssues("name", `a${labels[0] ?? ""}`)).toEqual([]);
    }),
  );
});

test.each(["10.0.0.1", "fd00::1", "pve", "pve.example.net", "xn--mller-kva.example"])(
  "SSH reaches %s",
  (host) => {
    expect(sshHostIssues("host", host)).toEqual([]);
  },
);

test("the names that Proxmox makes by itself are known", () => {
  expect([
    ...["pve", "PVE-2", "node1"].flatMap((name) => nodeNameIssues("node", name)),
    ...["local", "local-lvm", "ceph_rbd.2"].flatMap((name) => storageIdIssues("store", name)),
    ...["router-nic", "gpu_1"].flatMap((name) => configIdIssues("mapping", name)),
    ...["vmbr0", "vmbr9999"].flatMap((name) => bridgeNameIssues("bridgeName", name)),
    ...descriptionIssues("description", "Web servers (prod), 2nd rack; see wiki#12"),
  ]).toEqual([]);
});
