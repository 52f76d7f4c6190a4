import { freshEmulator } from "./emulator";

const emulator = freshEmulator();

beforeEach(() => emulator.current.clone());

describe.each(["/cluster/firewall", "/nodes/pve/firewall", "/nodes/pve/qemu/100/firewall"])(
  "%s",
  (base) => {
    const rules = `${base}/rules`;
    const add = (dport: string) =>
      emulator.current.done("POST", rules, {
        ...{ type: "in", action: "ACCEPT", proto: "tcp", dport, enable: 1 },
        ...{ comment: "", dest: "", macro: "", source: "", sport: "" },
      });
    const ports = async () =>
      ((await emulator.current.done("GET", rules)) as { dport: string }[]).map(
        ({ dport }) => dport,
      );

    test("a new rule goes to the top, and a moved one to its target", async () => {
      for (const port of ["1", "2", "3"]) await add(port);
      expect(await ports()).toEqual(["3", "2", "1"]);
      await emulator.current.done("PUT", `${rules}/0`, { moveto: 2 });
      expect(await ports()).toEqual(["2", "1", "3"]);
      await emulator.current.done("DELETE", `${rules}/1`);
      expect(await ports()).toEqual(["2", "3"]);
    });

    test("a rule's position is a number in the list and text by itself", async () => {
      await add("22");
      const list = await emulator.current.done("GET", rules);
      expect(list).toEqual([
        {
          ...{ type: "in", action: "ACCEPT", proto: "tcp", dport: "22", enable: 1, pos: 0 },
          digest: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
        },
      ]);
      expect(await emulator.current.done("GET", `${rules}/0`)).toMatchObject({
        pos: "0",
        enable: 1,
      });
    });

    test("options are kept with their types and deleted by name", async () => {
      await emulator.current.done("PUT", `${base}/options`, { enable: 1 });
      expect(await emulator.current.done("GET", `${base}/options`)).toMatchObject({ enable: 1 });
      await emulator.current.done("PUT", `${base}/options`, { delete: "enable" });
      expect(await emulator.current.done("GET", `${base}/options`)).not.toHaveProperty("enable");
    });
  },
);

test("aliases and sets are made, renamed and deleted", async () => {
  const base = "/cluster/firewall";
  await emulator.current.done("POST", `${base}/aliases`, { name: "lan", cidr: "10.0.0.0/8" });
  await emulator.current.done("PUT", `${base}/aliases/lan`, { cidr: "10.1.0.0/16", rename: "net" });
  expect(await emulator.current.done("GET", `${base}/aliases/net`)).toMatchObject({
    name: "net",
    cidr: "10.1.0.0/16",
    ipversion: 4,
  });

  await emulator.current.done("POST", `${base}/ipset`, { name: "bad", comment: "x" });
  await emulator.current.done("POST", `${base}/ipset/bad`, { cidr: "192.0.2.0/24", nomatch: 1 });
  await emulator.current.done("POST", `${base}/ipset`, { name: "worse", rename: "bad" });
  expect(await emulator.current.done("GET", `${base}/ipset/worse`)).toMatchObject([
    { cidr: "192.0.2.0/24", nomatch: 1 },
  ]);
  expect((await emulator.current.ask("DELETE", `${base}/ipset/worse`)).reason).toBe(
    "IPSet 'worse' is not empty",
  );
  await emulator.current.done("DELETE", `${base}/ipset/worse/192.0.2.0%2F24`);
  expect(await emulator.current.done("DELETE", `${base}/ipset/worse`)).toBeNull();
});

test("a security group keeps its own rules", async () => {
  const base = "/cluster/firewall/groups";
  await emulator.current.done("POST", base, { group: "web" });
  await emulator.current.done("POST", `${base}/web`, { type: "in", action: "ACCEPT" });
  expect(await emulator.current.done("GET", `${base}/web`)).toMatchObject([{ pos: 0 }]);
  expect((await emulator.current.ask("DELETE", `${base}/web`)).reason).toBe(
    "Security group 'web' is not empty",
  );
});
