import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { copyFile, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { die, refuseParams } from "../api/error";
import { need, type Router, text } from "../api/router";
import { type Pve } from "../pve";

const EXTENSIONS: Readonly<Record<string, RegExp>> = {
  iso: /\.(?:iso|img)$/i,
  vztmpl: /\.(?:tar\.(?:gz|xz|zst)|tar)$/i,
  import: /\.(?:ova|ovf|qcow2|raw|vmdk)$/i,
};

/** Bringing files onto a storage, from the caller or from a URL. */
export function uploadRoutes(router: Router, pve: Pve): void {
  const { storages, tasks } = pve;
  const base = "/nodes/{node}/storage/{storage}";

  const destination = (storage: string, content: string, filename: string): string => {
    storages.requireContent(storage, content);
    if (EXTENSIONS[content]?.test(filename) !== true) {
      refuseParams({ filename: `wrong file extension` });
    }
    const path = storages.path(`${storage}:${content}/${filename}`);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  };

  router.on("POST", `${base}/upload`, ({ params, caller, upload }) => {
    const filename = need(params, "filename").replace(/[^a-zA-Z0-9+_.-]/g, "_");
    const path = destination(need(params, "storage"), need(params, "content"), filename);
    if (upload === undefined) refuseParams({ filename: "missing file content" });
    return tasks.start("imgcopy", "", caller, async (log) => {
      log(`starting file import from: ${upload.path}`);
      log(`target node: ${pve.node}`);
      log(`target file: ${path}`);
      await verify(upload.path, text(params, "checksum-algorithm"), text(params, "checksum"));
      await copyFile(upload.path, path);
      rmSync(upload.path, { force: true });
      log("finished file import successfully");
    });
  });

  router.on("POST", `${base}/download-url`, ({ params, caller }) => {
    const filename = need(params, "filename").replace(/[^a-zA-Z0-9+_.-]/g, "_");
    const path = destination(need(params, "storage"), need(params, "content"), filename);
    const url = need(params, "url");
    return tasks.start("download", filename, caller, async (log) => {
      log(`downloading ${url} to ${path}`);
      if (existsSync(path)) die(`refusing to override existing file '${path}'`);
      const response = await fetch(url).catch((error: unknown) =>
        die(`download failed: ${(error as { cause?: Error }).cause?.message ?? "unreachable"}`),
      );
      if (!response.ok || response.body === null) {
        die(`download failed: ${response.status} ${response.statusText}`);
      }
      const temporary = `${path}.tmp_dwnl.${process.pid}`;
      await pipeline(Readable.fromWeb(response.body), createWriteStream(temporary));
      await verify(temporary, text(params, "checksum-algorithm"), text(params, "checksum"));
      renameSync(temporary, path);
      log(`download of '${url}' to '${path}' finished`);
    });
  });
}

async function verify(path: string, algorithm?: string, expected?: string): Promise<void> {
  if (algorithm === undefined || expected === undefined) return;
  const actual = createHash(algorithm)
    .update(await readFile(path))
    .digest("hex");
  if (actual === expected.toLowerCase()) return;
  rmSync(path, { force: true });
  die(`checksum mismatch: got '${actual}' != expect '${expected}'`);
}
