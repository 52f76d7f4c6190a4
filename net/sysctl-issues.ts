import { declaredIssues } from "./declared";
import { type Bounds, integerIssues } from "./integer";
import { got, type Issues, issue, quote } from "./issues";
import { interfaceNameIssues } from "./names";
import type { Shape } from "./shape";
import { type Sysctl, SysctlKey, sysctlName } from "./sysctl";
import { earlierTwins } from "./twins";

const LIMITS: Record<SysctlKey, Bounds> = {
  [SysctlKey.ForwardIpv4]: { min: 0, max: 1 },
  [SysctlKey.InterfaceForwardIpv4]: { min: 0, max: 1 },
  [SysctlKey.InterfaceForwardIpv6]: { min: 0, max: 1 },
  [SysctlKey.ReversePath]: { min: 0, max: 2 },
  [SysctlKey.ProxyArp]: { min: 0, max: 1 },
  [SysctlKey.ProxyNdp]: { min: 0, max: 1 },
  [SysctlKey.AcceptRa]: { min: 0, max: 2 },
  [SysctlKey.DisableIpv6]: { min: 0, max: 1 },
  [SysctlKey.ArpIgnore]: { min: 0, max: 8 },
  [SysctlKey.ArpAnnounce]: { min: 0, max: 2 },
  [SysctlKey.SendRedirects]: { min: 0, max: 1 },
  [SysctlKey.NeighboursIpv4]: { min: 128, max: 1_048_576 },
  [SysctlKey.NeighboursIpv6]: { min: 128, max: 1_048_576 },
  [SysctlKey.Connections]: { min: 1024, max: 16_777_216 },
};

/** Why kernel settings would be refused at boot, or contradict one another. */
export const sysctlIssues = (path: string, settings: readonly Sysctl[]): Issues =>
  declaredIssues(path, settings, SHAPE, (plain) => settingIssues(path, plain));

const SHAPE: Shape = [{ key: "text", "interface?": "text", value: "number" }];

function settingIssues(path: string, settings: readonly Sysctl[]): Issues {
  const twins = earlierTwins(settings.map(sysctlName));
  const forwarding = new Map(
    settings.flatMap(({ key, interface: device = "", value }, i) =>
      key === SysctlKey.InterfaceForwardIpv6 && value === 1 ? [[device, i] as const] : [],
    ),
  );
  return settings.flatMap((one, i) => {
    const at = `${path}[${i}]`;
    if (!Object.hasOwn(LIMITS, one.key)) {
      return issue(`${at}.key`, `unknown key ${quote(one.key)}`, Object.keys(LIMITS).join(", "));
    }
    const twin = twins[i];
    const forwards = forwarding.get(one.interface ?? "") ?? forwarding.get("all");
    return [
      ...interfaceIssues(`${at}.interface`, one),
      ...integerIssues(`${at}.value`, one.value, LIMITS[one.key]),
      ...(twin === undefined
        ? []
        : issue(at, `${sysctlName(one)} is already set by ${path}[${twin}]`, "it once")),
      // A host that forwards ignores router advertisements at 1, and would lose its way out.
      ...(one.key === SysctlKey.AcceptRa && one.value === 1 && forwards !== undefined
        ? issue(
            `${at}.value`,
            `1 is ignored while ${path}[${forwards}] forwards`,
            "2 to keep the route learnt by RA, or 0",
          )
        : []),
    ];
  });
}

function interfaceIssues(path: string, { key, interface: device }: Sysctl): Issues {
  if (!key.includes("*")) {
    return device === undefined
      ? []
      : issue(path, `${key} holds for the whole machine`, "no interface");
  }
  if (device === "all" || device === "default") return [];
  return device === undefined
    ? issue(path, got(device), `an interface name, all or default for ${key}`)
    : interfaceNameIssues(path, device);
}
