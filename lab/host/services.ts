import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { must } from "./command";
import { inNetns, netnsPids } from "./netns";
import { paths } from "./paths";
import { ADDRESS, netnsOf, PORTS, type SegmentName } from "./segments";

const DNSMASQ = ["dnsmasq", "--conf-file=/dev/null", "--user=root", "--interface=eth0"];

/** Arguments of the DHCP and name server on a segment. */
const SERVERS: Partial<Record<SegmentName, readonly string[]>> = {
  admin: [
    "--port=0",
    "--dhcp-range=10.99.0.100,10.99.0.199,255.255.255.0,1h",
    // A host that asks gets the address that it is known by.
    ...PORTS.filter(({ name }) => name === "eno1").map(
      ({ mac }) => `--dhcp-host=${mac},${ADDRESS.host}`,
    ),
    // The management network leads nowhere else.
    "--dhcp-option=option:router",
  ],
  wan: [
    "--no-resolv",
    "--no-hosts",
    "--local=/#/",
    `--host-record=outside.example.net,${ADDRESS.outside},${ADDRESS.outside6}`,
    "--dhcp-range=203.0.113.100,203.0.113.199,255.255.255.0,1h",
    `--dhcp-option=option:router,${ADDRESS.provider}`,
    `--dhcp-option=option:dns-server,${ADDRESS.provider}`,
    "--enable-ra",
    "--dhcp-range=2001:db8:113::,ra-only,64,1h",
    "--ra-param=eth0,high,30,1800",
  ],
};

/** Start what runs in the networks around the host, unless it does already. */
export async function startServices(): Promise<void> {
  mkdirSync(paths.log, { recursive: true });
  for (const name of Object.keys(SERVERS) as SegmentName[]) {
    if (!runs(name, "dnsmasq")) await startDnsmasq(name, SERVERS[name] ?? []);
  }
  if (!runs("out", "node")) startOutside();
}

async function startDnsmasq(name: SegmentName, options: readonly string[]): Promise<void> {
  const file = (kind: string) => join(paths.log, `dnsmasq-${name}.${kind}`);
  await must(
    inNetns(netnsOf(name), [
      ...DNSMASQ,
      "--bind-interfaces",
      "--except-interface=lo",
      "--dhcp-authoritative",
      "--no-ping",
      `--pid-file=${file("pid")}`,
      `--dhcp-leasefile=${file("leases")}`,
      `--log-facility=${file("log")}`,
      "--log-dhcp",
      ...options,
    ]),
  );
}

function startOutside(): void {
  const log = openSync(join(paths.log, "outside.log"), "a");
  const program = [process.execPath, join(paths.programs, "outside.cjs")];
  const [command = "", ...args] = inNetns(netnsOf("out"), program);
  spawn(command, args, { detached: true, stdio: ["ignore", log, log] }).unref();
}

function runs(name: SegmentName, program: string): boolean {
  return netnsPids(netnsOf(name)).some((pid) => {
    try {
      const [argv0 = ""] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return argv0 === program || argv0.endsWith(`/${program}`);
    } catch {
      return false;
    }
  });
}
