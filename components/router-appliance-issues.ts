import { hostLabelIssues } from "../net/dns-name";
import { got, type Issues, issue } from "../net/issues";
import { storageIdIssues, vmIdIssues, volumeIdIssues } from "../net/proxmox-id";
import { interfaceIssues, type RouterInterface } from "../net/router-network";
import { shapeIssues } from "../net/shape";
import { plainText } from "./input";
import { nodeIssues } from "./proxmox-node";
import { hardwareIssues } from "./router-issues";
import {
  ApplianceOs,
  Firmware,
  type RouterApplianceArgs,
  type RouterVmArgs,
} from "./router-vm-args";
import { isFunctionMapping } from "./vf-pool";

/** What can only be said of a guest that is configured. */
const CONFIGURED = [
  "management",
  "authorizedKeys",
  "privateKey",
  "ports",
  "snippets",
  "bootTimeout",
  "confirmTimeout",
  "detectDrift",
] as const;
const CONFIGURED_INTERFACE = [
  "port",
  "dhcp",
  "defaultRoute",
  "addresses",
  "pool",
  "reservations",
] as const;

/** Every reason why an appliance can not be made of these arguments. */
export function applianceIssues(
  name: string,
  args: RouterVmArgs,
  appliance: RouterApplianceArgs,
  interfaces: readonly RouterInterface[],
): Issues {
  const { node, vmId, template, datastore = "local-lvm", pciMappings = [] } = args;
  const shape = shapeIssues("appliance", appliance, {
    os: "text",
    "firmware?": "text",
    "iso?": "checked",
    "image?": "checked",
  });
  return [
    ...hostLabelIssues("name", name),
    ...nodeIssues(node),
    ...vmIdIssues("vmId", vmId),
    ...(template === undefined ? [] : vmIdIssues("template", template)),
    ...storageIdIssues("datastore", datastore),
    ...hardwareIssues(args),
    ...(shape.length > 0 ? shape : sourceIssues(appliance, template)),
    ...CONFIGURED.flatMap((key) => (args[key] === undefined ? [] : foreign(key))),
    ...args.interfaces.flatMap((one, i) => [
      ...CONFIGURED_INTERFACE.flatMap((key) =>
        one[key] === undefined ? [] : foreign(`interfaces[${i}].${key}`),
      ),
      ...(one.bridge === undefined
        ? issue(`interfaces[${i}].bridge`, "missing", "a bridge; cards are in pciMappings")
        : []),
    ]),
    ...interfaceIssues(interfaces.map(({ name, mac }) => ({ name, mac }))),
    ...(appliance.os === ApplianceOs.Openbsd ? pciMappings : []).flatMap((mapping, i) =>
      isFunctionMapping(mapping)
        ? issue(
            `pciMappings[${i}]`,
            "a virtual function, and OpenBSD has no driver for one such as an i350's",
            "a whole card, or an interface on a bridge",
          )
        : [],
    ),
  ];
}

const foreign = (path: string): Issues =>
  issue(path, "an appliance keeps its own network", "no such argument beside appliance");

function sourceIssues(
  { os, firmware, iso, image }: RouterApplianceArgs,
  template: number | undefined,
): Issues {
  return [
    ...oneOf("appliance.os", os, Object.values(ApplianceOs)),
    ...(firmware === undefined
      ? []
      : oneOf("appliance.firmware", firmware, Object.values(Firmware))),
    ...volume("appliance.iso", iso, "iso"),
    ...volume("appliance.image", image, "import"),
    ...(iso === undefined && image === undefined && template === undefined
      ? issue(
          "appliance",
          "no iso, no image and no template",
          "one of them; iso: none once it is installed",
        )
      : []),
    ...(image !== undefined && template !== undefined
      ? issue("appliance.image", "template is declared too", "one of them")
      : []),
  ];
}

const volume = (path: string, value: RouterApplianceArgs["iso"], content: "iso" | "import") =>
  value === undefined
    ? []
    : plainText(value, (text) =>
        content === "iso" && text === "none" ? [] : volumeIdIssues(path, text, content),
      );

const oneOf = (path: string, value: string, known: readonly string[]): Issues =>
  known.includes(value) ? [] : issue(path, got(value), known.join(", "));
