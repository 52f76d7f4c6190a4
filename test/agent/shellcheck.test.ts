// Needs root: installs shellcheck.
import { spawnSync } from "node:child_process";
import { AGENT } from "../../agent/agent";
import { FOLLOWER } from "../../agent/follower";
import { KERNEL_LOOKUP } from "../../agent/host-kernel";
import { CARD_LOOKUP } from "../../agent/pci-lookup";
import { VF_LOOKUP } from "../../agent/sriov";

// Look-ups take whole parts of the agent, and use some of them.
const UNUSED = "--exclude=SC2034";

test.each([
  ["agent", AGENT],
  ["program that follows guests", FOLLOWER],
  ["look-up of what a kernel is started with", KERNEL_LOOKUP, UNUSED],
  ["look-up of cards", CARD_LOOKUP, UNUSED],
  ["look-up of virtual functions", VF_LOOKUP, UNUSED],
])("the %s is clean under shellcheck, as POSIX sh", (_, input, ...flags) => {
  const { stdout, status } = spawnSync("shellcheck", ["--shell=sh", ...flags, "-"], {
    input,
    encoding: "utf8",
  });

  expect([status, stdout]).toEqual([0, ""]);
});
