import { constants, copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CommandOptions, CommandResult } from "../host/command";
import type { HostAccess } from "../host/keys";
import { paths } from "../host/paths";
import { until } from "../host/process";
import { type Progress, quiet } from "../host/progress";
import { awaitApi, refreshApi } from "./api";
import { isOn, switchOff, switchOn } from "./power";
import type { Place, Slot } from "./qemu";
import { accessTo, awaitBoot, execOn, mustOn } from "./shell";
import { ensureHardware, READY } from "./snapshot";

export { CARDS, type Slot } from "./qemu";

const PLACE: Place = { directory: join(paths.lab, "hardware"), ssh: 2322, api: 8007 };
const POWER_OFF_MS = 90_000;
const WAKE_MS = 120_000;

/** Where the machine's API is. */
export const HARDWARE_API = `https://127.0.0.1:${PLACE.api}/`;

/** A machine with real drivers for its cards: a Proxmox VE host without guests. */
export class Hardware {
  private constructor(
    private readonly root: string,
    /** How to log in to it as root. */
    readonly access: HostAccess,
  ) {}

  /** A machine that has just booted, in seconds; nothing is left of an earlier one. */
  static async up(progress: Progress = quiet): Promise<Hardware> {
    const { root, image, disk } = await ensureHardware(progress);
    await Hardware.down();
    mkdirSync(PLACE.directory, { recursive: true, mode: 0o700 });
    copyFileSync(disk, join(PLACE.directory, "disk.qcow2"), constants.COPYFILE_FICLONE);
    switchOn(root, PLACE, "slot1", READY);
    const hardware = new Hardware(root, accessTo(PLACE, image));
    // Its clock stood still with it.
    await until(
      async () => (await hardware.exec(`date -s @${Math.floor(Date.now() / 1000)}`)).code === 0,
      WAKE_MS,
      "the machine to wake up",
    );
    await refreshApi(PLACE, hardware.access);
    return hardware;
  }

  /** The machine that is up, such as for another process. */
  static async running(): Promise<Hardware> {
    if (!isOn(PLACE)) throw new Error("the hardware lab is not up; run `make lab-hardware`");
    const { root, image } = await ensureHardware();
    return new Hardware(root, accessTo(PLACE, image));
  }

  /** Switch it off and throw its disk away; image and snapshot stay. */
  static async down(): Promise<void> {
    await switchOff(PLACE);
    rmSync(PLACE.directory, { recursive: true, force: true });
  }

  /** Run a command as root: one string for its shell, or words that are quoted for it. */
  exec(command: string | readonly string[], options?: CommandOptions): Promise<CommandResult> {
    return execOn(this.access, command, options);
  }

  /** Run a command that has to succeed, and return what it printed. */
  must(command: string, options?: CommandOptions): Promise<string> {
    return mustOn(this.access, command, options);
  }

  /** Reboot it through its firmware and GRUB, with all that is on its disk. */
  async reboot(): Promise<void> {
    const boot = (await this.must("cat /proc/sys/kernel/random/boot_id")).trim();
    // The connection may end before the answer comes.
    await this.exec("systemctl reboot");
    await this.back(boot);
  }

  /** Switch it off in good order, put the card with virtual functions in a slot, switch it on. */
  async move(slot: Slot): Promise<void> {
    await this.exec("systemctl poweroff");
    await until(() => !isOn(PLACE), POWER_OFF_MS, "the machine to switch itself off");
    switchOn(this.root, PLACE, slot);
    await this.back();
  }

  private async back(notBoot?: string): Promise<void> {
    await awaitBoot(PLACE, notBoot);
    await awaitApi(this.access);
  }
}
