// Needs root: machines made of namespaces, with a real sshd.
import { AGENT, sha256 } from "../../agent/agent";
import { targetOf } from "../../agent/bundle";
import { beginCall, confirmCall } from "../../agent/frame";
import { hook } from "./hooks";
import { Machine, until } from "./machine";
import { Change, filter } from "./slices";
import { ask } from "./world";

const OTHER = AGENT.replace("set -euf\n", "set -euf\nOTHER=yes\n");
const INSTALLED = "readlink /usr/local/lib/proxmox-router/agent | cut -d/ -f1";
const AGENTS = "cd /usr/local/lib/proxmox-router && ls -d [0-9a-f]*/ | tr -d /";

let machine: Machine;
let ours: Change;

beforeAll(async () => {
  machine = await Machine.start();
  ours = new Change(machine, [filter("tcp dport 9 drop")]);
  await ours.keep();
});
afterAll(() => machine.stop());

/** The same change, brought by another version of the agent. */
function brought() {
  const bundle = ours.bundle.replace(sha256(AGENT), sha256(OTHER));
  const payload = OTHER + bundle;
  const size = (text: string) => Buffer.byteLength(text);
  const frame = `PVR1 ${size(OTHER)} ${size(bundle)} ${sha256(payload)}\n${payload}`;
  return {
    begin: () => machine.ssh(beginCall("net", bundle).command, frame),
    confirm: () => {
      const { command, stdin, reply } = confirmCall("net", targetOf(bundle));
      return machine.ssh(command, stdin + (reply?.stdin ?? ""));
    },
  };
}

test("another version of the agent goes with its change if that is not kept", async () => {
  expect(await brought().begin()).toMatchObject({ code: 0 });
  expect(await ask(machine, INSTALLED)).toBe(sha256(AGENT));
  await ours.abort();

  expect(await ask(machine, AGENTS)).toBe(sha256(AGENT));
});

test("another version of the agent stays with its change, and the former one is gone", async () => {
  await brought().begin();
  expect(await brought().confirm()).toMatchObject({ code: 0 });

  expect([await ask(machine, INSTALLED), await ask(machine, AGENTS)]).toEqual([
    sha256(OTHER),
    sha256(OTHER),
  ]);
});

test("the way back to a former version is the same", async () => {
  await ours.keep();

  expect([await ask(machine, INSTALLED), await ask(machine, AGENTS)]).toEqual([
    sha256(AGENT),
    sha256(AGENT),
  ]);
});

test("power that is lost right after the commit brings up the version that was committed", async () => {
  await hook(
    machine,
    [
      'case "$*" in *slices/net/confirmed)',
      '  /run/real/mv "$@"',
      "  touch /run/committed",
      "  for one in $(pgrep -f 'agent.sh (watch|respawn|confirm)'); do kill -STOP $one; done",
      "  kill -STOP $$ ;;",
      "esac",
    ].join("\n"),
    ["mv"],
  );
  await brought().begin();
  const answer = brought().confirm();
  await until("it", async () => (await machine.exec("test -e /run/committed")).code === 0);
  expect(await ask(machine, INSTALLED)).toBe(sha256(AGENT));
  await machine.powerCut();
  await answer;
  await machine.powerOn();

  expect(await ask(machine, INSTALLED)).toBe(sha256(OTHER));
  expect(await machine.exec("sh /usr/local/lib/proxmox-router/agent drift")).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
}, 60_000);
