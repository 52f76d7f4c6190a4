import { constants, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CommandOptions, CommandResult } from "../host/command";
import type { HostAccess } from "../host/keys";
import { paths } from "../host/paths";
import { until } from "../host/process";
import { type Progress, quiet } from "../host/progress";
import { writeWhole } from "../host/write-whole";
import { awaitApi, refreshApi } from "./api";
import { freePort } from "./ports";
import { isOn, lastWords, switchOff, switchOn } from "./power";
import type { Place, Slot } from "./qemu";
import { accessTo, awaitBoot, execOn, mustOn } from "./shell";
import { ensureHardware, READY } from "./snapshot";

export { type Card, CARDS, type Slot } from "./qemu";

/** Beside the lab of containers, which knows its own remains only. */
const DIRECTORY = `${paths.lab}-hardware`;
const PLACE = join(DIRECTORY, "place.json");
const POWER_OFF_MS = 90_000;
const WAKE_MS = 120_000;

/** Where the machine is, and where in it the card with virtual functions. */
type Fitted = Place & { readonly slot: Slot };

/** A machine with real drivers for its cards: a Proxmox VE host without guests. */
export class Hardware {
  /** Where its API is. */
  readonly api: string;

  private constructor(
    private readonly root: string,
    private place: Fitted,
    /** How to log in to it as root. */
    readonly access: HostAccess,
  ) {
    this.api = `https://127.0.0.1:${place.api}/`;
  }

  /** A machine that has just booted, in seconds; nothing is left of an earlier one. */
  static async up(progress: Progress = quiet): Promise<Hardware> {
    const { root, image, disk } = await ensureHardware(progress);
    await Hardware.down();
    mkdirSync(DIRECTORY, { recursive: true, mode: 0o700 });
    copyFileSync(disk, join(DIRECTORY, "disk.qcow2"), constants.COPYFILE_FICLONE);
    // Who has the usual ports may be another machine with the same keys.
    const [ssh, api] = [await freePort(2322), await freePort(8007)];
    const place: Fitted = { directory: DIRECTORY, ssh, api, slot: "slot1" };
    writeWhole(PLACE, JSON.stringify(place));
    switchOn(root, place, place.slot, READY);
    const hardware = new Hardware(root, place, accessTo(place, image));
    await hardware.wake();
    await refreshApi(place, hardware.access);
    return hardware;
  }

  /** The machine that is up, such as for another process. */
  static async running(): Promise<Hardware> {
    const place = lastPlace();
    if (place === undefined || !isOn(place)) {
      throw new Error("the hardware lab is not up; run `make lab-hardware`");
    }
    const { root, image } = await ensureHardware();
    return new Hardware(root, place, accessTo(place, image));
  }

  /** Switch it off and throw its disk away; image and snapshot stay. */
  static async down(): Promise<void> {
    await switchOff({ directory: DIRECTORY });
    rmSync(DIRECTORY, { recursive: true, force: true });
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
    // The connection may end before the answer comes.
    await this.exec("systemctl reboot");
    await this.back();
  }

  /** Switch it off in good order, put the card with virtual functions in a slot, switch it on. */
  async move(slot: Slot): Promise<void> {
    await this.exec("systemctl poweroff");
    await this.back(slot);
  }

  private async back(slot = this.place.slot): Promise<void> {
    await until(() => !isOn(this.place), POWER_OFF_MS, "the machine to go off");
    this.place = { ...this.place, slot };
    writeWhole(PLACE, JSON.stringify(this.place));
    switchOn(this.root, this.place, slot);
    await awaitBoot(this.place);
    await awaitApi(this.access);
  }

  private async wake(): Promise<void> {
    await until(
      async () => {
        if (!isOn(this.place)) throw new Error(`the machine is off\n${lastWords(this.place)}`);
        // Its clock stood still with it.
        return (await this.exec(`date -s @${Math.floor(Date.now() / 1000)}`)).code === 0;
      },
      WAKE_MS,
      "the machine to wake up",
    );
  }
}

function lastPlace(): Fitted | undefined {
  if (!existsSync(PLACE)) return undefined;
  return JSON.parse(readFileSync(PLACE, "utf8")) as Fitted;
}
