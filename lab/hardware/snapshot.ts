import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { must } from "../host/command";
import { paths } from "../host/paths";
import { type Progress, quiet } from "../host/progress";
import { ensureImage } from "../images/image";
import { refreshApi } from "./api";
import { freePort } from "./ports";
import { keep, switchOff, switchOn } from "./power";
import { imageProgram, type Place, qemuArgv } from "./qemu";
import { accessTo, awaitBoot } from "./shell";

/** Name of the state that a disk is kept with. */
export const READY = "ready";

/** What the hardware lab is made of. */
export interface Parts {
  /** Root of the host's image, which QEMU comes from. */
  readonly root: string;
  /** The image: the disk as it was built, and the keys. */
  readonly image: string;
  /** A disk with the state of the machine once it had booted. */
  readonly disk: string;
}

/** Build what the hardware lab needs unless the cache has it. */
export async function ensureHardware(progress: Progress = quiet): Promise<Parts> {
  const root = join(await ensureImage("host", progress), "root");
  const image = await ensureImage("hardware", progress);
  const directory = join(paths.images, `hardware-booted-${key(root, image)}`);
  if (!existsSync(directory)) {
    await progress("Booting the hardware lab's host once", () => boot(root, image, directory));
  }
  return { root, image, disk: join(directory, "disk.qcow2") };
}

async function boot(root: string, image: string, directory: string): Promise<void> {
  clearUnfinished();
  const unfinished = join(paths.images, `.booted-${process.pid}`);
  mkdirSync(unfinished);
  const place: Place = { directory: unfinished, ssh: await freePort(), api: await freePort() };
  try {
    await newDisk(root, image, join(unfinished, "disk.qcow2"));
    switchOn(root, place, "slot1");
    const access = accessTo(place, image);
    await awaitBoot(place);
    await refreshApi(place, access);
    await keep(place, READY);
    await switchOff(place);
    if (!existsSync(directory)) renameSync(unfinished, directory);
  } finally {
    await switchOff(place);
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function newDisk(root: string, image: string, disk: string): Promise<string> {
  const create = ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", join(image, "disk.raw"), disk];
  return must([...imageProgram(root, "usr/bin/qemu-img"), ...create]);
}

function clearUnfinished(): void {
  for (const name of readdirSync(paths.images)) {
    const pid = /^\.booted-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) {
      rmSync(join(paths.images, name), { recursive: true, force: true });
    }
  }
}

/** Another QEMU or another machine does not restore a state. */
function key(root: string, image: string): string {
  const argv = qemuArgv("", { directory: "", ssh: 0, api: 0 }, "slot1");
  const text = JSON.stringify([argv, basename(dirname(root)), basename(image), process.version]);
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
