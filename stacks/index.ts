import { type ConfigReader, ConfigError } from "./config";
import { natBridge } from "./nat-bridge";
import { schema as natSchema } from "./nat-bridge-config";
import { passthroughRouter } from "./passthrough-router";
import { schema as routerSchema } from "./passthrough-router-config";
import { routedGuests } from "./routed-guests";
import { schema as routedSchema } from "./routed-guests-config";
import { singleIpHost } from "./single-ip-host";
import { sriovPfsense } from "./sriov-pfsense";
import { schema as sriovSchema } from "./sriov-pfsense-config";
import { schema as hostSchema } from "./host-config";
import { quote } from "../net/issues";

const topologies: Record<
  string,
  (project: string, config: ConfigReader) => Promise<Record<string, unknown>>
> = {
  "passthrough-router": passthroughRouter,
  "single-ip-host": singleIpHost,
  "nat-bridge": natBridge,
  "routed-guests": routedGuests,
  "sriov-pfsense": sriovPfsense,
};

/** Build the network that the stack's configuration names, and return its outputs. */
export async function build(
  project: string,
  config: ConfigReader & { get(key: string): string | undefined },
) {
  const topology = config.get("topology") ?? "";
  const stack = topologies[topology];
  if (!stack) {
    const fact = topology === "" ? "missing" : `got ${quote(topology)}`;
    throw new ConfigError(
      `${project}:topology: ${fact}; expected ${Object.keys(topologies).join(", ")}`,
    );
  }
  return await stack(project, withoutDefaults(config));
}

/** Pulumi sets the keys of all topologies, each to the empty or false default of Pulumi.yaml. */
function withoutDefaults(config: ConfigReader): ConfigReader {
  const schemas = [routerSchema, hostSchema, natSchema, routedSchema, sriovSchema];
  const declared = schemas.flatMap(({ shape }) => Object.keys(shape));
  const isDefault = (value: unknown) => ["[]", "{}", "false"].includes(JSON.stringify(value));
  return {
    getObject: (key) => config.getObject(key),
    keys: () =>
      config.keys().filter((key) => !declared.includes(key) || !isDefault(config.getObject(key))),
  };
}
