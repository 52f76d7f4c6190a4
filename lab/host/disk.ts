import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { must, run } from "./command";
import { publicKey } from "./keys";
import { HOST, type LabNode, rootOf } from "./nodes";
import { paths } from "./paths";
import { until } from "./process";
import { writeWhole } from "./write-whole";

/** The images that a node's disk belongs to. */
export interface Images {
  readonly host: string;
  readonly guest: string;
}

/** The images that the present disk was started on; nothing when there is no disk. */
export function diskImages(node: LabNode = HOST): Images | undefined {
  if (!existsSync(imagesFile(node))) return undefined;
  return JSON.parse(readFileSync(imagesFile(node), "utf8")) as Images;
}

/** Make a node's disk over its image, with the lab's keys on it, unless there is one. */
export function makeDisk(images: Images, node: LabNode = HOST): void {
  if (diskImages(node) !== undefined) return;
  discardDisk(node);
  for (const directory of directories(node)) mkdirSync(directory, { recursive: true });

  const upper = upperOf(node);
  const ssh = join(upper, "etc/ssh");
  mkdirSync(ssh, { recursive: true });
  copyFileSync(paths.hostKey, join(ssh, "ssh_host_ed25519_key"));
  chmodSync(join(ssh, "ssh_host_ed25519_key"), 0o600);
  copyFileSync(`${paths.hostKey}.pub`, join(ssh, "ssh_host_ed25519_key.pub"));
  mkdirSync(join(upper, "root/.ssh"), { recursive: true, mode: 0o700 });
  writeWhole(
    join(upper, "root/.ssh/authorized_keys"),
    `${publicKey(paths.privateKey)} administrator\n`,
    0o600,
  );
  writeWhole(imagesFile(node), JSON.stringify(images));
}

/** Throw away everything that a node has written. */
export function discardDisk(node: LabNode = HOST): void {
  rmSync(imagesFile(node), { force: true });
  for (const directory of directories(node)) rmSync(directory, { recursive: true, force: true });
}

/** Put a node's disk together, unless it is. */
export async function mountDisk(images: Images, node: LabNode): Promise<void> {
  const root = rootOf(node);
  if (mounted(root)) return;
  const options = [
    `lowerdir=${join(images.host, "root")}`,
    `upperdir=${upperOf(node)}`,
    `workdir=${workOf(node)}`,
  ];
  await must(["mount", "-t", "overlay", "proxmox-router-lab", "-o", options.join(","), root]);
}

/** Take a node's disk apart again. */
export async function unmountDisk(node: LabNode = HOST): Promise<void> {
  const root = rootOf(node);
  // The kernel lets go of a killed container's mounts a moment after its last process.
  await until(
    async () => !mounted(root) || (await run(["umount", root])).code === 0,
    15_000,
    `${root} to be unused`,
  );
}

/** What a node has written to its disk. */
export const upperOf = ({ directory }: LabNode): string => join(directory, "upper");

const workOf = ({ directory }: LabNode) => join(directory, "work");
const directories = (node: LabNode) => [upperOf(node), workOf(node), rootOf(node)];

/** Says which images the disk was started on. */
const imagesFile = ({ directory }: LabNode) => join(directory, "upper.json");

function mounted(root: string): boolean {
  return readFileSync("/proc/self/mountinfo", "utf8").includes(` ${root} `);
}
