import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { must, run } from "./command";
import { publicKey } from "./keys";
import { paths } from "./paths";
import { until } from "./process";
import { writeWhole } from "./write-whole";

/** The images that a host's disk belongs to. */
export interface Images {
  readonly host: string;
  readonly guest: string;
}

/** The images that the present disk was started on; nothing when there is no disk. */
export function diskImages(): Images | undefined {
  if (!existsSync(paths.upperImages)) return undefined;
  return JSON.parse(readFileSync(paths.upperImages, "utf8")) as Images;
}

/** Make the host's disk over its image, with the lab's keys on it, unless there is one. */
export function makeDisk(images: Images): void {
  if (diskImages() !== undefined) return;
  discardDisk();
  for (const directory of [paths.upper, paths.work, paths.root]) mkdirSync(directory);

  const ssh = join(paths.upper, "etc/ssh");
  mkdirSync(ssh, { recursive: true });
  copyFileSync(paths.hostKey, join(ssh, "ssh_host_ed25519_key"));
  chmodSync(join(ssh, "ssh_host_ed25519_key"), 0o600);
  copyFileSync(`${paths.hostKey}.pub`, join(ssh, "ssh_host_ed25519_key.pub"));
  mkdirSync(join(paths.upper, "root/.ssh"), { recursive: true, mode: 0o700 });
  writeWhole(
    join(paths.upper, "root/.ssh/authorized_keys"),
    `${publicKey(paths.privateKey)} administrator\n`,
    0o600,
  );
  writeWhole(paths.upperImages, JSON.stringify(images));
}

/** Throw away everything that the host has written. */
export function discardDisk(): void {
  rmSync(paths.upperImages, { force: true });
  for (const directory of [paths.upper, paths.work, paths.root]) {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Put the disk together at `paths.root`, unless it is. */
export async function mountDisk(images: Images): Promise<void> {
  if (mounted()) return;
  const options = [
    `lowerdir=${join(images.host, "root")}`,
    `upperdir=${paths.upper}`,
    `workdir=${paths.work}`,
  ];
  await must(["mount", "-t", "overlay", "proxmox-router-lab", "-o", options.join(","), paths.root]);
}

/** Take the disk apart again. */
export async function unmountDisk(): Promise<void> {
  // The kernel lets go of a killed container's mounts a moment after its last process.
  await until(
    async () => !mounted() || (await run(["umount", paths.root])).code === 0,
    15_000,
    `${paths.root} to be unused`,
  );
}

function mounted(): boolean {
  return readFileSync("/proc/self/mountinfo", "utf8").includes(` ${paths.root} `);
}
