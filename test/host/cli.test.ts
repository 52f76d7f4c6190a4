import { run } from "../../lab/host/command";
import { access, hostExec, labPossible, paths } from "../../lab/host/host";
import { describeLab, freshLab, LAB_CLI } from "./lab";

const lab = (argv: readonly string[], as: readonly string[] = []) =>
  run([...as, process.execPath, ...LAB_CLI, ...argv], { timeoutMs: 60_000 });

test("an unknown command is refused with the ones there are", async () => {
  const { code, stderr } = await lab(["upp"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^"upp" is no command of the lab; expected up, down, /);
});

test("the environment for pulumi keeps its state beside the lab", async () => {
  const { stdout } = await lab(["env"]);
  expect(stdout.split("\n")[0]).toBe(`export PULUMI_BACKEND_URL='file://${paths.pulumiState}'`);
});

(process.getuid?.() === 0 ? test : test.skip)(
  "without root the lab says so in one sentence",
  async () => {
    const nobody = ["setpriv", "--reuid", "65534", "--clear-groups"];
    const { code, stderr } = await lab(["up"], nobody);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The lab needs [^.]*\.\n$/);
  },
);

test("a machine that can run the lab gives no reason against it", () => {
  const reason = labPossible();
  expect(reason === undefined || /^The lab needs [^.]*\.$/.test(reason)).toBe(true);
});

describeLab("the command line of a running lab", () => {
  freshLab();

  test("status tells what answers, and a command runs on the host", async () => {
    const { stdout } = await lab(["status"]);
    expect(stdout).toMatch(/^lab {4}on\nboots {2}1\nssh {4}answers\napi {4}(answers|silent)\n$/);
    expect((await lab(["ssh", "echo", "$((6 * 7))"])).stdout).toBe("42\n");
  });

  test("words of a command reach the host as they are", async () => {
    const words = ["it's", "$HOME", 'a "b"', ""];
    const { stdout } = await hostExec(["printf", "<%s>", ...words]);
    expect(stdout).toBe(words.map((word) => `<${word}>`).join(""));
  });

  test("the host's key is the pinned one, and another is refused", async () => {
    const { hostKey, privateKeyFile, host } = access();
    expect((await hostExec("cat /etc/ssh/ssh_host_ed25519_key.pub")).stdout).toMatch(hostKey);

    const other = ["-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=yes"];
    const login = ["-F", "/dev/null", "-i", privateKeyFile, ...other, `root@${host}`, "true"];
    expect((await run(["ssh", ...login])).stderr).toMatch("Host key verification failed");
  });
});
