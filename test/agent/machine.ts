import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CommandResult, run } from "../../lab/host/command";

/** What a machine is made of. */
export interface MachineOptions {
  /**
   * What `sh` is on it.
   * @default "dash"
   */
  readonly shell?: "dash" | "busybox" | "bash";
  /**
   * Whether waiting costs no time: every `sleep` takes a twentieth.
   * @default true
   */
  readonly hasty?: boolean;
}

let count = 0;

/**
 * A machine with a kernel's network of its own, a real sshd, its own `/etc`, `/run`, `/var/lib` and
 * processes: namespaces of this one. Its clock stands still until `advance`.
 */
export class Machine {
  /** Directory with what survives a power cut. */
  readonly directory = mkdtempSync(join(tmpdir(), "agent-machine-"));
  /** Address of its network card. */
  readonly address: string;

  private readonly outside: string;
  private readonly card: string;
  private readonly hasty: boolean;
  private readonly shell: string;
  private init: ChildProcess | undefined;
  private pid = 0;
  private uptime = 1000;

  private constructor({ shell = "dash", hasty = true }: MachineOptions) {
    const index = (process.pid * 8 + count++) % 16_384;
    const network = `198.18.${index >> 6}.`;
    this.outside = `${network}${(index % 64) * 4 + 1}`;
    this.address = `${network}${(index % 64) * 4 + 2}`;
    this.card = `prt${process.pid % 100_000}x${count}`;
    this.shell = { dash: "/usr/bin/dash", busybox: "/usr/bin/busybox", bash: "/usr/bin/bash" }[
      shell
    ];
    this.hasty = hasty;
  }

  /** Make one and switch it on. */
  static async start(options: MachineOptions = {}): Promise<Machine> {
    const machine = new Machine(options);
    for (const path of ["etc", "varlib", "locallib"]) mkdirSync(machine.path(path));
    execFileSync("cp", ["-a", "/etc/.", machine.path("etc")]);
    for (const key of ["host", "login"])
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", machine.path(key)]);
    writeFileSync(machine.path("sleep"), "#!/bin/sh\nexec busybox usleep 50000\n", { mode: 0o755 });
    writeFileSync(machine.path("init"), machine.initScript(), { mode: 0o755 });
    await machine.powerOn();
    return machine;
  }

  /** Path of one of its files. */
  path(name: string): string {
    return join(this.directory, name);
  }

  /** How it is reached from here. */
  get connection() {
    return {
      host: this.address,
      port: 22,
      user: "root",
      privateKey: readFileSync(this.path("login"), "utf8"),
      hostKey: readFileSync(this.path("host.pub"), "utf8").split(" ").slice(0, 2).join(" "),
    };
  }

  /** Run a script on it, not over the network. */
  exec(script: string, timeoutMs = 60_000): Promise<CommandResult> {
    return run(
      ["nsenter", "-t", String(this.pid), "-m", "-n", "-p", "-u", "--", "/bin/sh", "-c", script],
      { timeoutMs },
    );
  }

  /** Log in over a new connection and run a command. */
  ssh(command: string, stdin = "", timeoutMs = 60_000): Promise<CommandResult> {
    return run([...this.sshArgv(), command], { stdin, timeoutMs });
  }

  /** The command line that logs in, with further options. */
  sshArgv(...options: string[]): string[] {
    writeFileSync(
      this.path("known_hosts"),
      `${this.address} ${readFileSync(this.path("host.pub"), "utf8")}`,
    );
    const all = [
      ...["BatchMode=yes", "ConnectTimeout=3", "IdentitiesOnly=yes", "LogLevel=ERROR"],
      ...["StrictHostKeyChecking=yes", `UserKnownHostsFile=${this.path("known_hosts")}`],
      ...["ControlPath=none", "ServerAliveInterval=2", "ServerAliveCountMax=2", ...options],
    ];
    return [
      ...["ssh", "-F", "/dev/null", "-i", this.path("login")],
      ...all.flatMap((option) => ["-o", option]),
      `root@${this.address}`,
    ];
  }

  /** Let its clock go on. */
  advance(seconds: number): void {
    this.uptime += seconds;
    this.setClock();
  }

  /** End everything on it at once; what is in memory is gone. */
  async powerCut(): Promise<void> {
    const ended = new Promise((done) => this.init?.once("exit", done));
    process.kill(this.pid, "SIGKILL");
    await ended;
  }

  /** Switch it on: what an init system would start at boot, then sshd. */
  async powerOn(): Promise<void> {
    writeFileSync(this.path("boot_id"), `${randomUUID()}\n`);
    this.uptime = 1000;
    this.setClock();
    rmSync(this.path("ready"), { force: true });
    this.init = spawn(
      "unshare",
      ["--mount", "--net", "--pid", "--uts", "--fork", "--kill-child", this.path("init")],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let error = "";
    this.init.stderr?.on("data", (chunk: Buffer) => (error += chunk.toString()));
    const parent = this.init.pid ?? 0;
    await until("its namespaces", () => {
      if (this.init?.exitCode !== null) throw new Error(`the machine did not start: ${error}`);
      const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim();
      this.pid = Number(children);
      return this.pid > 0;
    });
    await until("its network", async () => (await this.exec("test -e /run/ready")).code === 0);
    const peer = `${this.card}p`;
    await ip(`link add ${this.card} type veth peer name ${peer}`);
    await ip(`link set ${peer} netns ${this.pid}`);
    await ip(`address add ${this.outside}/30 dev ${this.card}`);
    await ip(`link set ${this.card} up`);
    await this.exec(`ip link set ${peer} name eth0 && touch /run/card`);
    await until("its sshd", async () => (await this.ssh("true", "", 5000)).code === 0);
  }

  /** Switch it off and remove it. */
  async stop(): Promise<void> {
    if (this.init?.exitCode === null) await this.powerCut().catch(() => undefined);
    await run(["ip", "link", "delete", this.card]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private setClock(): void {
    writeFileSync(this.path("uptime"), `${this.uptime}.00 0.00\n`);
  }

  private initScript(): string {
    const bind = (from: string, to: string) => `mount --bind ${this.path(from)} ${to}`;
    const agent = "/usr/local/lib/proxmox-router/agent";
    return [
      "#!/usr/bin/bash",
      "set -e",
      "mount --make-rprivate /",
      bind("etc", "/etc"),
      bind("varlib", "/var/lib"),
      bind("locallib", "/usr/local/lib"),
      "mount -t proc proc /proc",
      "mount -t sysfs sysfs /sys",
      "mount -t tmpfs tmpfs /run",
      bind("uptime", "/proc/uptime"),
      bind("boot_id", "/proc/sys/kernel/random/boot_id"),
      ...(this.hasty ? [bind("sleep", "/usr/bin/sleep")] : []),
      `mount --bind ${this.shell} /usr/bin/dash`,
      "hostname machine",
      "mkdir -p /run/sshd",
      "ip link set lo up",
      "touch /run/ready",
      "while [ ! -e /run/card ]; do busybox usleep 10000; done",
      `ip address add ${this.address}/30 dev eth0`,
      "ip link set eth0 up",
      `if [ -r ${agent} ]; then sh ${agent} boot; sh ${agent} restore; fi`,
      "/usr/sbin/sshd -o PidFile=none -o UsePAM=no -o StrictModes=no -o UseDNS=no" +
        ` -o AuthorizedKeysFile=${this.path("login.pub")} -o MaxStartups=100 -o LogLevel=ERROR` +
        ` -f /dev/null -h ${this.path("host")}`,
      "while :; do busybox sleep 3600 & wait $!; done",
      "",
    ].join("\n");
  }
}

async function ip(words: string): Promise<void> {
  const { code, stderr } = await run(["ip", ...words.split(" ")]);
  if (code !== 0) throw new Error(`ip ${words}: ${stderr}`);
}

/** Wait for something, at most ten seconds. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited 10 s for ${what}`);
    await sleep(20);
  }
}
