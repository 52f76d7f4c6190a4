import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { must, run } from "./command";
import { type Progress, quiet } from "./progress";

/** Debian packages that the machine under the lab needs; none of them starts a service. */
const PACKAGES = [
  "busybox",
  "debian-archive-keyring",
  "dnsmasq-base",
  "e2fsprogs",
  "iproute2",
  "iptables",
  "iputils-ping",
  "mmdebstrap",
  "nftables",
  "openssh-client",
  "procps",
  "python3",
  "shellcheck",
  "strace",
  "systemd",
  "systemd-container",
  "tcsh",
  "util-linux",
];

const INSTALL_MS = 10 * 60_000;

/** Why the lab cannot run on this machine, as one sentence; nothing when it can. */
export function labPossible(): string | undefined {
  if (process.platform !== "linux") return `The lab needs Linux; this is ${process.platform}.`;
  if (process.getuid?.() !== 0)
    return "The lab needs root: it makes network namespaces and mounts.";
  if (!existsSync("/dev/net/tun")) {
    return "The lab needs /dev/net/tun for its guests' network interfaces, and it is absent.";
  }
  if (spawnSync("unshare", ["--net", "--mount", "true"]).status !== 0) {
    return "The lab needs network and mount namespaces, and this machine permits none.";
  }
  if (spawnSync("apt-get", ["--version"]).status !== 0) {
    return "The lab needs a Debian-like machine: apt-get, to install systemd-nspawn and others.";
  }
  return undefined;
}

/** Install what the lab needs and this machine lacks. */
export async function installPackages(progress: Progress = quiet): Promise<void> {
  const missing = await missingPackages();
  if (missing.length === 0) return;

  await progress(`Installing ${missing.join(", ")}`, async () => {
    const apt = (...args: string[]) => ["apt-get", "-q", "-y", ...args];
    const options = {
      env: { DEBIAN_FRONTEND: "noninteractive" },
      timeoutMs: INSTALL_MS,
    };
    const install = apt(
      ...["-o", "DPkg::Lock::Timeout=300", "install", "--no-install-recommends"],
      ...missing,
    );
    // Package lists are often present and good enough; fetched once when they are not.
    if ((await run(install, options)).code === 0) return;
    await must(apt("update"), options);
    await must(install, options);
  });
}

async function missingPackages(): Promise<string[]> {
  const format = ["-f", "${Package} ${db:Status-Status}\\n"];
  const { stdout } = await run(["dpkg-query", "-W", ...format, ...PACKAGES]);
  const installed = new Set(
    stdout.split("\n").flatMap((line) => (line.endsWith(" installed") ? [line.split(" ")[0]] : [])),
  );
  return PACKAGES.filter((name) => !installed.has(name));
}

/** The Debian mirror that this machine itself is set up to use. */
export async function debianMirror(): Promise<string> {
  const given = process.env.PROXMOX_ROUTER_DEBIAN_MIRROR;
  if (given !== undefined && given !== "") return given;

  const format = ["--format", "$(REPO_URI)", "Created-By: Packages"];
  const out = await must(["apt-get", "indextargets", ...format, "Origin: Debian", "Label: Debian"]);
  const mirror = out.split("\n")[0]?.trim();
  if (mirror === undefined || mirror === "") {
    throw new Error(
      "this machine's apt knows no Debian mirror; expected one in /etc/apt, or its address in " +
        "PROXMOX_ROUTER_DEBIAN_MIRROR",
    );
  }
  return mirror;
}
