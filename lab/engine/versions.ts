/** Oldest Pulumi CLI that runs the project's SDK; also the one that is built. */
export const CLI_VERSION = "3.259.0";

/** Version of the npm package `pulumi` through which the official CLI is fetched. */
export const OFFICIAL_CLI_VERSION = "3.265.0";

/** One provider plugin, as the npm SDK of the same version asks for it. */
export interface Plugin {
  /** Pulumi package, `command`. */
  name: string;
  /** Version without a leading `v`. */
  version: string;
  /** Where the official plugin is published, if not with Pulumi's own. */
  server?: string;
}

/** The provider plugins of the project. */
export const PLUGINS: readonly Plugin[] = [
  { name: "command", version: "1.2.1" },
  {
    name: "proxmoxve",
    version: "8.6.0",
    server: "github://api.github.com/muhlba91/pulumi-proxmoxve",
  },
];

/** Directory of a plugin below `plugins/` of a Pulumi home. */
export const pluginDirectory = ({ name, version }: Plugin) => `resource-${name}-v${version}`;

/** Whether a version is at least as new as another, both `major.minor.patch`. */
export function atLeast(version: string, oldest: string): boolean {
  const [got, least] = [version, oldest].map((text) => text.split(".").map(Number));
  for (const [at, part] of (least ?? []).entries()) {
    const own = got?.[at] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
