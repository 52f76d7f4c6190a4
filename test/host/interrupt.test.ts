import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../lab/host/command";
import { hostExec, labDown, labStatus, labUp, paths } from "../../lab/host/host";
import { labNetns, pids } from "../../lab/host/netns";
import { processId } from "../../lab/host/process";
import { withLock } from "../../lab/host/lock";
import { BUILD_MS, describeLab, freshLab, LAB_CLI } from "./lab";

/** What a lab leaves on the machine, seen from outside. */
async function traces(): Promise<Record<string, readonly string[]>> {
  const links = (await run(["ip", "-brief", "link"])).stdout;
  return {
    netns: labNetns(),
    links: links.match(/^prlab\S*/gm) ?? [],
    mounts: readFileSync("/proc/self/mountinfo", "utf8").split("\n").filter(ofPaths),
    processes: pids().flatMap((pid) => (ofLab(pid) ? [commandLine(pid)] : [])),
    claims: existsSync(paths.claim) ? [paths.claim] : [],
    files: readdirSync(paths.lab).sort(),
  };
}

const procFile = (pid: number, name: string) => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
};
const commandLine = (pid: number) => procFile(pid, "cmdline").replaceAll("\0", " ");
const ofPaths = (text: string) => text.includes(paths.lab);
// Of the host's own processes only the disk tells that they are.
const ofLab = (pid: number) => ofPaths(commandLine(pid)) || ofPaths(procFile(pid, "mountinfo"));

/** Start `up` in a process of its own and end it a while later, finished or not. */
async function interruptedUp(delay: number, signal: NodeJS.Signals): Promise<void> {
  const up = spawn(process.execPath, [...LAB_CLI, "up"], { stdio: "ignore" });
  const ended = once(up, "exit");
  await sleep(delay);
  up.kill(signal);
  await ended;
}

const KEYS = [
  "id_ed25519",
  "id_ed25519.pub",
  "known_hosts",
  "ssh_host_ed25519_key",
  "ssh_host_ed25519_key.pub",
];

describeLab("an interrupted lab", () => {
  freshLab();

  test("down leaves no network, mount, process or file behind", async () => {
    await labDown();
    expect(await traces()).toEqual({
      netns: [],
      links: [],
      mounts: [],
      processes: [],
      claims: [],
      files: KEYS,
    });
    await labDown();
  });

  test.each([250, 350, 400, 450, 500, 550, 600, 700, 900, 1200, 1600])(
    "up converges after an up that was interrupted %d ms in",
    async (delay) => {
      await labDown();
      await interruptedUp(delay, "SIGINT");
      await labUp();
      expect((await hostExec(["systemctl", "is-system-running", "--wait"])).stdout).toBe(
        "running\n",
      );
      // One host, not a second one on the same disk.
      const hosts = pids().filter((pid) => commandLine(pid).startsWith("systemd-nspawn "));
      expect(hosts.filter((pid) => ofPaths(commandLine(pid)))).toHaveLength(1);
    },
    60_000,
  );

  test(
    "down clears what an interrupted up left",
    async () => {
      await labDown();
      await interruptedUp(1100, "SIGKILL");

      await labDown();
      expect(await traces()).toMatchObject({ netns: [], links: [], mounts: [], processes: [] });
      expect((await labStatus()).power).toBe("down");
    },
    BUILD_MS,
  );

  test("an up during another one is refused, and says by whom", async () => {
    await withLock("a test", async () => {
      await expect(labUp()).rejects.toThrow(`the lab is busy: a test (process ${process.pid})`);
    });
  });
});

test("a process number that is used again is not the process that had it", () => {
  const self = processId(process.pid);
  expect(self?.pid).toBe(process.pid);
  expect(processId(2 ** 22 + 1)).toBeUndefined();
});
