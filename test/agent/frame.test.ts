// Needs root: machines made of namespaces, with a real sshd.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { sha256 } from "../../agent/agent";
import { renderBundle } from "../../agent/bundle";
import { beginCall } from "../../agent/frame";
import { Machine, until } from "./machine";
import { Change, filter } from "./slices";
import { ask } from "./world";

const STAGED = "ls -d /var/lib/proxmox-router /run/proxmox-router/[ft]* 2>/dev/null";

const bundle = renderBundle({
  id: "net",
  owner: "project/stack/net",
  allowBareDeadman: true,
  operations: [
    { kind: "file", path: "/etc/demo/a.conf", text: "text\n" },
    { kind: "sysctl", key: "net/ipv4/ip_forward", value: 1 },
    filter("tcp dport 9 drop"),
  ],
});

/** Send a frame, or what is left of it, to a machine that runs the command for it. */
async function feed(
  machine: Machine,
  frames: readonly string[],
  command: string,
): Promise<string[]> {
  frames.forEach((frame, i) => writeFileSync(machine.path(`frame.${i}`), frame, "latin1"));
  writeFileSync(machine.path("command"), command);
  return (
    await ask(
      machine,
      `for i in $(seq 0 ${frames.length - 1}); do sh -c "$(cat ${machine.path("command")})" <${machine.path("frame")}.$i >/dev/null 2>&1; echo $?; done`,
    )
  ).split("\n");
}

const { command, stdin } = beginCall("net", bundle);
const flipped = (at: number) =>
  stdin.slice(0, at) + String.fromCharCode(stdin.charCodeAt(at) ^ 1) + stdin.slice(at + 1);

/** The bundle with other operations, as if a renderer of ours had written them. */
function forged(ops: string): string {
  const lines = ops.split("\n").length - 1;
  return bundle.replace(/member ops \d+\n[\s\S]*?(?=member )/, () => `member ops ${lines}\n${ops}`);
}

/** The bytes of the first line, and that many places spread over the rest of the frame. */
const places = (count: number) => [
  ...Array.from({ length: 84 }, (_, i) => i),
  ...Array.from({ length: count }, (_, i) => 84 + Math.floor((i * (stdin.length - 84)) / count)),
];

describe.each([
  { shell: "dash", step: 97 },
  { shell: "busybox", step: 970 },
  { shell: "bash", step: 970 },
] as const)("with $shell", ({ shell, step }) => {
  // What no shell has a part in is asked of one.
  const matters = (text: string) => shell === "dash" || text.includes("touch");
  let machine: Machine;

  beforeAll(async () => {
    machine = await Machine.start({ shell });
  });
  afterAll(() => machine.stop());
  afterEach(async () => {
    expect(await ask(machine, `${STAGED}; ls /run/canary 2>/dev/null`)).toBe("");
  });

  test("an upload that is cut short anywhere stages nothing", async () => {
    const cut = places(Math.floor(stdin.length / step)).map((at) => stdin.slice(0, at));

    expect(await feed(machine, cut, command)).toEqual(cut.map(() => "65"));
  }, 240_000);

  test("a frame with a wrong bit anywhere stages nothing", async () => {
    const codes = await feed(machine, places(50).map(flipped), command);

    expect(codes.filter((code) => code !== "65")).toEqual([]);
  }, 120_000);

  test("nothing that a frame's first line says is executed", async () => {
    const [, agent, size, sum] = (stdin.split("\n")[0] ?? "").split(" ");
    const rest = stdin.slice(stdin.indexOf("\n"));
    const hostile = [
      "$(touch /run/canary)",
      "PATH[$(touch /run/canary)]",
      "1;touch${IFS}/run/canary",
      "-1",
      "1e9",
    ];
    const heads = hostile.flatMap((text) => [
      `${text} ${agent} ${size} ${sum}`,
      `PVR1 ${text} ${size} ${sum}`,
      `PVR1 ${agent} ${text} ${sum}`,
      `PVR1 ${agent} ${size} ${text}`,
    ]);
    const codes = await feed(
      machine,
      heads.map((head) => head + rest),
      command,
    );

    expect(codes).toEqual(heads.map(() => "65"));
  });

  test.each(
    [
      "file /etc/passwd 0644 live files/1\nfile /etc/../root/x 0644 live files/1\n",
      "file /tmp/x 0644 live files/1\n",
      "file /etc/demo/$(touch /run/canary) 0644 live files/1\n",
      "file /etc/demo/a;touch /run/canary 0644 live files/1\n",
      "file /etc/demo/a 4755 live files/1\n",
      "file /etc/demo/a 0644 live /etc/shadow\n",
      "nft /etc/shadow\n",
      "nft files/2\nnft files/2\n",
      "sysctl kernel/core_pattern 1\n",
      "sysctl net/ipv4/ip_forward $(touch)\n",
      "sysctl net/../kernel/panic 1\n",
      "unit ssh.service\n",
      "aside /etc/*\n",
      "link -br9 bridge\n",
      "address lo 10.0.0.1/8 -x\n",
      "route lo `touch /run/canary`\n",
      "service ssh.service stop\n",
      "shell touch /run/canary\n",
      "enable -H root@elsewhere\n",
    ].filter(matters),
  )("an operation that is not ours is refused: %j", async (ops) => {
    const call = beginCall("net", forged(ops));
    const { code, stderr } = await machine.ssh(call.command, call.stdin);

    expect([code, stderr]).toEqual([65, "the bundle holds an operation that is not known\n"]);
  });

  const damaged: [string, (text: string) => string][] = [
    ["of another slice", (text) => text.replace("slice net", "slice other")],
    ["for another agent", (text) => text.replace(/^agent .*$/m, `agent ${sha256("")}`)],
    [
      "with a time that would be calculated",
      (text) => text.replace("confirm 120", "confirm PROTO[$(touch /run/canary)]"),
    ],
    [
      "with a member that leads elsewhere",
      (text) => text.replace("member files/1", "member ../files/1"),
    ],
    [
      "with fewer lines than it says",
      (text) => text.replace(/member files\/2 (\d+)/, "member files/2 99"),
    ],
    ["with more lines than it says", (text) => `${text}more\n`],
  ];

  test.each(damaged.filter(([, damage]) => matters(damage(bundle))))(
    "a bundle %s is refused",
    async (_, damage) => {
      const call = beginCall("net", damage(bundle));

      expect((await machine.ssh(call.command, call.stdin)).code).toBe(65);
    },
  );
});

test("a connection that breaks during the upload leaves nothing, and the next begin works", async () => {
  const machine = await Machine.start();
  const [ssh = "", ...argv] = machine.sshArgv();
  const client = spawn(ssh, [...argv, command]);
  client.stdin.write(stdin.slice(0, 30_000));
  await until("the upload", async () => (await ask(machine, STAGED)) !== "");
  client.kill("SIGKILL");
  await once(client, "close");
  await until("nothing", async () => (await ask(machine, STAGED)) === "");
  const begun = await new Change(machine, [filter("tcp dport 9 drop")]).begin();
  await machine.stop();
  expect(begun.code).toBe(0);
}, 60_000);
