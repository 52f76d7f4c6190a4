import { type Issues, issue, quote } from "../net/issues";
import { joinIssues } from "../net/joined-issues";
import { nameIssues } from "../net/names";
import { sriovIssues } from "../net/sriov-issues";
import type { SriovConfig } from "./sriov-pfsense-config";

/** The names of all functions, the first first. */
export const functionNames = ({ sriov: { count, vfs } }: SriovConfig): string[] =>
  Array.from({ length: count }, (_, number) => vfs[number]?.name ?? `vf${number}`);

/** Every reason why a configuration can not be built, by its keys. */
export function configIssues(project: string, config: SriovConfig): Issues {
  const { sriov, appliance } = config;
  const names = functionNames(config);
  const first = new Map<string, string>();
  return joinIssues(
    sriovIssues(sriov).map((line) => `${project}:sriov.${line}`),
    nameIssues(`${project}:appliance.name`, appliance.name),
    appliance.os === "openbsd"
      ? issue(
          `${project}:appliance.os`,
          "OpenBSD has no driver for a virtual function such as an i350's",
          "pfsense, opnsense, freebsd",
        )
      : [],
    [appliance.iso, appliance.image, appliance.template].every((one) => one === undefined)
      ? issue(`${project}:appliance`, "no iso, no image and no template", "one of them")
      : [],
    (appliance.functions ?? []).flatMap((name, i) => {
      const path = `${project}:appliance.functions[${i}]`;
      const other = first.get(name);
      if (other === undefined) first.set(name, path);
      if (other !== undefined) {
        return issue(path, `${quote(name)} is the same as ${other}`, "another function");
      }
      return names.includes(name)
        ? []
        : issue(path, `unknown function ${quote(name)}`, names.join(", "));
    }),
  );
}
