// Needs root: machines made of namespaces, with a real sshd.
import type { Operation } from "../../agent/bundle";
import { confirmRemovalCall, removeCall } from "../../agent/frame";
import { openrc, procd } from "./init-systems";
import { Machine, until } from "./machine";
import { Change, filter, status } from "./slices";
import { ask, world } from "./world";

const WATCHER = "cut -d' ' -f1 /run/proxmox-router/txn/watcher";
const DEADLINE = "cat /run/proxmox-router/txn/deadline";
const WATCHED = "pgrep -f 'agent.s[h] (watch|expire) |proxmox-router-watc[h]'";

/** Lets the one who stands behind the watcher wait until he is told, however long that is. */
const PATIENT = [
  "cat >/run/sleep <<'END'",
  "#!/usr/bin/busybox sh",
  "case $1 in [1-9][0-9]*) while [ ! -e /run/late ]; do /usr/bin/busybox usleep 20000; done ;; esac",
  "exec /usr/bin/busybox usleep 50000",
  "END",
  "chmod 755 /run/sleep; mount --bind /run/sleep /usr/bin/sleep",
].join("\n");

const openrcService = `#!/sbin/openrc-run
command=/usr/bin/busybox
command_args="sleep 1000"
command_background=true
pidfile=/run/proxmox-router-demo.pid
`;

const procdService = `#!/bin/sh /etc/rc.common
USE_PROCD=1
START=50
start_service() {
  procd_open_instance
  procd_set_param command /bin/busybox sleep 1000
  procd_set_param respawn 0 1 0
  procd_close_instance
}
`;

const change = (machine: Machine, operations: Operation[]) =>
  new Change(machine, operations, "net", { allowBareDeadman: false, confirmSeconds: 30 });
const PORT = (port: number) => [filter(`tcp dport ${port} drop`)];

describe.each([
  [
    "OpenRC",
    openrc,
    openrcService,
    "ls /etc/runlevels/boot /etc/runlevels/default | grep .",
    "/etc/runlevels/boot:\nproxmox-router-boot\n/etc/runlevels/default:\nproxmox-router-restore",
    "cat /run/proxmox-router/watch.*.pid",
  ],
  [
    "procd",
    procd,
    procdService,
    "ls /etc/rc.d",
    "S12proxmox-router-boot\nS98proxmox-router-restore",
    "cat /run/procd/proxmox-router-watch-*.loop",
  ],
] as const)("on a machine with %s", (_, init, service, list, listed, supervisor) => {
  let machine: Machine;
  let before: { files?: string | undefined; modes?: string | undefined };

  // The first time it downloads packages.
  beforeAll(async () => {
    machine = await Machine.start({ ...init(), inMemory: true });
    const { files, modes } = await world(machine);
    before = { files, modes };
  }, 5 * 60_000);
  afterAll(() => machine.stop());

  test("a change is taken, and nobody watches once it is kept", async () => {
    await change(machine, PORT(9)).keep();

    await until("the end of the watch", async () => (await machine.exec(WATCHED)).code === 1);
    expect(await ask(machine, "ls /run/proxmox-router")).toBe("agent.sh\nholder\nlock");
    expect(await ask(machine, list)).toBe(listed);
  });

  test("a watcher that is killed is started again, and keeps the deadline", async () => {
    expect(await change(machine, PORT(7)).begin()).toMatchObject({ code: 0, stderr: "" });
    const [first, deadline] = [await ask(machine, WATCHER), await ask(machine, DEADLINE)];

    await machine.exec(`kill -9 ${first}`);
    await until("another watcher", async () => ![first, ""].includes(await ask(machine, WATCHER)));
    expect(await ask(machine, DEADLINE)).toBe(deadline);

    machine.advance(100);
    const back = "net rolled back: no new SSH connection confirmed it within 30 s";
    await until("the way back", async () => (await status(machine)).last === back);
    expect(await ask(machine, "nft list ruleset | grep dport")).toBe("tcp dport 9 drop");
    await until("the end of the watch", async () => (await machine.exec(WATCHED)).code === 1);
  });

  test("a watcher that is killed with the one who restarts him has one behind him", async () => {
    await machine.exec(PATIENT);
    await change(machine, PORT(7)).begin();
    await machine.exec(`kill -9 $(${supervisor}) $(${WATCHER})`);
    machine.advance(100);
    await machine.exec("touch /run/late");

    const rules = "nft list ruleset | grep dport";
    await until("the way back", async () => (await ask(machine, rules)) === "tcp dport 9 drop");
    await until("its end", async () => (await status(machine)).open === undefined);
  });

  test("a restart in the window boots what was confirmed", async () => {
    await change(machine, PORT(7)).begin();
    await machine.powerCut();
    await machine.powerOn();

    expect(await ask(machine, "nft list ruleset | grep dport")).toBe("tcp dport 9 drop");
    expect((await status(machine)).last).toBe(
      "net rolled back: the machine was restarted before it was confirmed",
    );
  });

  test("a service of ours runs while it is declared, and starts again with its file", async () => {
    const demo = (text: string): Operation[] => [
      { kind: "file", path: "/etc/init.d/proxmox-router-demo", text, mode: 0o755 },
      { kind: "unit", unit: "proxmox-router-demo.service" },
      { kind: "enable", unit: "proxmox-router-demo.service" },
      { kind: "service", unit: "proxmox-router-demo.service", verb: "restart" },
      ...PORT(9),
    ];
    const running = () => ask(machine, "pgrep -f 'sleep 100[0]'");
    // The one before takes its time to end.
    const one = async () => {
      await until("one of it", async () => /^\d+$/.test(await running()));
      return running();
    };

    await change(machine, demo(service)).keep();
    const first = await one();
    await change(machine, demo(`${service}# again\n`)).keep();
    expect(await one()).not.toBe(first);

    await change(machine, PORT(9)).keep();
    await until("its end", async () => (await running()) === "");
  });

  test("a removal leaves nothing of ours", async () => {
    for (const { command, stdin } of [removeCall("net"), confirmRemovalCall("net")])
      expect(await machine.ssh(command, stdin)).toMatchObject({ code: 0 });

    const { files, modes } = await world(machine);
    expect({ files, modes }).toEqual(before);
  });
});
