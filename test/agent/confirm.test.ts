// Needs root: machines made of namespaces, with a real sshd.
import { setTimeout as sleep } from "node:timers/promises";
import { hook } from "./hooks";
import { Machine, until } from "./machine";
import { Change, filter, status } from "./slices";
import { ask } from "./world";

let machine: Machine;
let base: Change;
let number = 1;

beforeAll(async () => {
  machine = await Machine.start();
  base = new Change(machine, [filter("tcp dport 1 drop")]);
  await base.keep();
  // Nobody waits half a minute for a lock here.
  await hook(machine, 'case "$*" in "-w 30 9") set -- -w 1 9 ;; esac', ["flock"]);
  // What the next tests want done when a file is moved into place, by the name of the file.
  const dispatch =
    'last=\n[ $name = rm ] || for last in "$@"; do :; done\n[ ! -x "/run/on-${last##*/}" ] || . "/run/on-${last##*/}"';
  await hook(machine, dispatch, ["mv", "rm"]);
});
afterAll(() => machine.stop());

const next = () => new Change(machine, [filter(`tcp dport ${++number} drop`)]);
const ended = () => until("the end", async () => !("open" in (await status(machine))));
const confirmed = async () => (await status(machine)).confirmed?.split(" ")[2];
const rule = () => ask(machine, "nft list ruleset | grep -o 'tcp dport [0-9]*'");

/** Do something, once, where a file, with some content, is about to be moved into place. */
const upon = (file: string, script: string, content = "") =>
  machine.exec(
    [
      `cat >/run/on-${file} <<'END'`,
      `if grep -q '${content}' "$last.tmp"; then`,
      `/run/real/rm -f /run/on-${file}`,
      script,
      "fi",
      "END",
      `chmod +x /run/on-${file}`,
    ].join("\n"),
  );

/** Stop everything of one verb of the agent. */
const STOP = (verb: string) =>
  `for one in $(pgrep -f 'agent.sh ${verb} '); do kill -STOP $one; done`;
const CONTINUE = "kill -CONT -1";

test("a confirmation whose reply is lost has happened, and the next one says so", async () => {
  const change = next();
  await change.begin();
  await upon(
    "confirmed",
    [
      '/run/real/mv "$@"',
      "pid=$$",
      "until grep -q ^Name:.sshd /proc/$pid/status; do pid=$(sed -n s/^PPid:.//p /proc/$pid/status); done",
      "kill -9 $pid",
      "exit 0",
    ].join("\n"),
  );

  expect(await change.confirm()).toMatchObject({ code: 255, stdout: "" });
  await ended();
  expect(await change.confirm()).toMatchObject({
    code: 0,
    stdout: `COMMITTED ${number} ${change.target}\n`,
  });
  expect(await rule()).toBe(`tcp dport ${number}`);
});

test("a confirmation that meets the deadline gets the answer that comes true", async () => {
  const outcomes = new Set<number>();
  for (const delay of [-1, 0, 50, 100, 150, 200, 250, 1000]) {
    const before = await confirmed();
    const change = next();
    await change.begin();
    if (delay < 0) machine.advance(120);
    const answer = change.confirm();
    await sleep(Math.max(0, delay));
    machine.advance(200);
    const { code } = await answer;
    await ended();

    expect([0, 79]).toContain(code);
    expect(await confirmed()).toBe(code === 0 ? change.target : before);
    if (code === 0) expect(await rule()).toBe(`tcp dport ${number}`);
    outcomes.add(code);
  }
  expect([...outcomes].sort()).toEqual([0, 79]);
}, 60_000);

test("a deadline that passes while a confirmation is being written waits for it", async () => {
  const change = next();
  await change.begin();
  await upon("confirmed", "touch /run/slow; busybox usleep 600000");
  const answer = change.confirm();
  await until("it", async () => (await machine.exec("test -e /run/slow")).code === 0);
  machine.advance(200);

  expect((await answer).code).toBe(0);
  await ended();
  expect([await confirmed(), await rule()]).toEqual([change.target, `tcp dport ${number}`]);
});

test("whoever began hears of a confirmation that was quicker than he", async () => {
  const change = next();
  await upon("state", STOP("begin"), "APPLIED");
  const begun = change.begin();
  await until("it", async () => (await status(machine)).open?.includes("APPLIED") ?? false);
  expect(await change.confirm()).toMatchObject({ code: 0 });
  await machine.exec(CONTINUE);

  expect(await begun).toEqual({
    code: 0,
    stdout: `COMMITTED ${(await status(machine)).confirmed?.slice("net ".length)}\n`,
    stderr: "",
  });
});

test("a confirmation that is stopped while it holds the lock does not keep the machine", async () => {
  const before = await rule();
  const change = next();
  await change.begin();
  await upon("confirmed", `${STOP("confirm")}; kill -STOP $$`);
  const answer = change.confirm();
  await until("it", async () => (await machine.exec("[ ! -e /run/on-confirmed ]")).code === 0);
  machine.advance(200);
  await ended();
  await machine.exec(CONTINUE);

  expect((await answer).code).toBe(137);
  expect(await rule()).toBe(before);
  expect((await change.confirm()).code).toBe(79);
});

test("a change that is stopped in its middle is ended after a minute", async () => {
  const before = await rule();
  const change = next();
  await upon("state", `${STOP("apply")}; kill -STOP $$`, "APPLIED");
  const begun = change.begin();
  await until("it", async () => (await machine.exec("[ ! -e /run/on-state ]")).code === 0);
  machine.advance(61);

  expect(await begun).toMatchObject({
    code: 80,
    stderr: expect.stringContaining("rolled back: the change took longer than 60 s") as string,
  });
  expect(await rule()).toBe(before);
});
