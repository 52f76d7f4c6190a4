import { type ConfigReader, readConfig } from "./config";
import { buildHost } from "./host";
import { schema } from "./host-config";

/** A rented server with one public address: networks of guests behind the host itself. */
export const singleIpHost = async (project: string, reader: ConfigReader) =>
  buildHost(project, readConfig(project, reader, schema));
