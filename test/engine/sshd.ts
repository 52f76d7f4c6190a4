import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const SSHD = "/usr/sbin/sshd";
const APT = "/usr/bin/apt-get";
const KEYGEN = "/usr/bin/ssh-keygen";
const POLICY = "/usr/sbin/policy-rc.d";

/** Whether a real SSH server can be had: it is there, or may be installed. */
export const sshdPossible = existsSync(SSHD) || process.getuid?.() === 0;

/** Install the SSH server if it is missing, without starting the service that comes with it. */
export function installSshd(): void {
  if (existsSync(SSHD)) return;
  const barred = existsSync(POLICY);
  if (!barred) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const apt = (...args: string[]) =>
      execFileSync(APT, ["-qq", "-o", "DPkg::Lock::Timeout=300", ...args], {
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
        stdio: ["ignore", "ignore", "inherit"],
      });
    apt("update");
    apt("install", "-y", "--no-install-recommends", "openssh-server");
  } finally {
    if (!barred) rmSync(POLICY);
  }
}

/** A real sshd on loopback, with a key of its own and one that may log in. */
export class Sshd {
  /** Directory of its files. */
  readonly directory = mkdtempSync(join(tmpdir(), "engine-sshd-"));
  /** Who may log in. */
  readonly user = userInfo().username;
  /** Where it listens. */
  port = 0;

  private child: ChildProcess | undefined;

  /** Start one, with further lines for its configuration. */
  static async start(...lines: string[]): Promise<Sshd> {
    const sshd = new Sshd();
    sshd.port = await freePort();
    sshd.configure(lines);
    sshd.child = spawn(SSHD, ["-D", "-E", sshd.path("log"), "-f", sshd.path("config")], {
      stdio: "ignore",
    });
    await sshd.listening();
    return sshd;
  }

  /** Path of one of its files. */
  path(name: string): string {
    return join(this.directory, name);
  }

  /** The private key that may log in. */
  get privateKey(): string {
    return readFileSync(this.path("login"), "utf8");
  }

  /** The public key that it shows. */
  get hostKey(): string {
    return readFileSync(this.path("host.pub"), "utf8").split(" ").slice(0, 2).join(" ");
  }

  /** What a connection to it needs. */
  get connection() {
    const { user, port, privateKey, hostKey } = this;
    return { host: "127.0.0.1", user, port, privateKey, hostKey, dialErrorLimit: 0 };
  }

  /** How often somebody has logged in. */
  get logins(): number {
    return readFileSync(this.path("log"), "utf8").split("Accepted publickey").length - 1;
  }

  /** End it and remove its files. */
  stop(): void {
    this.child?.kill("SIGKILL");
    rmSync(this.directory, { recursive: true, force: true });
  }

  private configure(lines: string[]): void {
    for (const key of ["host", "login"]) {
      execFileSync(KEYGEN, ["-q", "-t", "ed25519", "-N", "", "-f", this.path(key)]);
    }
    // Where sshd is started by hand, nobody has made its chroot directory.
    if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
    const settings = [
      `ListenAddress 127.0.0.1:${String(this.port)}`,
      `HostKey ${this.path("host")}`,
      `AuthorizedKeysFile ${this.path("login.pub")}`,
      "PidFile none",
      "StrictModes no",
      "UsePAM no",
      "PermitRootLogin prohibit-password",
      "PasswordAuthentication no",
      "Subsystem sftp internal-sftp",
      "LogLevel VERBOSE",
      ...lines,
    ];
    writeFileSync(this.path("config"), `${settings.join("\n")}\n`);
  }

  private async listening(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const open = await new Promise<boolean>((done) => {
        const socket = connect(this.port, "127.0.0.1", () => done(true));
        socket.on("error", () => done(false));
        socket.on("close", () => socket.destroy());
        socket.unref();
        setTimeout(() => socket.end(), 200).unref();
      });
      if (open) return;
      await sleep(50);
    }
    throw new Error(`sshd does not listen: ${readFileSync(this.path("log"), "utf8")}`);
  }
}

/** A port of loopback on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
