import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostExec } from "../../lab/host/host";
import { describeLab, freshLab } from "./lab";

const BOOT_MS = 6 * 60_000;

describeLab("the guest template", () => {
  freshLab();

  test(
    "boots from its cloud-init drive with its links named by MAC and its agent answering",
    async () => {
      const stdin = readFileSync(join(__dirname, "boot-guest.sh"), "utf8");
      const { stdout, stderr } = await hostExec("sh -s", { stdin, timeoutMs: BOOT_MS });
      expect(stderr).toBe("");
      // In whatever order the kernel finds them.
      expect(new Set(JSON.parse(stdout) as unknown[])).toEqual(
        new Set([
          { name: "vm0", mac: "52:54:00:00:01:01", size: 1 },
          { name: "lan", mac: "52:54:00:00:01:02", size: 1 },
        ]),
      );
    },
    BOOT_MS,
  );
});
