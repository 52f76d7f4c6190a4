// Needs root: machines made of namespaces, with a real sshd.
import { Machine, until } from "./machine";
import { Change, filter } from "./slices";

const SHELLS = ["/bin/bash", "/bin/dash", "/bin/busybox sh", "/usr/bin/tcsh"];
const NOISE = "echo Welcome; echo 'PVR1 1 1 x' >&2";

let machine: Machine;
let port = 0;

beforeAll(async () => {
  machine = await Machine.start();
  const home = machine.path("home");
  const noisy = ["bashrc", "cshrc", "tcshrc", "config/fish/config.fish"];
  await machine.exec(
    `mkdir -p ${home}/.config/fish; for file in ${noisy.join(" ")}; do printf '%s\\n' "${NOISE}" >${home}/.$file; done; ` +
      `printf '#!/bin/sh\\nexec busybox sh "$@"\\n' >${home}/busybox; chmod 755 ${home}/busybox`,
  );
});
afterAll(() => machine.stop());

const next = () => new Change(machine, [filter(`tcp dport ${++port} drop`)]);
const home = (shell: string) =>
  machine.exec(`sed -i 's|^root:.*|root:x:0:0:root:${machine.path("home")}:${shell}|' /etc/passwd`);

test.each(SHELLS)(
  "a login shell like %s that greets whoever comes takes a change like any other",
  async (shell) => {
    await home(shell === "/bin/busybox sh" ? `${machine.path("home")}/busybox` : shell);
    const change = next();

    const begun = await change.begin();
    expect([begun.code, begun.stdout]).toEqual([0, expect.stringMatching(/^APPLIED \w+ 120$/m)]);
    const confirmed = await change.confirm();
    expect([confirmed.code, confirmed.stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^COMMITTED \\d+ ${change.target}$`, "m")),
    ]);
    const again = await change.begin();
    expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/^UNCHANGED /m)]);
  },
);

test("a server that lets one session in at a time, with a banner, takes a change", async () => {
  await home("/bin/bash");
  await machine.exec(
    [
      "set -e; listener=$(pgrep -o sshd); kill $listener",
      "while kill -0 $listener 2>/dev/null; do :; done",
      "echo 'Unauthorised access is prohibited' >/etc/banner",
      "tr '\\0' '\\n' </proc/self/cmdline >/dev/null",
      `/usr/sbin/sshd -o PidFile=none -o UsePAM=no -o StrictModes=no -o AuthorizedKeysFile=${machine.path("login.pub")} -o Banner=/etc/banner -o PrintMotd=yes -o MaxSessions=1 -o MaxStartups=1 -o LogLevel=ERROR -f /dev/null -h ${machine.path("host")}`,
    ].join("\n"),
  );
  await until("its sshd", async () => (await machine.ssh("true")).code === 0);
  const change = next();

  expect((await change.begin()).code).toBe(0);
  expect((await change.confirm()).code).toBe(0);
});
