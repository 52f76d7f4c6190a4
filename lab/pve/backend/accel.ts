import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOr, writeAtomic } from "../state/atomic";
import { attempt } from "./run";

/** A boot sector that writes to QEMU's exit port: proof that a guest really ran. */
const BOOT_SECTOR = Buffer.alloc(512);
BOOT_SECTOR.set([0xb0, 0x10, 0xe6, 0xf4, 0xf4, 0xeb, 0xfd]);
BOOT_SECTOR.set([0x55, 0xaa], 510);
/** The exit port turns 0x10 into this exit code. */
const RAN = 33;

/** Whether KVM starts a guest here; a device node alone proves nothing. */
export async function kvmWorks(runDirectory: string): Promise<boolean> {
  const verdict = join(runDirectory, "kvm");
  const known = readOr(verdict, "");
  if (known !== "") return known === "works";
  let works = false;
  if (existsSync("/dev/kvm")) {
    const disk = join(runDirectory, "probe.img");
    writeFileSync(disk, BOOT_SECTOR);
    const { code } = await attempt("timeout", [
      ...["10", "qemu-system-x86_64", "-accel", "kvm", "-cpu", "host", "-m", "32"],
      ...["-nodefaults", "-display", "none", "-no-user-config", "-net", "none"],
      ...["-device", "isa-debug-exit,iobase=0xf4,iosize=0x01"],
      ...["-drive", `file=${disk},format=raw,if=ide,snapshot=on`],
    ]);
    works = code === RAN;
    rmSync(disk, { force: true });
  }
  writeAtomic(verdict, works ? "works" : "fails");
  return works;
}
