import { readState } from "../../lab/host/state";
import { hostExec, labDown, labStatus, labUp, powerCut, reboot } from "../../lab/host/host";
import { killAll, until } from "../../lab/host/process";
import { netnsLeader } from "../../lab/host/netns";
import { HOST_NETNS } from "../../lab/host/segments";
import { describeLab, freshLab } from "./lab";

describeLab("the host's power", () => {
  freshLab();

  const bootId = async () => (await hostExec("cat /etc/machine-id; uptime -s; hostname")).stdout;
  const leader = () => netnsLeader(HOST_NETNS);

  test("up from nothing ends with a host that takes logins and has no failed unit", async () => {
    expect(await labStatus()).toMatchObject({ power: "on", boots: 1, ssh: true });
    expect((await hostExec("systemctl is-system-running --wait")).stdout).toBe("running\n");
    expect((await hostExec(["hostname", "--fqdn"])).stdout).toBe("pve.lab.example\n");
  });

  test("a second up changes nothing", async () => {
    const before = [leader(), await bootId()];
    await labUp();
    expect([leader(), await bootId()]).toEqual(before);
    expect((await labStatus()).boots).toBe(1);
  });

  test("what the host wrote survives a power cut, what it kept in memory does not", async () => {
    await hostExec("echo kept > /root/kept; echo lost > /run/lost");
    await powerCut();
    expect((await hostExec("cat /root/kept; ls /run/lost")).stdout).toBe("kept\n");
    expect(await labStatus()).toMatchObject({ power: "on", boots: 2, ssh: true });
  });

  test("a reboot from inside brings the host back", async () => {
    await hostExec("echo lost > /run/lost");
    await reboot();
    expect((await hostExec("test -e /run/lost")).code).toBe(1);
    expect((await labStatus()).boots).toBe(3);
  });

  test("a host that was shut down stays off until the next up", async () => {
    await hostExec(["systemctl", "poweroff"]);
    await until(async () => (await labStatus()).power === "off", 30_000, "the host to shut down");
    await labUp();
    expect((await hostExec("cat /root/kept")).stdout).toBe("kept\n");
  });

  test("up mends a lab whose power supply was killed while the host ran on", async () => {
    const orphan = leader();
    const supervisor = readState()?.supervisor.pid ?? 0;
    await killAll([supervisor], "SIGKILL");
    expect(leader()).toBe(orphan);

    await labUp();
    expect(leader()).not.toBe(orphan);
    expect((await hostExec("cat /root/kept")).stdout).toBe("kept\n");
  });

  test("down discards the host's disk, and up starts from a clean one", async () => {
    await labDown();
    expect(await labStatus()).toEqual({ power: "down", boots: 0, ssh: false, api: false });
    await labUp();
    expect((await hostExec("ls /root")).stdout).toBe("");
  }, 60_000);
});
