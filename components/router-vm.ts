import type * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { networkOperations } from "../agent/guest";
import { parseIdentity, renderIdentityQuery } from "../agent/identity";
import { renderSeed } from "../agent/seed";
import { renderNetworkConfig, renderVendorData } from "../net/cloud-init";
import { deriveMac } from "../net/mac";
import type { RouterAddressing, RouterInterface } from "../net/router-network";
import { plainName, refuse } from "./input";
import { machineChange } from "./machine-change";
import {
  nodeConnection,
  onNode,
  type ProxmoxNodeArgs,
  type RouterConnection,
} from "./proxmox-node";
import { routerIssues } from "./router-issues";
import { routerMachine, snippetName } from "./router-machine";

/** One NIC of a router and what it does: a virtual one on a bridge, or a port of a passed card. */
export interface RouterVmInterfaceArgs extends RouterAddressing {
  /** Name inside the guest, from its first boot on. */
  name: string;
  /**
   * Host bridge to attach a virtual NIC to.
   * @default none: the interface is a port of a passed-through card
   */
  bridge?: pulumi.Input<string>;
  /**
   * Ethernet address; required for a port of a passed-through card.
   * @default derived from stack, router and interface name
   */
  mac?: string;
}

/** Arguments of a `RouterVm`. */
export interface RouterVmArgs {
  /** The node that runs the guest. */
  node: ProxmoxNodeArgs;
  /** Id of the guest in Proxmox, 100 to 999999999. */
  vmId: number;
  /** Interfaces of the router, in the order of its virtual NICs. */
  interfaces: RouterVmInterfaceArgs[];
  /** Name of the interface over which the router is administered. */
  management: string;
  /** Public SSH keys that may log in as root. */
  authorizedKeys: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Private key to log in with; one of the authorized keys.
   * @default the node's
   */
  privateKey?: pulumi.Input<string>;
  /**
   * PCI mappings passed through: `mapping` of a `PassthroughNic`.
   * @default none
   */
  pciMappings?: pulumi.Input<string>[];
  /**
   * Id of the template to clone; a Debian cloud image with qemu-guest-agent.
   * @default 9000
   */
  template?: number;
  /**
   * Storage of the disk and of the cloud-init drive.
   * @default "local-lvm"
   */
  datastore?: string;
  /**
   * Directory storage of the cloud-init snippets.
   * @default "local"
   */
  snippets?: string;
  /**
   * Virtual processors.
   * @default 2
   */
  cores?: pulumi.Input<number>;
  /**
   * Memory in MiB.
   * @default 1024
   */
  memory?: pulumi.Input<number>;
  /**
   * Size of the disk in GiB; not less than the template's.
   * @default 8
   */
  diskSize?: number;
  /**
   * Longest wait for the first boot, in seconds.
   * @default 600
   */
  bootTimeout?: number;
  /**
   * Time for a new connection to confirm a change of the network, in seconds, 30 to 3600; without
   * one the guest goes back.
   * @default 120
   */
  confirmTimeout?: number;
  /**
   * Whether each preview compares the guest's network with what was confirmed there, so that it
   * shows what somebody has changed by hand and `up` puts it right.
   * @default false
   */
  detectDrift?: boolean;
}

/** A router: a guest cloned from a template, its NICs named by MAC, its network configured. */
export class RouterVm extends pulumi.ComponentResource {
  /** Id of the guest in Proxmox. */
  readonly vmId: pulumi.Output<number>;
  /** Address on the management interface. */
  readonly address: pulumi.Output<string>;
  /** Public SSH host key of the guest, as the hypervisor read it. */
  readonly hostKey: pulumi.Output<string>;
  /** How other components reach the guest; available once its network is configured. */
  readonly connection: pulumi.Output<RouterConnection>;

  constructor(name: string, args: RouterVmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("proxmox-router:index:RouterVm", plainName(name), {}, opts);

    const { node, vmId, management, template = 9000, bootTimeout = 600 } = args;
    const { snippets = "local", privateKey = node.privateKey } = args;
    const { confirmTimeout, detectDrift } = args;
    const interfaces = withMacs(name, args.interfaces);
    refuse(this, "router", routerIssues(name, args, interfaces));

    const seed = new remote.Command(
      `${name}-seed`,
      {
        connection: onNode(node),
        create: "sh -s write",
        delete: "sh -s remove",
        stdin: renderSeed({ storage: snippets, files: seedFiles(name, interfaces, management) }),
        logging: remote.Logging.None,
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    );
    // The first start reads the snippets.
    const vm = routerMachine(name, args, interfaces, { parent: this, dependsOn: seed });

    const query = new remote.Command(
      `${name}-identity`,
      {
        connection: onNode(node),
        create: "sh -s",
        stdin: renderIdentityQuery({ vmId, device: management, template, timeout: bootTimeout }),
        logging: remote.Logging.None,
        addPreviousOutputInEnv: false,
      },
      // A new guest has a new key.
      { parent: this, dependsOn: vm, deletedWith: vm, replaceWith: [vm] },
    );
    const identity = query.stdout.apply(parseIdentity);
    const reached = pulumi.secret(
      pulumi.all([identity, privateKey, nodeConnection(node)]).apply(([guest, key, proxy]) => ({
        host: guest.address,
        hostKey: guest.hostKey,
        privateKey: key,
        proxy,
        vmId,
      })),
    );
    const network = machineChange(
      `${name}-network`,
      {
        connection: reached,
        operations: networkOperations(interfaces),
        confirmSeconds: confirmTimeout,
        detectDrift,
      },
      { parent: this, deletedWith: vm, replaceWith: [vm] },
    );

    machines.set(this, vm);
    this.vmId = vm.vmId;
    this.address = identity.address;
    this.hostKey = identity.hostKey;
    this.connection = pulumi.all([reached, network.id]).apply(([connection]) => connection);
    this.registerOutputs({
      vmId: this.vmId,
      address: this.address,
      hostKey: this.hostKey,
      connection: this.connection,
    });
  }

  /** The guest itself, for `deletedWith` and `dependsOn` of what lives in it. */
  get vm(): proxmoxve.VmLegacy {
    const vm = machines.get(this);
    if (!vm) throw new Error("the router has no machine yet");
    return vm;
  }
}

// Not a field: the schema of the component would show it.
const machines = new WeakMap<RouterVm, proxmoxve.VmLegacy>();

function withMacs(name: string, interfaces: RouterVmInterfaceArgs[]): RouterInterface[] {
  const owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
  return interfaces.map(({ name, mac, dhcp, defaultRoute, addresses, pool, reservations }) => ({
    name,
    mac: mac ?? deriveMac(owner, name),
    dhcp,
    defaultRoute,
    addresses,
    pool,
    reservations,
  }));
}

const seedFiles = (name: string, interfaces: RouterInterface[], management: string) => [
  { path: snippetName(name, "network"), text: renderNetworkConfig(interfaces, management) },
  { path: snippetName(name, "vendor"), text: renderVendorData(interfaces) },
];
