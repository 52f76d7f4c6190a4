// Needs root: installs shellcheck.
import { spawnSync } from "node:child_process";
import { AGENT } from "../../agent/agent";

test("the agent is clean under shellcheck, as POSIX sh", () => {
  const { stdout, status } = spawnSync("shellcheck", ["--shell=sh", "-"], {
    input: AGENT,
    encoding: "utf8",
  });

  expect([status, stdout]).toEqual([0, ""]);
});
