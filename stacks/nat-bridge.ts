import { type ConfigReader, readConfig } from "./config";
import { buildHost } from "./host";
import { hostConfig, schema } from "./nat-bridge-config";

/** Networks of guests behind one or more uplinks, with DHCP by systemd-networkd and no DNS. */
export async function natBridge(project: string, reader: ConfigReader) {
  const { networks, forwards } = await buildHost(
    project,
    hostConfig(readConfig(project, reader, schema)),
  );
  return { networks, forwards };
}
