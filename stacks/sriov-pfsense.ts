import { RouterVm, type SriovFunction, SriovVfSet } from "../components";
import { type ConfigReader, readConfig, refusal } from "./config";
import { prepareKernel } from "./host-kernel";
import { readNode } from "./node";
import { preflight } from "./preflight";
import { type SriovConfig, schema } from "./sriov-pfsense-config";
import { configIssues, functionNames } from "./sriov-pfsense-issues";

/** A firewall appliance whose ports are virtual functions of a card that the host keeps. */
export async function sriovPfsense(project: string, reader: ConfigReader) {
  const config = readConfig(project, reader, schema);
  const issues = configIssues(project, config);
  if (issues.length > 0) throw refusal(issues);
  const { node } = readNode(project, config.node);
  const { sriov, appliance, confirmTimeout, detectDrift } = config;
  await preflight(project, { node: node.name, key: "appliance", ...appliance });

  const { dependsOn, outputs } = prepareKernel(node, config);
  const set = new SriovVfSet(
    "functions",
    { node, ...sriov, confirmTimeout, detectDrift },
    { dependsOn },
  );
  const given = (appliance.functions ?? functionNames(config)).map((name) =>
    set.assign(appliance.name, name),
  );

  const machine = new RouterVm(appliance.name, {
    node,
    vmId: appliance.vmId,
    appliance: {
      os: appliance.os,
      firmware: appliance.firmware,
      iso: appliance.iso,
      image: appliance.image,
    },
    template: appliance.template,
    datastore: appliance.datastore,
    cores: appliance.cores,
    memory: appliance.memory,
    diskSize: appliance.disk,
    interfaces: appliance.bridges.map((bridge, i) => ({ name: `net${i}`, bridge })),
    pciMappings: given.map(({ mapping }) => mapping),
    startAtBoot: appliance.startAtBoot,
    startup: {
      order: appliance.order,
      upDelay: appliance.upDelay,
      downDelay: appliance.downDelay,
    },
    protection: appliance.protection,
  });

  return {
    appliance: machine.vmId,
    functions: set.functions.apply((all) => all.map((one) => describe(one, config, given))),
    ...outputs,
  };
}

/** One function as a line: what it is, and who has it. */
function describe(
  { number, name, address, mac }: SriovFunction,
  { sriov, appliance }: SriovConfig,
  given: readonly { readonly name: string }[],
): string {
  const vlan = sriov.vfs[number]?.vlan;
  const holder = given.some((one) => one.name === name)
    ? `VM ${appliance.vmId} ${appliance.name}`
    : "free";
  return `${number} ${name} ${address} ${mac} ${vlan === undefined ? "untagged" : `vlan ${vlan}`}: ${holder}`;
}
