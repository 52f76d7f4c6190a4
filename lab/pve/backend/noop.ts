import { copyFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { ApiError, die } from "../api/error";
import { readImageHeader, writeImageHeader } from "../storage/qcow2";
import { type Backend, type DiskSource, type VmPlan, type VmProcess } from "./backend";

/** A backend that keeps guests and links in memory, for tests without a host. */
export class NoopBackend implements Backend {
  /** Running guests by VMID. */
  readonly running = new Map<string, { plan: VmPlan; since: number }>();
  /** Links of the pretended host. */
  readonly hostLinks = new Map<string, { mtu: number; up: boolean }>();
  /** Answers of guest agents by command; a guest without any has a silent agent. */
  readonly agentAnswers = new Map<string, unknown>();
  /** What a reload says; undefined when it succeeds. */
  reloadError: string | undefined;

  createDisk(path: string, bytes: number, from: DiskSource) {
    if (from.copyOf !== undefined && existsSync(from.copyOf)) copyFileSync(from.copyOf, path);
    else writeImageHeader(path, bytes, from.backing);
    return Promise.resolve();
  }

  resizeDisk(path: string, bytes: number) {
    writeImageHeader(path, bytes, readImageHeader(path).backing);
    return Promise.resolve();
  }

  removeDisk(path: string) {
    rmSync(path, { force: true });
    return Promise.resolve();
  }

  createSeed(path: string, files: Readonly<Record<string, string>>) {
    writeFileSync(path, JSON.stringify(files));
    return Promise.resolve();
  }

  startVm(plan: VmPlan) {
    for (const { bridge } of plan.taps) {
      if (!this.hostLinks.has(bridge)) die(`bridge '${bridge}' does not exist`);
    }
    this.running.set(plan.vmid, { plan, since: Date.now() });
    return Promise.resolve();
  }

  stopVm(vmid: string) {
    this.running.delete(vmid);
    return Promise.resolve();
  }

  vmProcess(vmid: string): Promise<VmProcess | undefined> {
    const guest = this.running.get(vmid);
    return Promise.resolve(
      guest && { pid: 1000 + Number(vmid), uptime: Math.floor((Date.now() - guest.since) / 1000) },
    );
  }

  monitor(vmid: string, command: string): Promise<unknown> {
    if (command === "system_powerdown") this.running.delete(vmid);
    return Promise.resolve({});
  }

  agent(vmid: string, command: string): Promise<unknown> {
    if (!this.agentAnswers.has(command)) {
      return Promise.reject(new ApiError(500, "QEMU guest agent is not running"));
    }
    if (command === "guest-shutdown") this.running.delete(vmid);
    return Promise.resolve(this.agentAnswers.get(command));
  }

  attachTap() {
    return Promise.resolve();
  }

  links() {
    return Promise.resolve(this.hostLinks);
  }

  reloadNetwork() {
    if (this.reloadError !== undefined) die(this.reloadError);
    return Promise.resolve();
  }

  followCables() {
    return Promise.resolve();
  }
}
