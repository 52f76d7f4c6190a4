import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readImageHeader } from "./qcow2";

/** One volume as Proxmox lists it. */
export interface Volume {
  readonly volid: string;
  readonly content: "images" | "iso" | "vztmpl" | "snippets" | "import" | "backup";
  readonly format: string;
  readonly size: number;
  readonly used?: number;
  readonly vmid?: number;
  readonly ctime?: number;
}

const FOLDERS = [
  ["template/iso", "iso", "iso"],
  ["template/cache", "vztmpl", "vztmpl"],
  ["snippets", "snippets", "snippets"],
  ["import", "import", "import"],
] as const;

/** List the volumes of a storage from what lies in its directory. */
export function listContent(storage: string, directory: string, isDirectory: boolean): Volume[] {
  if (!isDirectory) return disks(storage, directory, "", "raw");
  const images = join(directory, "images");
  return [
    ...FOLDERS.flatMap(([folder, content, prefix]) =>
      files(join(directory, folder)).map((name) => {
        const { size, ctimeMs } = statSync(join(directory, folder, name));
        const volid = `${storage}:${prefix}/${name}`;
        const format = content === "import" ? (name.split(".").at(-1) ?? "raw") : content;
        return { volid, content, format, size, ctime: Math.floor(ctimeMs / 1000) };
      }),
    ),
    ...folders(images).flatMap((vmid) => disks(storage, join(images, vmid), `${vmid}/`, "qcow2")),
  ];
}

function disks(storage: string, directory: string, prefix: string, format: string): Volume[] {
  return files(directory).flatMap((name) => {
    const vmid = /^(?:vm|base)-(\d+)-/.exec(name)?.[1];
    if (vmid === undefined) return [];
    const path = join(directory, name);
    const { ctimeMs, blocks } = statSync(path);
    return [
      {
        volid: `${storage}:${prefix}${name}`,
        content: "images" as const,
        format: name.endsWith("-cloudinit") ? "raw" : format,
        size: readImageHeader(path).size,
        used: blocks * 512,
        vmid: Number(vmid),
        ctime: Math.floor(ctimeMs / 1000),
      },
    ];
  });
}

// The template of a machine that has no image for it is a link that leads nowhere.
const files = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory).filter((name) =>
        statSync(join(directory, name), { throwIfNoEntry: false })?.isFile(),
      )
    : [];

const folders = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory).filter((name) => statSync(join(directory, name)).isDirectory())
    : [];
