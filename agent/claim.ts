import { createHash } from "node:crypto";

/** An object of the Proxmox API that is about to be created. */
export type Claim =
  | {
      kind: "vm";
      vmId: number;
      /** Template that it is cloned from; none of a guest that is made anew. */
      template?: number;
      datastore: string;
      diskSize: number;
      /** PCI mappings that it is to start with; each stands for one device, or for several. */
      mappings?: readonly string[];
    }
  | { kind: "mapping"; id: string };

/**
 * Render the script that runs on a node before an object is created there.
 *
 * A run that was killed may leave an object that no state knows of. The mark, set here and taken
 * away by `renderRelease` once the object is complete, tells such a leftover, which is removed, from
 * an object of somebody else, which is refused.
 */
export function renderClaim(claim: Claim, urn: string): string {
  const { exists, remove, name, advice } = words(claim);
  return [
    ...PREAMBLE,
    `mark=${markPath(urn)}`,
    `if ${exists}; then`,
    `  [ -e "$mark" ] || fail "${name} exists already and is not of this stack. ${advice}"`,
    ...remove.map((line) => `  ${line}`),
    "fi",
    ...(claim.kind === "vm" ? [...vmChecks(claim), ...cardChecks(claim)] : []),
    `mkdir -p "\${mark%/*}"`,
    ': >"$mark"',
    "",
  ].join("\n");
}

/** Render the script that runs on the node once the object is complete. */
export function renderRelease(urn: string): string {
  return [...PREAMBLE, `rm -f ${markPath(urn)}`, ""].join("\n");
}

const PREAMBLE = [
  "set -eu",
  "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
  `fail() { printf '%s\\n' "$1" >&2; exit 1; }`,
];

const markPath = (urn: string) =>
  `/var/lib/proxmox-router/creating/${createHash("sha256").update(urn).digest("hex").slice(0, 32)}`;

function words(claim: Claim) {
  switch (claim.kind) {
    case "vm":
      return {
        name: `VM ${claim.vmId}`,
        exists: `pvesh get /cluster/nextid --vmid ${claim.vmId} 2>&1 | grep -q 'already exists'`,
        advice: "Choose another vmId, or remove that VM.",
        remove: [
          `for second in $(seq 600); do qm config ${claim.vmId} | grep -q '^lock:' || break; sleep 1; done`,
          `qm stop ${claim.vmId} >&2`,
          `qm destroy ${claim.vmId} --purge 1 >&2`,
        ],
      };
    case "mapping":
      return {
        name: `PCI mapping ${claim.id}`,
        exists: `pvesh get /cluster/mapping/pci/${claim.id} >/dev/null 2>&1`,
        advice: "Choose another mapping name, or remove that mapping.",
        remove: [`pvesh delete /cluster/mapping/pci/${claim.id} >&2`],
      };
  }
}

type VmClaim = Extract<Claim, { kind: "vm" }>;

const vmChecks = ({ template, datastore, diskSize }: VmClaim) => [
  ...(template === undefined
    ? []
    : [
        `qm config ${template} 2>/dev/null | grep -q '^template: 1' ||`,
        `  fail "VM ${template} is not a template of this node. Make one from a Debian cloud image (docs/template.md), or name another in router.template."`,
      ]),
  `free=$(pvesm status --storage ${datastore} 2>/dev/null | awk 'NR == 2 { print $6 }')`,
  `[ -n "$free" ] || fail "Storage ${datastore} does not exist on this node. Name another in router.datastore."`,
  `[ "$free" -ge ${diskSize * 1024 * 1024} ] ||`,
  `  fail "Storage ${datastore} has $((free / 1048576)) GiB free, the disk needs ${diskSize} GiB. Free some space, or name another storage in router.datastore."`,
];

// Proxmox says it only once the guest is made. Of several devices it gives each guest another.
const cardChecks = ({ vmId, mappings = [] }: VmClaim) =>
  mappings.length === 0
    ? []
    : [
        `for other in $(qm list | awk '$3 == "running" && $1 != ${vmId} { print $1 }'); do`,
        `  has=$(qm config "$other" --current 1 | sed -n 's/^hostpci[0-9]*:.*mapping=\\([^,]*\\).*/\\1/p')`,
        `  for mapping in ${mappings.join(" ")}; do`,
        `    printf '%s\\n' "$has" | grep -qxF -- "$mapping" || continue`,
        `    [ "$(pvesh get "/cluster/mapping/pci/$mapping" --output-format json | grep -o path= | grep -c .)" -gt 1 ] ||`,
        `      fail "VM $other runs with the card or virtual function of the PCI mapping $mapping. Stop it, or give this guest another."`,
        "  done",
        "done",
      ];
