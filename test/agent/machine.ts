import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CommandResult, must, run } from "../../lab/host/command";
import { renderInit } from "./machine-init";
import type { MachineOptions } from "./machine-options";
import { Talk } from "./talk";

let count = 0;

/**
 * A machine with a kernel's network of its own, a real sshd, its own `/etc`, `/run`, `/var/lib` and
 * processes: namespaces of this one. Its clock stands still until `advance`.
 */
export class Machine {
  /** Directory with what survives a power cut. */
  readonly directory: string;
  /** Address of its network card. */
  readonly address: string;

  private readonly network: string;
  private readonly outside: string;
  private readonly card: string;
  private init: ChildProcess | undefined;
  private talk: Talk | undefined;
  private pid = 0;
  private uptime = 1000;

  private constructor(private readonly options: MachineOptions) {
    const index = (process.pid * 16 + count++) % 16_384;
    const prefix = `198.18.${index >> 6}.`;
    this.directory = mkdtempSync(join(options.inMemory ? "/dev/shm" : tmpdir(), "agent-machine-"));
    this.network = `${prefix}${(index % 64) * 4}`;
    this.outside = `${prefix}${(index % 64) * 4 + 1}`;
    this.address = `${prefix}${(index % 64) * 4 + 2}`;
    this.card = `prt${process.pid % 100_000}x${count}`;
  }

  /** Make one and switch it on. */
  static async start(options: MachineOptions = {}): Promise<Machine> {
    const machine = new Machine(options);
    for (const path of ["etc", "varlib", "locallib"]) mkdirSync(machine.path(path));
    execFileSync("cp", ["-a", "/etc/.", machine.path("etc")]);
    for (const key of ["host", "login"])
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", machine.path(key)]);
    // One program instead of two: the interpreter's name says what it does.
    symlinkSync("/usr/bin/busybox", machine.path("usleep"));
    const sleeper = `#!${machine.path("usleep")} ${(options.sleepMs ?? 50) * 1000}\n`;
    writeFileSync(machine.path("sleep"), sleeper, { mode: 0o755 });
    writeFileSync(machine.path("init"), machine.renderInit(), { mode: 0o755 });
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

  /** Run one line on it in a shell that is there already, and return all that it says. */
  ask(line: string): Promise<string> {
    return this.talk?.ask(line) ?? Promise.reject(new Error("the machine is off"));
  }

  /** Directory through which its processes, its memory and its disk are seen. */
  get root(): string {
    return `/proc/${this.pid}/root`;
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
    // In place: who reads it meanwhile must not find it empty.
    writeFileSync(this.path("uptime"), `${this.uptime}.00 0.00\n`, { flag: "r+" });
  }

  /** End everything on it at once; what is in memory is gone. */
  async powerCut(): Promise<void> {
    // Closed by the last process that holds its standard streams.
    const ended = new Promise((done) => this.init?.once("close", done));
    process.kill(this.pid || (this.init?.pid ?? 0), "SIGKILL");
    await ended;
  }

  /** Switch it on: what an init system would start at boot, then sshd. */
  async powerOn(): Promise<void> {
    writeFileSync(this.path("boot_id"), `${randomUUID()}\n`);
    this.pid = 0;
    this.uptime = 1000;
    writeFileSync(this.path("uptime"), "1000.00 0.00\n");
    this.init = spawn(
      "unshare",
      ["--mount", "--net", "--pid", "--uts", "--fork", "--kill-child", this.path("init")],
      { stdio: "pipe" },
    );
    this.talk = new Talk(this.init);
    await this.talk.said("ready\n");
    const parent = this.init.pid ?? 0;
    this.pid = Number(readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8"));
    await run(["ip", "link", "delete", this.card]);
    const wire = [
      `link add ${this.card} type veth peer name eth0 netns ${this.pid}`,
      `address add ${this.outside}/30 dev ${this.card}`,
      `link set ${this.card} up`,
      `route change ${this.network}/30 dev ${this.card} src ${this.outside} quickack 1`,
    ];
    await must(["ip", "-batch", "-"], { stdin: `${wire.join("\n")}\n` });
    this.talk.say("the card is there");
    await this.talk.said("up\n");
  }

  /** Switch it off and remove it. */
  async stop(): Promise<void> {
    if (this.init?.exitCode === null) await this.powerCut().catch(() => undefined);
    await run(["ip", "link", "delete", this.card]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private renderInit(): string {
    const { shell = "dash", hasty = true, boot = "", services } = this.options;
    return renderInit({
      directory: this.directory,
      binds: {
        "/etc": this.path("etc"),
        "/var/lib": this.path("varlib"),
        "/usr/local/lib": this.path("locallib"),
        "/proc/uptime": this.path("uptime"),
        "/proc/sys/kernel/random/boot_id": this.path("boot_id"),
        "/usr/bin/dash": `/usr/bin/${shell}`,
        ...(hasty && { "/usr/bin/sleep": this.path("sleep") }),
      },
      address: this.address,
      network: this.network,
      hostKey: this.path("host"),
      authorizedKeys: this.path("login.pub"),
      boot,
      services,
    });
  }
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
