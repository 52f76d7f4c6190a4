import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Operation, VfSetting } from "../../agent/bundle";
import type { Machine } from "./machine";
import { ask } from "./world";

/** Gives a machine a card that can be many, when it is switched on. */
export const FAKE_CARD = readFileSync(join(__dirname, "fake-card.sh"), "utf8");

/** How the card is known: its permanent MAC address, and its PCI address. */
export const CARD = "02:aa:00:00:00:01";
export const SLOT = "0000:01:00.0";

/** Directory of the card. */
export const PF = `/sys/bus/pci/devices/${SLOT}`;

export const vfs = (
  count: number,
  more: { reset?: boolean; guests?: boolean } = {},
): Operation => ({
  kind: "vfs",
  card: CARD,
  count,
  ...more,
});

export const vf = (number: number, setting: VfSetting, optional = false): Operation => ({
  kind: "vf",
  card: CARD,
  number,
  setting,
  optional,
});

/** A script that makes virtual functions by hand. */
export const make = (count: number): string => `echo ${count} | tee ${PF}/sriov_numvfs`;

/** A script that starts a guest with what it says in its configuration. */
export const guest = (hostpci: string): string =>
  [
    "mkdir -p /etc/pve/qemu-server /etc/pve/mapping /run/qemu-server",
    `printf 'name: router\\n${hostpci}\\n\\n[before]\\nhostpci1: 01:10.2\\n' >/etc/pve/qemu-server/107.conf`,
    "printf 'wan\\n\\tmap id=8086:10ca,node=pve,path=0000:01:10.0\\n' >/etc/pve/mapping/pci.cfg",
    "echo 1 >/run/qemu-server/107.pid",
  ].join("; ");

const SHOWN = [
  `cat ${PF}/sriov_numvfs`,
  "for one in /run/card/vf/*; do [ ! -d $one ] || { cd $one; echo $(cat mac vlan qos trust spoofchk state max_tx_rate min_tx_rate); }; done",
].join("; ");

/** What a virtual function is unless it is told. */
export const PLAIN = "00:00:00:00:00:00 0 0 off on auto 0 0";

/** How many virtual functions the card has, and what each of them is. */
export const card = async (machine: Machine): Promise<string[]> =>
  (await ask(machine, SHOWN)).split("\n");
