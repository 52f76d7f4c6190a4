import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Images } from "./disk";
import { paths, project } from "./paths";
import { writeWhole } from "./write-whole";

const API = join(project, "lab/pve/main.ts");
const INVENTORY = join(project, "lab/inventory.json");
const GUEST_FILES = ["disk.raw", "vmlinuz", "initrd.img"];

/** Bundle the programs that run beside the host. */
export async function bundlePrograms(): Promise<void> {
  for (const name of ["outside", "probe", "supervisor"]) {
    await bundle(join(__dirname, `${name}.ts`), join(paths.programs, `${name}.cjs`));
  }
}

/** Fill what the host sees as /lab; says whether its API changed. */
export async function fillShared(images: Images): Promise<boolean> {
  mkdirSync(paths.control, { recursive: true });
  place(nodeBinary(), join(paths.shared, "node"));
  for (const name of GUEST_FILES) {
    place(join(images.guest, name), join(paths.shared, "guest", name));
  }
  const inventory =
    existsSync(INVENTORY) &&
    writeWhole(join(paths.shared, "inventory.json"), readFileSync(INVENTORY));
  const api = existsSync(API) && (await bundleApi(join(paths.shared, "pve.cjs")));
  return inventory || api;
}

/** Whether the host has an API to wait for. */
export function hasApi(): boolean {
  return existsSync(join(paths.shared, "pve.cjs"));
}

/** Bundle the emulated API; says whether it changed. */
export const bundleApi = (target: string): Promise<boolean> => bundle(API, target);

async function bundle(source: string, target: string): Promise<boolean> {
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    write: false,
    logLevel: "error",
  });
  return outputFiles
    .map(({ contents }) => writeWhole(target, Buffer.from(contents)))
    .includes(true);
}

/** Link a file, or copy it where the cache is on another file system. */
function place(source: string, target: string): void {
  if (existsSync(target) && same(source, target)) return;
  mkdirSync(join(target, ".."), { recursive: true });
  const draft = `${target}.draft`;
  rmSync(draft, { force: true });
  try {
    linkSync(source, draft);
  } catch {
    copyFileSync(source, draft);
  }
  renameSync(draft, target);
}

function same(a: string, b: string): boolean {
  const [one, two] = [statSync(a), statSync(b)];
  return one.ino === two.ino || (one.size === two.size && one.mtimeMs <= two.mtimeMs);
}

/** The Node of this project, which needs nothing but the C library that the host has too. */
export function nodeBinary(): string {
  const ours = join(project, "node_modules/node/bin/node");
  return existsSync(ours) ? ours : process.execPath;
}
