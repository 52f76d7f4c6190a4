import type * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { networkOperations } from "../agent/guest";
import { parseIdentity, renderIdentityQuery } from "../agent/identity";
import { renderSeed } from "../agent/seed";
import { renderNetworkConfig, renderVendorData } from "../net/cloud-init";
import type { RouterInterface } from "../net/router-network";
import { machineChange } from "./machine-change";
import { nodeConnection, onNode, type RouterConnection } from "./proxmox-node";
import { routerMachine, snippetName } from "./router-machine";
import type { RouterVmArgs } from "./router-vm-args";

/** A guest whose network is configured. */
interface RouterGuest {
  readonly vm: proxmoxve.VmLegacy;
  readonly address: pulumi.Output<string>;
  readonly hostKey: pulumi.Output<string>;
  readonly connection: pulumi.Output<RouterConnection>;
}

/**
 * Make a Debian guest and configure its network.
 *
 * @param planned - its interfaces; the MAC of a port that is not known yet is another's
 * @param interfaces - the same with their MACs
 */
export function routerGuest(
  name: string,
  args: RouterVmArgs,
  planned: readonly RouterInterface[],
  interfaces: pulumi.Output<RouterInterface[]>,
  parent: pulumi.Resource,
): RouterGuest {
  const { node, vmId, management = "", template = 9000, bootTimeout = 600 } = args;
  const { snippets = "local", privateKey = node.privateKey, confirmTimeout, detectDrift } = args;

  const seed = new remote.Command(
    `${name}-seed`,
    {
      connection: onNode(node),
      create: "sh -s write",
      delete: "sh -s remove",
      stdin: interfaces.apply((known) =>
        renderSeed({ storage: snippets, files: seedFiles(name, known, management) }),
      ),
      logging: remote.Logging.None,
      addPreviousOutputInEnv: false,
    },
    { parent },
  );
  // The first start reads the snippets.
  const vm = routerMachine(name, args, planned, { parent, dependsOn: seed });

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
    { parent, dependsOn: vm, deletedWith: vm, replaceWith: [vm] },
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
      operations: interfaces.apply(networkOperations),
      confirmSeconds: confirmTimeout,
      detectDrift,
    },
    { parent, deletedWith: vm, replaceWith: [vm] },
  );

  return {
    vm,
    address: identity.address,
    hostKey: identity.hostKey,
    connection: pulumi.all([reached, network.id]).apply(([connection]) => connection),
  };
}

const seedFiles = (name: string, interfaces: RouterInterface[], management: string) => [
  { path: snippetName(name, "network"), text: renderNetworkConfig(interfaces, management) },
  { path: snippetName(name, "vendor"), text: renderVendorData(interfaces) },
];
