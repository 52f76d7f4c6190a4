import { closeSync, openSync, readSync, statSync, writeFileSync } from "node:fs";

const MAGIC = 0x514649fb;

/** What the header of a disk image says. */
export interface ImageHeader {
  readonly format: "qcow2" | "raw";
  /** The size the guest sees, in bytes. */
  readonly size: number;
  readonly backing?: string;
}

/** Read the size and the backing file of a disk image without a program's help. */
export function readImageHeader(path: string): ImageHeader {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(32);
    const length = readSync(file, head, 0, 32, 0);
    if (length < 32 || head.readUInt32BE(0) !== MAGIC) {
      return { format: "raw", size: statSync(path).size };
    }
    const nameLength = head.readUInt32BE(16);
    const name = Buffer.alloc(nameLength);
    readSync(file, name, 0, nameLength, Number(head.readBigUInt64BE(8)));
    const size = Number(head.readBigUInt64BE(24));
    return nameLength > 0
      ? { format: "qcow2", size, backing: name.toString("utf8") }
      : { format: "qcow2", size };
  } finally {
    closeSync(file);
  }
}

/** Write only the header of an image, for tests that run no guests. */
export function writeImageHeader(path: string, size: number, backing = ""): void {
  const head = Buffer.alloc(32);
  head.writeUInt32BE(MAGIC, 0);
  head.writeUInt32BE(3, 4);
  head.writeBigUInt64BE(BigInt(backing === "" ? 0 : 32), 8);
  head.writeUInt32BE(Buffer.byteLength(backing), 16);
  head.writeBigUInt64BE(BigInt(size), 24);
  writeFileSync(path, Buffer.concat([head, Buffer.from(backing, "utf8")]));
}
