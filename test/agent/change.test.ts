// Needs root: machines made of namespaces, with a real sshd.
import { confirmRemovalCall, removeCall } from "../../agent/frame";
import { atoms, BETWEEN, FIRST, SECOND, show } from "./atoms";
import { Machine } from "./machine";
import { Change, filter, status } from "./slices";
import { mutations } from "./trace";
import { ask, FOREIGNERS, world } from "./world";

const forwarding = (value: number) =>
  ({ kind: "sysctl", key: "net/ipv4/ip_forward", value }) as const;
const IP_FORWARD = "cat /proc/sys/net/ipv4/ip_forward";
const THEIRS = "mkdir -p /etc/demo && echo theirs >/etc/demo/theirs1.conf";

async function remove(machine: Machine, id = "net"): Promise<void> {
  for (const { command, stdin } of [removeCall(id), confirmRemovalCall(id)])
    expect(await machine.ssh(command, stdin)).toMatchObject({ code: 0 });
}

describe.each(["dash", "busybox", "bash"] as const)("on a machine whose shell is %s", (shell) => {
  let machine: Machine;
  let before: Record<string, string>;

  beforeAll(async () => {
    machine = await Machine.start({ shell });
    await machine.exec(FOREIGNERS);
    await machine.exec(THEIRS);
    before = await world(machine);
  });
  afterAll(() => machine.stop());

  test("a change is in force once it has begun, and its boot files once it is confirmed", async () => {
    const first = new Change(machine, atoms(1));

    expect(await first.begin()).toMatchObject({ code: 0, stderr: "" });
    expect(await show(machine)).toEqual(FIRST([]));

    const committed = { code: 0, stdout: `COMMITTED 1 ${first.target}\n`, stderr: "" };
    expect(await first.confirm()).toEqual(committed);
    expect(await show(machine)).toEqual(FIRST(["644 ./boot.conf boot 1"]));
    expect(await status(machine)).toMatchObject({ confirmed: `net 1 ${first.target}` });
  });

  test("nothing of what is there is deleted before the next change is confirmed", async () => {
    const second = new Change(machine, atoms(2));

    expect(await second.begin()).toMatchObject({ code: 0, stderr: "" });
    expect(await show(machine)).toEqual(BETWEEN);

    expect(await second.confirm()).toMatchObject({ code: 0, stderr: "" });
    expect(await show(machine)).toEqual(SECOND);
  });

  test("a second begin of what is confirmed changes nothing, and makes no call that could", async () => {
    const again = new Change(machine, atoms(2));
    let answer = {};

    expect(await mutations(machine, async () => (answer = await again.begin()))).toEqual([]);
    expect(answer).toEqual({ code: 0, stdout: `UNCHANGED 2 ${again.target}\n`, stderr: "" });
  });

  test("a removal leaves what others have byte for byte", async () => {
    await remove(machine);

    expect(await world(machine)).toEqual(before);
  });
});

describe("on any machine", () => {
  let machine: Machine;

  beforeAll(async () => {
    machine = await Machine.start();
    await machine.exec(THEIRS);
  });
  afterAll(() => machine.stop());

  test("what counts as a change is seen when there is one", async () => {
    const first = new Change(machine, atoms(1));
    const seen = await mutations(machine, () => first.begin());
    await first.confirm();

    expect(seen).toEqual(expect.arrayContaining(["NFT_MSG_NEWTABLE", "RTM_NEWLINK"]));
    expect(seen.filter((call) => call.includes('"/etc/demo/'))).not.toEqual([]);
  });

  test("content that goes back and forth ends as it was", async () => {
    await new Change(machine, atoms(2)).keep();
    await new Change(machine, atoms(1)).keep();
    expect(await show(machine)).toEqual(FIRST(["644 ./boot.conf boot 1"]));
    await new Change(machine, atoms(2)).keep();

    expect(await show(machine)).toEqual(SECOND);
    const number = "cut -d' ' -f1 /var/lib/proxmox-router/slices/net/confirmed";
    expect(await ask(machine, number)).toBe("4");
  });

  test("a setting of two slices stays until the last of them is removed", async () => {
    await new Change(machine, [forwarding(1)], "other").keep();
    expect(await new Change(machine, [forwarding(0)], "other").begin()).toEqual({
      code: 76,
      stdout: "",
      stderr: "net/ipv4/ip_forward: net wants another value than 0\n",
    });

    await remove(machine);
    expect(await ask(machine, IP_FORWARD)).toBe("1");
    await remove(machine, "other");
    expect(await ask(machine, IP_FORWARD)).toBe("0");
  });

  test("what is removed already is removed again without a change", async () => {
    const [agent, absent] = ["sh /usr/local/lib/proxmox-router/agent", "net"];
    await new Change(machine, [forwarding(1)], "other").keep();
    const again = () => machine.ssh(`${agent} remove ${absent} && ${agent} confirm ${absent} none`);
    let answer = {};

    expect(await mutations(machine, async () => (answer = await again()))).toEqual([]);
    expect(answer).toEqual({ code: 0, stdout: "UNCHANGED 0 none\nCOMMITTED 0 none\n", stderr: "" });
    await remove(machine, "other");
    expect(await mutations(machine, () => remove(machine, "other"))).toEqual([]);
  });

  test("a ruleset of five thousand forwards is taken like any other", async () => {
    const forwards = Array.from({ length: 5000 }, (_, i) => `${i + 1} : 10.0.${i >> 8}.${i % 256}`);
    const { text } = filter("ip protocol tcp accept") as { text: string };
    const map = `\tmap forwards {\n\t\ttype inet_service : ipv4_addr\n\t\telements = { ${forwards.join(", ")} }\n\t}\n`;
    const many = new Change(machine, [
      { kind: "nft", text: text.replace("\tchain in {", `${map}\tchain in {`) },
    ]);

    await many.keep();
    expect((await many.begin()).stdout).toBe(`UNCHANGED 1 ${many.target}\n`);
    await remove(machine);
  });

  test("files and a ruleset that the first change replaces come back if it is not kept", async () => {
    await machine.exec(
      "echo '# Written by proxmox-router: first boot' >/etc/demo/only-1.conf; " +
        "nft 'add table inet proxmox_router; add chain inet proxmox_router in'",
    );
    const found = await world(machine);
    const change = new Change(machine, atoms(1));

    expect(await change.begin()).toMatchObject({ code: 0 });
    await change.abort();

    expect(await world(machine)).toEqual(found);
  });
});
