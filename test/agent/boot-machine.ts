import { readFileSync } from "node:fs";
import { join } from "node:path";
import { confirmRemovalCall, removeCall } from "../../agent/frame";
import {
  KERNEL_LOOKUP,
  type KernelState,
  kernelLookup,
  kernelOperations,
  parseKernelState,
} from "../../agent/host-kernel";
import { FAKE_CARD } from "./fake-card";
import { Machine } from "./machine";
import type { MachineOptions } from "./machine-options";
import { Change } from "./slices";
import { ask, world } from "./world";

const boot = `${FAKE_CARD}\n${readFileSync(join(__dirname, "fake-boot.sh"), "utf8")}`;

/** A machine with a card, and with boot loaders that start its kernel with what they were told. */
export class BootMachine {
  private constructor(readonly machine: Machine) {}

  static async start(options: Pick<MachineOptions, "shell"> = {}): Promise<BootMachine> {
    return new BootMachine(await Machine.start({ ...options, boot, inMemory: true }));
  }

  /** Run a script on it, and return what it prints. */
  ask(script: string): Promise<string> {
    return ask(this.machine, script);
  }

  /** All that a start of it reads, and whose it is. */
  async read(): Promise<string[]> {
    const { files = "", modes = "" } = await world(this.machine);
    return [files, modes, await this.started()];
  }

  /** What its boot loaders start it with. */
  started(): Promise<string> {
    return this.ask("cat /boot/grub/grub.cfg /boot/entry 2>/dev/null");
  }

  /** The programs that were run since this was asked last. */
  calls(): Promise<string> {
    return this.ask("sed 's:.*/::' /boot/calls; rm /boot/calls");
  }

  change(assignBusses = false): Change {
    return new Change(this.machine, kernelOperations(assignBusses));
  }

  /** What the look-up says; throws if it complains. */
  async state(assignBusses = false): Promise<KernelState> {
    const { stdout, stderr } = await this.machine.ssh(kernelLookup(assignBusses), KERNEL_LOOKUP);
    if (stderr !== "") throw new Error(stderr);
    return parseKernelState(stdout);
  }

  async restart(): Promise<void> {
    await this.machine.powerCut();
    await this.machine.powerOn();
  }

  async remove(): Promise<void> {
    for (const { command, stdin } of [removeCall("net"), confirmRemovalCall("net")]) {
      const { code, stderr } = await this.machine.ssh(command, stdin);
      if (code !== 0) throw new Error(stderr);
    }
  }
}
