import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { die } from "../api/error";
import { readOr } from "../state/atomic";
import { type Paths } from "../state/paths";
import { readImageHeader } from "../storage/qcow2";
import { kvmWorks } from "./accel";
import {
  type Backend,
  type DiskSource,
  type PortPlan,
  type VmPlan,
  type VmProcess,
} from "./backend";
import { qemuArguments } from "./qemu-arguments";
import { Agents } from "./qga";
import { monitorCommand } from "./qmp";
import { attempt, run } from "./run";
import { bindToVfio } from "./vfio";
import { cables, linksOf, prepareWiring, releaseWiring, takePorts } from "./wiring";

const SEED_BYTES = 4 * 2 ** 20;

/** The lab's host: real disks, bridges, QEMU guests as systemd units. */
export class HostBackend implements Backend {
  private readonly agents = new Agents();
  /** Cable state that each guest was told last, by VMID and tap. */
  private readonly told = new Map<string, boolean>();

  constructor(private readonly paths: Paths) {
    mkdirSync(paths.run, { recursive: true });
    mkdirSync(paths.consoles, { recursive: true });
  }

  async createDisk(path: string, bytes: number, { backing, copyOf, raw }: DiskSource) {
    if (raw) {
      writeFileSync(path, "");
      truncateSync(path, bytes);
    } else if (copyOf !== undefined) {
      await run("qemu-img", "convert", "-q", "-O", "qcow2", copyOf, path);
    } else {
      const base =
        backing === undefined ? [] : ["-b", backing, "-F", readImageHeader(backing).format];
      await run("qemu-img", "create", "-q", "-f", "qcow2", ...base, path, String(bytes));
    }
  }

  async resizeDisk(path: string, bytes: number) {
    // A running guest's disk is enlarged through its monitor, which holds the image's lock.
    const { code, stderr } = await attempt("qemu-img", ["resize", "-q", path, String(bytes)]);
    if (code !== 0 && !stderr.includes("lock")) die(stderr.trim());
  }

  removeDisk(path: string) {
    rmSync(path, { force: true });
    return Promise.resolve();
  }

  async createSeed(path: string, files: Readonly<Record<string, string>>) {
    const directory = mkdtempSync(join(this.paths.run, "seed-"));
    try {
      for (const [name, content] of Object.entries(files)) {
        writeFileSync(join(directory, name), content);
      }
      const image = join(this.paths.run, `seed-${process.pid}.iso`);
      await run(
        "genisoimage",
        ...["-quiet", "-iso-level", "3", "-R", "-V", "cidata", "-o", image, directory],
      );
      truncateSync(image, SEED_BYTES);
      writeFileSync(path, readFileSync(image));
      rmSync(image);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  async startVm(plan: VmPlan, log: (line: string) => void) {
    const { run: directory, consoles, guest } = this.paths;
    const { vmid, ports } = plan;
    await releaseWiring(directory, vmid);
    try {
      await prepareWiring(directory, plan);
      await bindToVfio(plan.functions);
      const kvm = await kvmWorks(directory);
      await this.startUnit(
        vmid,
        qemuArguments(plan, { run: directory, consoles, guest, kvm }),
        log,
      );
      await takePorts(ports);
      for (const { tap } of ports) this.told.delete(`${vmid} ${tap}`);
      writeFileSync(join(directory, `${vmid}.ports`), JSON.stringify(ports));
      await this.followCables();
      for (const { index, linkDown } of plan.taps) {
        if (linkDown) await this.monitor(vmid, "set_link", { name: `net${index}`, up: false });
      }
      if (plan.incoming === undefined) await this.monitor(vmid, "cont");
    } catch (error) {
      await this.stopVm(vmid);
      throw error;
    }
  }

  private async startUnit(vmid: string, args: string[], log: (line: string) => void) {
    const errors = join(this.paths.run, `${vmid}.err`);
    rmSync(errors, { force: true });
    for (const kind of ["qmp", "qga", "pid"]) {
      rmSync(join(this.paths.run, `${vmid}.${kind}`), { force: true });
    }
    const { code, stderr } = await attempt("systemd-run", [
      ...[
        `--description=VM ${vmid}`,
        "--quiet",
        `--unit=${vmid}`,
        "--slice=qemu",
        "--collect",
        "--service-type=exec",
      ],
      ...["-p", `StandardError=file:${errors}`, "-p", "TimeoutStopSec=20"],
      ...["-p", `ExecStopPost=${process.execPath} ${process.argv[1] ?? ""} vm-stopped ${vmid}`],
      ...["--", "/usr/bin/qemu-system-x86_64", ...args],
    ]);
    const fail = (): never => {
      for (const line of readOr(errors, stderr).split("\n").filter(Boolean)) {
        log(line.replace(/^qemu-system-x86_64:/, "kvm:"));
      }
      return die("start failed: QEMU exited with code 1");
    };
    if (code !== 0) fail();
    for (let waited = 0; ; waited += 100) {
      if ((await this.vmProcess(vmid)) !== undefined) {
        const ready = await this.monitor(vmid, "query-status").catch(() => undefined);
        if (ready !== undefined) return;
      }
      const { stdout } = await attempt("systemctl", ["is-active", `${vmid}.service`]);
      if (stdout.trim() !== "active" && stdout.trim() !== "activating") fail();
      if (waited > 30_000) die("start failed: got timeout");
      await sleep(100);
    }
  }

  async stopVm(vmid: string) {
    await attempt("systemctl", ["stop", `${vmid}.service`]);
    await releaseWiring(this.paths.run, vmid);
    for (const kind of ["pid", "ports"]) {
      rmSync(join(this.paths.run, `${vmid}.${kind}`), { force: true });
    }
  }

  vmProcess(vmid: string): Promise<VmProcess | undefined> {
    const file = join(this.paths.run, `${vmid}.pid`);
    const pid = readOr(file, "").trim();
    // A pid file outlives a killed guest; the command line tells whether the process is it.
    const command = pid === "" ? "" : readOr(`/proc/${pid}/cmdline`, "");
    if (!command.includes(`\0-pidfile\0${file}\0`)) return Promise.resolve(undefined);
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const started = Number(stat.slice(stat.lastIndexOf(")")).split(" ")[20]) / 100;
    const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
    return Promise.resolve({ pid: Number(pid), uptime: Math.max(0, Math.floor(uptime - started)) });
  }

  monitor(vmid: string, command: string, args?: Readonly<Record<string, unknown>>) {
    return monitorCommand(join(this.paths.run, `${vmid}.qmp`), command, args);
  }

  agent(vmid: string, command: string, args?: unknown, timeoutMs = 10_000) {
    return this.agents.command(join(this.paths.run, `${vmid}.qga`), command, args, timeoutMs);
  }

  async attachTap(tap: string, bridge: string) {
    if (!existsSync(`/sys/class/net/${bridge}/bridge`)) die(`bridge '${bridge}' does not exist`);
    await run("ip", "link", "set", tap, "master", bridge, "up");
  }

  async links() {
    const links = (await linksOf()) as { ifname: string; mtu: number; flags: string[] }[];
    return new Map(
      links.map(({ ifname, mtu, flags }) => [ifname, { mtu, up: flags.includes("UP") }]),
    );
  }

  async reloadNetwork(log: (line: string) => void) {
    const { code, stdout, stderr } = await attempt("ifreload", ["-a"]);
    for (const line of `${stdout}\n${stderr}`.split("\n")) {
      const name = /(?:warning|error): (\S+):/.exec(line)?.[1];
      if (name !== undefined) log(`${name} : ${line}`);
    }
    if (code !== 0) die(`command 'ifreload -a' failed: exit code ${code}`);
  }

  async followCables() {
    const state = await cables();
    for (const vmid of state.size === 0 ? [] : this.guestsWithPorts()) {
      const ports = JSON.parse(readOr(join(this.paths.run, `${vmid}.ports`), "[]")) as PortPlan[];
      for (const { link, tap } of ports) {
        const up = state.get(link) ?? false;
        if (this.told.get(`${vmid} ${tap}`) === up) continue;
        await this.monitor(vmid, "set_link", { name: tap, up });
        this.told.set(`${vmid} ${tap}`, up);
      }
    }
  }

  private guestsWithPorts(): string[] {
    return readdirSync(this.paths.run)
      .map((name) => /^(\d+)\.ports$/.exec(name)?.[1])
      .filter((vmid) => vmid !== undefined)
      .filter((vmid) => existsSync(join(this.paths.run, `${vmid}.pid`)));
  }
}
