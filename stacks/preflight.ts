import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";

/** The router that a stack wants, as far as it can clash with what a node has. */
export interface Wanted {
  /** Key of the configuration that has it. */
  readonly key: "router" | "appliance";
  readonly node: string;
  readonly name: string;
  readonly vmId: number;
  readonly template?: number;
  readonly datastore: string;
  /** Storage of its snippets; none of an appliance. */
  readonly snippets?: string;
  /** Size of the disk in GiB. */
  readonly disk: number;
}

/** What the API says a node has. */
export interface Found {
  readonly vms: readonly { vmId: number; name: string; tags: string[]; template?: boolean }[];
  readonly stores: readonly { id: string; contentTypes: string[]; spaceAvailable?: number }[];
}

const GIB = 1024 ** 3;

const TEMPLATE = {
  router: "a template made from a Debian cloud image (docs/template.md)",
  appliance: "a template",
};

/** Every reason why the router can not be made on the node, each with its remedy. */
export function preflightIssues(project: string, wanted: Wanted, found: Found): string[] {
  const { node, name, vmId, template, datastore, snippets, disk } = wanted;
  const key = (name: string) => `${project}:${wanted.key}.${name}`;
  const vm = found.vms.find((one) => one.vmId === vmId);
  const source = found.vms.find((one) => one.vmId === template);
  const store = found.stores.find(({ id }) => id === datastore);
  const free = (store?.spaceAvailable ?? 0) / GIB;
  const stores = found.stores.map(({ id }) => id).join(", ");

  return [
    ...(template === undefined || source?.template
      ? []
      : [
          `${key("template")}: ${source ? `VM ${template} is no template` : `no VM ${template}`} on node ${node}; expected ${TEMPLATE[wanted.key]}`,
        ]),
    // Whoever interrupted a creation finds a guest of this name that has no tag yet.
    ...(vm && vm.name !== name && !vm.tags.includes("proxmox-router")
      ? [
          `${key("vmId")}: VM ${vmId} "${vm.name}" exists on node ${node} and is not of this stack; expected a free id`,
        ]
      : []),
    ...(store
      ? []
      : [
          `${key("datastore")}: no storage ${datastore} on node ${node}; expected one of ${stores}`,
        ]),
    ...(store && !vm && free < disk
      ? [
          `${key("datastore")}: ${datastore} has ${free.toFixed(1)} GiB free, the disk of VM ${vmId} takes ${disk} GiB; expected more space, a smaller disk or another storage`,
        ]
      : []),
    ...(snippets === undefined ||
    found.stores.some((one) => one.id === snippets && one.contentTypes.includes("snippets"))
      ? []
      : [
          `${key("snippets")}: storage ${snippets} of node ${node} holds no snippets; expected a storage that does, or: pvesm set ${snippets} --content iso,vztmpl,backup,import,snippets`,
        ]),
  ];
}

/** Ask the API, before anything is changed and in previews too, whether the router can be made. */
export async function preflight(project: string, wanted: Wanted): Promise<void> {
  const issues = preflightIssues(project, wanted, await askNode(wanted.node));
  if (issues.length > 0) {
    throw new pulumi.RunError(["This node can not take the router:", ...issues].join("\n  - "));
  }
}

/** Ask the API what a node has; rejects with the keys to look at. */
export async function askNode(node: string): Promise<Found> {
  try {
    // One after the other: two failing at once would say the same thing twice.
    const { vms } = await proxmoxve.getVmsLegacy({ nodeName: node });
    const { datastores = [] } = await proxmoxve.getDatastores({ nodeName: node });
    return { vms, stores: datastores };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new pulumi.RunError(
      `The Proxmox API of node ${node} gives no answer that helps: ${reason.trim()}\n` +
        "Check proxmoxve:endpoint (and proxmoxve:insecure for a certificate of Proxmox's own), proxmoxve:username and proxmoxve:password (or proxmoxve:apiToken), and the node's name in proxmox-router:node.",
    );
  }
}
