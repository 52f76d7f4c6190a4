// Needs root: machines made of namespaces, with a real sshd.
import { Machine, until } from "./machine";
import { Change, filter, status } from "./slices";
import { ask, world } from "./world";

const STATE = "/var/lib/proxmox-router";
const SLICE = `${STATE}/slices/net`;
const AGENT = "/usr/local/lib/proxmox-router/agent";
const RULE = "nft list ruleset | grep -o 'dport .'";

let machine: Machine;

const rules = (port: number) => new Change(machine, [filter(`tcp dport ${port} drop`)]);

beforeAll(async () => {
  machine = await Machine.start();
  await rules(8).keep();
  await rules(9).keep();
  await machine.exec(`cp -a ${STATE} ${machine.path("kept")}`);
});
afterAll(() => machine.stop());
afterEach(() => machine.exec(`rm -rf ${STATE}; cp -a ${machine.path("kept")} ${STATE}`));

test.each([
  ["is emptied", ": >$file"],
  ["is cut in half", "truncate -s $(($(stat -c %s $file) / 2)) $file"],
  ["has a wrong byte", "printf '\\377' | dd of=$file bs=1 seek=1 conv=notrunc 2>/dev/null"],
  ["is lost", "rm $file"],
])(
  "a machine on which every file %s during a change goes back, and mends its pointer",
  async (_, script) => {
    const pointer = await ask(machine, `cat ${SLICE}/confirmed`);
    const before = await world(machine);
    await rules(7).begin();
    await machine.exec(`for file in $(find ${STATE} -type f); do ${script}; done`);
    machine.advance(121);
    await until("the end", async () => !("open" in (await status(machine))));

    expect(await ask(machine, RULE)).toBe("dport 9");
    expect(await ask(machine, `cat ${SLICE}/confirmed`)).toBe(pointer);
    expect((await world(machine)).links).toBe(before.links);
  },
);

/** What a boot of a machine brings into force before any interface is up. */
const booted = () =>
  ask(
    machine,
    `unshare --mount --net sh -c 'mount -t tmpfs tmpfs /run; sh ${AGENT} boot 2>/dev/null; ${RULE.replaceAll("'", '"')}'`,
  );

test.each([
  ["pointer is empty", `: >${SLICE}/confirmed`, "dport 9"],
  ["pointer is half", `truncate -s 20 ${SLICE}/confirmed`, "dport 9"],
  ["pointer names what is not there", `sed -i s/^2/7/ ${SLICE}/confirmed`, "dport 9"],
  ["newest generation is empty", `: >$(echo ${SLICE}/gens/2.*)`, "dport 8"],
  ["newest generation is cut at a line", `sed -i '$d' ${SLICE}/gens/2.*`, "dport 8"],
  [
    "newest generation says something else",
    `sed -i 's/dport 9/dport 7/' ${SLICE}/gens/2.*`,
    "dport 8",
  ],
  ["generations are all damaged", `for file in ${SLICE}/gens/*; do : >$file; done`, ""],
])("a machine whose %s boots the newest that is whole", async (_, script, rule) => {
  await machine.exec(script);

  expect(await booted()).toBe(rule);
});

test("a generation that was never confirmed is not what a damaged pointer falls back to", async () => {
  await rules(7).begin();
  await machine.exec(`: >${SLICE}/confirmed`);

  expect(await booted()).toBe("dport 9");
  await machine.exec("sh /run/proxmox-router/txn/agent.sh abort net");
});

test("after a fall back the next change is an ordinary one", async () => {
  await machine.exec(`: >${SLICE}/confirmed`);
  await rules(6).keep();

  expect(await ask(machine, RULE)).toBe("dport 6");
  expect(await ask(machine, `cut -d' ' -f1 ${SLICE}/confirmed`)).toBe("3");
});

describe.each(["dash", "busybox", "bash"] as const)("with %s", (shell) => {
  test("nothing that a state file says is executed", async () => {
    const other = await Machine.start({ shell });
    const hostile = [
      "$(touch /run/canary)",
      "PROTO[$(touch /run/canary)]",
      "`touch /run/canary`",
      "1;touch /run/canary",
    ];
    await new Change(other, [filter("tcp dport 9 drop")]).keep();
    const sum = "0".repeat(64);
    const pointers = hostile.flatMap((text) => [`${text} ${sum}`, `1 ${text}`, `1+${text} ${sum}`]);
    for (const line of pointers)
      await other.exec(
        `printf '%s\n' '${line}' >${SLICE}/confirmed; for verb in drift boot; do sh ${AGENT} $verb; done`,
      );
    await new Change(other, [filter("tcp dport 8 drop")]).begin();
    for (const text of hostile)
      await other.exec(
        `cd /run/proxmox-router/txn && for file in deadline begun seconds tick number; do printf '%s\n' '${text}' >$file; done; sh agent.sh status`,
      );
    await other.exec("sh /run/proxmox-router/txn/agent.sh rollback");
    const canary = await other.exec("test -e /run/canary");
    await other.stop();

    expect(canary.code).toBe(1);
  }, 60_000);
});
