import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { must } from "../host/command";
import { debianMirror } from "../host/packages";
import { paths } from "../host/paths";
import { type Progress, quiet } from "../host/progress";

/**
 * The host's root file system; the guest template's disk, kernel and initrd; or the hardware lab's
 * disk and the keys to log in to it.
 */
export type ImageKind = "host" | "guest" | "hardware";

/** What an image is made of besides its own files. */
const BASE: Partial<Record<ImageKind, ImageKind>> = { hardware: "host" };

const BUILD_MS = 20 * 60_000;

/** Build an image unless the cache has it, and return its directory. */
export async function ensureImage(kind: ImageKind, progress: Progress = quiet): Promise<string> {
  const directory = join(paths.images, `${kind}-${imageKey(kind)}`);
  if (!existsSync(directory)) {
    await progress(`Building the lab's ${kind} image`, () => build(kind, directory));
  }
  return directory;
}

async function build(kind: ImageKind, directory: string): Promise<void> {
  const mirror = await debianMirror();
  mkdirSync(paths.images, { recursive: true });
  clearUnfinished();

  const unfinished = join(paths.images, `.${kind}-${process.pid}`);
  mkdirSync(unfinished);
  try {
    // In its own namespaces, and gone with this process: an interrupted build leaves files only.
    await must(
      [
        ...["setpriv", "--pdeathsig", "KILL"],
        ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
        ...["sh", join(__dirname, `${kind}.sh`), mirror, unfinished],
      ],
      { timeoutMs: BUILD_MS },
    );
    if (!existsSync(directory)) renameSync(unfinished, directory);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function clearUnfinished(): void {
  for (const name of readdirSync(paths.images)) {
    const pid = /^\.(?:host|guest|hardware)-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) {
      rmSync(join(paths.images, name), { recursive: true, force: true });
    }
  }
}

function imageKey(kind: ImageKind): string {
  const hash = createHash("sha256").update(process.arch);
  for (const file of [...filesOf(kind), ...(BASE[kind] ? filesOf(BASE[kind]) : [])]) {
    const text = readFileSync(file);
    hash.update(`${relative(__dirname, file)} ${text.length}\n`).update(text);
  }
  return hash.digest("hex").slice(0, 12);
}

function filesOf(kind: ImageKind): string[] {
  const tree = readdirSync(join(__dirname, kind), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [join(__dirname, `${kind}.sh`), join(__dirname, `${kind}.packages`), ...tree.sort()];
}
