import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { must } from "../host/command";
import type { HostAccess } from "../host/keys";
import { bundleApi, nodeBinary } from "../host/shared";
import { sshArgv } from "../host/ssh";
import type { Place } from "./qemu";
import { execOn, mustOn } from "./shell";

const COPY_MS = 5 * 60_000;
const API = "/lab/pve.cjs";
const NODE = "/lab/node";
const PVESH = "/usr/sbin/pvesh";

/** Bring a machine's emulated API up to date with this checkout, and wait until it answers. */
export async function refreshApi(place: Place, access: HostAccess): Promise<void> {
  const api = join(place.directory, "pve.cjs");
  await bundleApi(api);
  const there = await execOn(access, `sha256sum ${API} ${PVESH}; ls ${NODE}`);
  const has = (file: string, target: string) =>
    there.stdout.includes(
      `${createHash("sha256").update(readFileSync(file)).digest("hex")}  ${target}`,
    );
  const pvesh = join(__dirname, "pvesh.sh");
  if (!has(pvesh, PVESH)) await copy(access, pvesh, PVESH);
  if (!there.stdout.includes(NODE)) await copy(access, nodeBinary(), NODE);
  if (!has(api, API)) {
    await copy(access, api, API);
    await mustOn(access, "systemctl restart pve-api");
  }
  await awaitApi(access);
}

async function copy(access: HostAccess, file: string, target: string): Promise<void> {
  const draft = `${target}.new`;
  const receive = `mkdir -p /lab && cat >${draft} && chmod 755 ${draft} && mv ${draft} ${target}`;
  const fromFile = ["sh", "-c", 'file=$1; shift; exec "$@" <"$file"', "sh", file];
  await must([...fromFile, ...sshArgv(receive, access)], { timeoutMs: COPY_MS });
}

/** Wait until a machine's API answers. */
export async function awaitApi(access: HostAccess): Promise<void> {
  await awaitLogin(access);
  const answer = "curl -sk -o /dev/null https://127.0.0.1:8006/";
  await mustOn(access, `timeout 120 sh -c 'until ${answer}; do sleep 0.3; done'`, {
    timeoutMs: COPY_MS,
  });
}

// While it starts everything else, its SSH server takes longer to greet than a client waits.
async function awaitLogin(access: HostAccess): Promise<void> {
  for (const end = Date.now() + COPY_MS; ; ) {
    const { code, stderr } = await execOn(access, "true");
    if (code === 0) return;
    if (Date.now() > end) throw new Error(stderr);
  }
}
