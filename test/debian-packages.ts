import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const cache = join(
  process.env.PROXMOX_ROUTER_CACHE ?? join(homedir(), ".cache", "proxmox-router"),
  "debian-tools",
);

/**
 * Directory with packages and what they need, fetched and unpacked once, of those that this machine
 * has not installed itself. Nothing is installed. What they have in /bin, /sbin and /lib is in /usr.
 */
export function unpacked(packages: readonly string[]): string {
  const release = spawnSync("sh", ["-c", "cat /etc/os-release; dpkg-query -W"], {
    encoding: "utf8",
  });
  const key = createHash("sha256")
    .update(`${packages.join(" ")}\n${release.stdout}`)
    .digest("hex");
  const ready = join(cache, key.slice(0, 16));
  if (existsSync(ready)) return ready;

  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, "partial-"));
  const archives = join(partial, "archives");
  mkdirSync(join(archives, "partial"), { recursive: true });
  fetchPackages(packages, archives);
  for (const directory of ["usr", "etc"]) mkdirSync(join(partial, directory));
  for (const name of readdirSync(archives).filter((file) => file.endsWith(".deb"))) {
    execFileSync("dpkg-deb", ["-x", join(archives, name), partial]);
  }
  for (const merged of ["bin", "sbin", "lib"].filter((name) => existsSync(join(partial, name)))) {
    cpSync(join(partial, merged), join(partial, "usr", merged), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  rmSync(archives, { recursive: true });
  try {
    renameSync(partial, ready);
  } catch (error) {
    // Another test file was faster.
    if (!existsSync(ready)) throw error;
    rmSync(partial, { recursive: true });
  }
  return ready;
}

function fetchPackages(packages: readonly string[], archives: string): void {
  const options = [
    "-o",
    "Debug::NoLocking=1",
    "-o",
    `Dir::Cache::archives=${archives}`,
    "-q",
    "-y",
  ];
  const download = () =>
    spawnSync(
      "apt-get",
      [...options, "install", "--download-only", "--no-install-recommends", ...packages],
      { encoding: "utf8" },
    );
  if (download().status === 0) return;
  // Package lists may be missing or old.
  spawnSync("apt-get", ["-q", "update"]);
  const again = download();
  if (again.status !== 0) {
    throw new Error(`apt-get could not fetch ${packages.join(", ")}:\n${again.stderr}`);
  }
}
