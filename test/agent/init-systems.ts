import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unpacked } from "../debian-packages";
import type { MachineOptions } from "./machine-options";

/** OpenRC, the real one: its packages are laid over the machine's programs. */
export function openrc(): MachineOptions {
  const root = unpacked(["openrc"]);
  return {
    boot: [
      `for one in sbin lib; do mount -t overlay -o lowerdir=${root}/usr/$one:/usr/$one overlay /usr/$one; done`,
      "if [ ! -e /etc/runlevels ]; then",
      "  rm -rf /etc/init.d/*",
      "  mkdir -p /etc/runlevels/{sysinit,boot,default,shutdown}",
      `  cp -r ${root}/etc/{rc.conf,insserv.conf} /etc`,
      "fi",
    ].join("\n"),
    services:
      "for level in sysinit boot default; do openrc $level </dev/null >/dev/null 2>&1; done",
  };
}

/** OpenWrt's procd, as far as the agent has to do with it: not the real one. */
export const procd = (): MachineOptions => ({
  boot: readFileSync(join(__dirname, "fake-procd.sh"), "utf8"),
  services:
    "for one in /etc/rc.d/S*; do [ ! -e $one ] || $one boot </dev/null >/dev/null 2>&1; done",
});
