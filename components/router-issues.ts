import { attachmentIssues } from "../net/card-ports";
import { parseCidr } from "../net/cidr";
import { hostLabelIssues } from "../net/dns-name";
import { integerIssues } from "../net/integer";
import { type Issues, issue, quote } from "../net/issues";
import { configIdIssues, storageIdIssues, vmIdIssues } from "../net/proxmox-id";
import { interfaceIssues, type RouterInterface } from "../net/router-network";
import { sshKeyIssues } from "../net/ssh-key";
import { plainText } from "./input";
import { confirmTimeoutIssues } from "./machine-change";
import { nodeIssues } from "./proxmox-node";
import type { RouterVmArgs } from "./router-vm-args";

/** Every reason why a router can not be made of these arguments; names end up in shell scripts. */
export function routerIssues(
  name: string,
  args: RouterVmArgs,
  interfaces: readonly RouterInterface[],
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
    ...hardwareIssues(args),
    ...(args.authorizedKeys === undefined
      ? issue("authorizedKeys", "missing", "public SSH keys that may log in as root")
      : []),
    ...keys.flatMap((key, i) =>
      plainText(key, (text) => sshKeyIssues(`authorizedKeys[${i}]`, text)),
    ),
    ...managementIssues(args),
    ...confirmTimeoutIssues(args.confirmTimeout),
    ...attachmentIssues(args.interfaces, args.ports !== undefined),
    ...interfaceIssues(interfaces),
  ];
}

/** Every reason why a guest can not have the hardware that is declared, as far as it is known. */
export function hardwareIssues({
  pciMappings = [],
  startup = {},
  protection,
}: RouterVmArgs): Issues {
  return [
    ...pciMappings.flatMap((mapping, i) =>
      plainText(mapping, (text) => configIdIssues(`pciMappings[${i}]`, text)),
    ),
    ...(["order", "upDelay", "downDelay"] as const).flatMap((key) => {
      const value = startup[key];
      // What comes later is an object.
      return value === undefined || typeof value === "object"
        ? []
        : integerIssues(`startup.${key}`, value, { min: 0, max: 1_000_000 });
    }),
    // Pulumi has to know it before anything is asked of Proxmox.
    ...(protection === undefined || typeof protection === "boolean"
      ? []
      : issue("protection", `got ${quote(protection)}`, "true or false")),
  ];
}

function managementIssues({ management, interfaces }: RouterVmArgs): Issues {
  const way = interfaces.find((one) => one.name === management);
  if (!way) {
    const names = interfaces.map(({ name }) => name).filter((name) => typeof name === "string");
    return management === undefined
      ? issue("management", "missing", names.join(", "))
      : issue("management", `unknown interface ${quote(management)}`, names.join(", "));
  }
  return way.dhcp || way.addresses?.some((address) => parseCidr(address)?.family === 4)
    ? []
    : issue("management", `${quote(management)} has no IPv4 address`, "dhcp: true or addresses");
}
