import { existsSync } from "node:fs";
import { join } from "node:path";
import { PLUGINS, pluginDirectory } from "./versions";

/** A place with a Pulumi CLI and its plugins. */
export interface Home {
  /** Directory of `pulumi` and its language hosts. */
  bin: string;
  /** Pulumi home, whose `plugins/` holds the provider plugins. */
  home: string;
}

/** The plugins of the project that a Pulumi home does not have. */
export function missingPlugins(home: string) {
  return PLUGINS.filter(
    (plugin) =>
      !existsSync(join(home, "plugins", pluginDirectory(plugin), `pulumi-resource-${plugin.name}`)),
  );
}
