import { type FastifyRequest } from "fastify";
import { randomBytes } from "node:crypto";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Call } from "../api/router";
import { type Pve } from "../pve";

/** Store the file of a multipart request beside its fields, as pveproxy does in /var/tmp. */
export async function receiveUpload(
  { paths }: Pve,
  request: FastifyRequest,
): Promise<{ fields: Record<string, string>; upload: Call["upload"] }> {
  const fields: Record<string, string> = {};
  let upload: Call["upload"];
  for await (const part of request.parts()) {
    if (part.type === "field") fields[part.fieldname] = String(part.value);
    else {
      const directory = paths.host("/var/tmp");
      mkdirSync(directory, { recursive: true });
      const path = join(directory, `pveupload-${randomBytes(16).toString("hex")}`);
      await pipeline(part.file, createWriteStream(path));
      upload = { path, filename: part.filename };
      fields["filename"] = part.filename;
    }
  }
  return { fields, upload };
}
