import { askCall, type Call, confirmRemovalCall, removeCall } from "../../agent/frame";
import { run } from "../../lab/host/command";
import { hostExec, powerCut } from "../../lab/host/host";
import { netnsLeader } from "../../lab/host/netns";
import { until } from "../../lab/host/process";
import { HOST_NETNS } from "../../lab/host/segments";
import { Change, filter, SHUT } from "../agent/slices";
import { describeLab, freshLab } from "./lab";

const UNIT = "proxmox-router-demo.service";
const QUIET = [filter("tcp dport 9 drop")];

const send = ({ command, stdin }: Call) => hostExec(command, { stdin });
const host = { ssh: (command: string, stdin = "") => hostExec(command, { stdin }) };

/** Run a script at the host's console: it answers when the network does not. */
async function atConsole(script: string): Promise<string> {
  const leader = String(netnsLeader(HOST_NETNS));
  const { stdout } = await run(["nsenter", "-t", leader, "-a", "--", "/bin/sh", "-c", script]);
  return stdout.trim();
}

const change = (...operations: ConstructorParameters<typeof Change>[1]) =>
  new Change(host, operations, "net", { allowBareDeadman: false, confirmSeconds: 30 });

const service = (start: string) =>
  change(
    { kind: "file", path: `/etc/systemd/system/${UNIT}`, text: `[Service]\nExecStart=${start}\n` },
    { kind: "unit", unit: UNIT },
    ...QUIET,
  );

const reached = async () => (await hostExec("true")).code === 0;
const ended = async () => !(await atConsole(askCall("status").command)).includes("\nopen ");
const last = async () => /^last net (.*)$/m.exec(await atConsole(askCall("status").command))?.[1];

const world = () =>
  atConsole(
    [
      "find /etc /usr/local /var/lib/proxmox-router -type f -exec sha256sum {} + | sort",
      "find /etc -type l -printf '%p %l\\n' | sort",
      "systemctl list-units --all --no-legend 'proxmox-router*'",
      "nft list ruleset; ip -o link; cat /proc/sys/net/ipv4/ip_forward",
    ].join("; "),
  );

describeLab("the change agent under systemd", () => {
  freshLab();

  test("a change and its removal leave nothing behind", async () => {
    const before = await world();
    await service("/bin/sleep infinity").keep();
    expect(await atConsole(`systemctl is-active ${UNIT}`)).toBe("active");

    expect(await send(removeCall("net"))).toMatchObject({ code: 0 });
    expect(await send(confirmRemovalCall("net"))).toMatchObject({ code: 0 });

    expect(await world()).toBe(before);
  }, 60_000);

  test("a service that does not stay up takes the change back, and says what it said", async () => {
    await service("/bin/sleep infinity").keep();

    const { code, stderr } = await service("/bin/sh -c 'echo no port free; exit 3'").begin();

    expect(code).toBe(80);
    expect(stderr).toContain(`${UNIT}: expected active, found failed`);
    expect(await atConsole(`systemctl is-active ${UNIT}`)).toBe("active");
  }, 60_000);

  test("nobody can log in: the host is back at its deadline though its watcher was killed", async () => {
    await change(...QUIET).keep();
    expect(await change(filter(...SHUT)).begin()).toMatchObject({ code: 0 });
    expect(await reached()).toBe(false);

    await atConsole("systemctl kill --signal=KILL 'proxmox-router-watch-*'");
    await atConsole("systemctl daemon-reexec; sleep 2; systemctl isolate multi-user.target");
    await until(ended, 45_000, "the way back");

    expect(await reached()).toBe(true);
    expect(await last()).toBe("rolled back: no new SSH connection confirmed it within 30 s");
    expect(await atConsole("systemctl list-units --all --no-legend 'proxmox-router-[wl]*'")).toBe(
      "",
    );
  }, 90_000);

  test("a power cut in the window boots what was confirmed", async () => {
    expect(await change(filter(...SHUT)).begin()).toMatchObject({ code: 0 });
    await powerCut();

    expect(await last()).toBe("rolled back: the machine was restarted before it was confirmed");
    expect(await atConsole("nft list table inet proxmox_router")).toContain("tcp dport 9 drop");
  }, 60_000);

  test("a restart of nftables.service does not take our table along", async () => {
    await atConsole("systemctl restart nftables.service");

    await until(
      async () => (await atConsole("nft list table inet proxmox_router")).includes("dport 9"),
      10_000,
      "our table",
    );
  }, 30_000);

  test("without a watcher nothing is begun", async () => {
    await atConsole("mount --bind /bin/false /usr/bin/systemd-run");
    const { code, stderr } = await change(filter(...SHUT)).begin();
    await atConsole("umount /usr/bin/systemd-run");

    expect([code, stderr]).toEqual([70, expect.stringContaining("the watcher did not start")]);
    expect(await reached()).toBe(true);
    expect(await ended()).toBe(true);
  }, 60_000);
});
