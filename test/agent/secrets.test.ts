// Needs root: machines made of namespaces, with a real sshd.
import { writeFileSync } from "node:fs";
import type { Operation } from "../../agent/bundle";
import { hook, killAt, killed as wasKilled, killer } from "./hooks";
import { Machine } from "./machine";
import { Change, filter } from "./slices";
import { ask } from "./world";

const CANARY = "canary-7f3a91c2";
const secret = (extra: string, ...operations: Operation[]): Operation[] => [
  { kind: "file", path: "/etc/demo/secret", text: `password=${CANARY}${extra}\n`, mode: 0o600 },
  ...operations,
  filter("tcp dport 9 drop"),
];

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start();
  writeFileSync(machine.path("pattern"), `${CANARY}\n`);
  await hook(machine, `printf '%s\\n' "$*" >>${machine.path("journal")}`, ["logger"]);
  await machine.exec(
    `cd /proc; while [ ! -e /run/done ]; do cat [0-9]*/cmdline [0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | ` +
      `grep -f ${machine.path("pattern")} >>${machine.path("seen")}; done </dev/null >/dev/null 2>&1 &`,
  );
});
afterAll(() => machine.stop());

/** The files on the machine that hold it, with their modes. */
const holders = () =>
  ask(
    machine,
    `grep -rlF -f ${machine.path("pattern")} /etc /var/lib /usr/local/lib /run /dev/shm ${machine.path("journal")} ${machine.path("seen")} 2>/dev/null | ` +
      "xargs -r stat -c '%a %n' | sed 's/[0-9a-f]\\{64\\}/SUM/' | sort -k2",
  );

test("a secret is in its file and in its generation, and nowhere on the way there or back", async () => {
  const said: string[] = [];
  const hear = async (...calls: (() => Promise<{ stdout: string; stderr: string }>)[]) => {
    for (const call of calls) {
      const { stdout, stderr } = await call();
      said.push(stdout, stderr);
    }
  };
  const first = new Change(machine, secret(""));
  const refused = new Change(
    machine,
    secret("2", { kind: "address", device: "none", address: "10.9.0.1/24" }),
  );
  const killed = new Change(machine, secret("3"));
  const drift = () => machine.exec("sh /usr/local/lib/proxmox-router/agent drift");

  await hear(
    () => first.begin(),
    () => first.confirm(),
    () => refused.begin(),
    () => killed.begin(),
    () => killed.abort(),
  );
  await machine.exec("echo >>/etc/demo/secret");
  await hear(
    drift,
    () => killed.begin(),
    () => first.begin("repair"),
    () => first.confirm(),
  );
  await killer(machine);
  // What is killed can not clean up; the next change does.
  await killAt(machine, "drift", 4);
  await hear(drift);
  expect(await wasKilled(machine)).toBe(true);
  await killAt(machine, "begin", 9);
  await hear(() => killed.begin());
  expect(await wasKilled(machine)).toBe(true);
  await hear(
    () => killed.begin(),
    () => killed.abort(),
  );
  await machine.exec("touch /run/done");

  expect(said.join("")).not.toContain(CANARY);
  expect(said.join("")).toContain("Cannot find device");
  expect(await holders()).toBe(
    [
      "600 /etc/demo/secret",
      "600 /var/lib/proxmox-router/slices/net/gens/1.SUM",
      "600 /var/lib/proxmox-router/slices/net/gens/2.SUM",
    ].join("\n"),
  );
  expect(await ask(machine, "stat -c '%a %n' /var/lib/proxmox-router /run/proxmox-router")).toBe(
    "700 /var/lib/proxmox-router\n700 /run/proxmox-router",
  );
}, 60_000);

test("what would show a secret in a command line or in the journal is seen", async () => {
  await machine.exec(`logger -t test -- ${CANARY}`);
  expect(await holders()).toContain("journal");
});
