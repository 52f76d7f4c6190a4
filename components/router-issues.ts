import { parseCidr } from "../net/cidr";
import { hostLabelIssues } from "../net/dns-name";
import { type Issues, quote } from "../net/issues";
import { storageIdIssues, vmIdIssues } from "../net/proxmox-id";
import { interfaceIssues, type RouterInterface } from "../net/router-network";
import { sshKeyIssues } from "../net/ssh-key";
import { plainText } from "./input";
import { confirmTimeoutIssues } from "./machine-change";
import { nodeIssues } from "./proxmox-node";
import type { RouterVmArgs } from "./router-vm";

/** Every reason why a router can not be made of these arguments; names end up in shell scripts. */
export function routerIssues(
  name: string,
  args: RouterVmArgs,
  interfaces: RouterInterface[],
): Issues {
  const { node, vmId, template = 9000, datastore = "local-lvm", snippets = "local" } = args;
  const keys = Array.isArray(args.authorizedKeys) ? args.authorizedKeys : [];
  return [
    ...hostLabelIssues("name", name),
    ...nodeIssues(node),
    ...vmIdIssues("vmId", vmId),
    ...vmIdIssues("template", template),
    ...storageIdIssues("datastore", datastore),
    ...storageIdIssues("snippets", snippets),
    ...keys.flatMap((key, i) =>
      plainText(key, (text) => sshKeyIssues(`authorizedKeys[${i}]`, text)),
    ),
    ...managementIssues(args),
    ...confirmTimeoutIssues(args.confirmTimeout),
    ...args.interfaces.flatMap((one, i) =>
      one.bridge === undefined && one.mac === undefined
        ? [`interfaces[${i}]: neither bridge nor mac; expected one of them`]
        : [],
    ),
    ...interfaceIssues(interfaces),
  ];
}

function managementIssues({ management, interfaces }: RouterVmArgs): Issues {
  const way = interfaces.find((one) => one.name === management);
  if (!way) {
    const names = interfaces.map(({ name }) => name).filter((name) => typeof name === "string");
    return [`management: unknown interface ${quote(management)}; expected ${names.join(", ")}`];
  }
  return way.dhcp || way.addresses?.some((address) => parseCidr(address)?.family === 4)
    ? []
    : [`management: ${quote(management)} has no IPv4 address; expected dhcp: true or addresses`];
}
