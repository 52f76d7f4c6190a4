import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CARD_LOOKUP, cardLookup, type WantedCard } from "../../agent/pci-lookup";
import { FAKE_CARD, make, PF, SLOT } from "./fake-card";
import type { Machine } from "./machine";

/** Gives a machine a card, and an API that lists devices. */
export const FAKE_NODE = `${FAKE_CARD}\n${readFileSync(join(__dirname, "fake-pvesh.sh"), "utf8")}`;

/** Another place for a card. */
export const OTHER = "0000:02:00.0";
/** Directory of what is there. */
export const other = `/sys/bus/pci/devices/${OTHER}`;

/** A device as the Proxmox API lists it. */
export const listed = (id: string, iommugroup: number, kind = "0x020000") =>
  JSON.stringify({
    class: kind,
    device: "0x10c9",
    device_name: "82576 Gigabit Network Connection",
    id,
    iommugroup,
    subsystem_device: "0xa03c",
    subsystem_vendor: "0x8086",
    vendor: "0x8086",
    vendor_name: "Intel Corporation",
  });

/** What the Proxmox API lists from now on. */
export const list = (...devices: string[]) =>
  `printf '%s\\n' '${devices.join("' '")}' >/run/pve/devices`;

/** A device in the group of the card, as sysfs shows it. */
export const neighbour = (id: string, driver: string, kind = "0x010601") =>
  [
    `d=/sys/bus/pci/devices/${id}; mkdir -p $d /run/card/groups/7/devices`,
    `echo ${kind} >$d/class; ln -s $d /run/card/groups/7/devices/${id}`,
    driver && `ln -s /sys/bus/pci/drivers/${driver} $d/driver`,
  ].join("; ");

/** A machine as it was when it was switched on. */
export const RESET = [
  "for one in vmbr0 bond0 uplink; do ip link del $one; rm -rf /sys/class/net/$one; done",
  "ip route del default; rm -rf /run/card/groups/7/devices /run/pve/mapping",
  `rm -rf ${other} /sys/bus/pci/devices/0000:03:*; rm -f /run/qemu-server/*`,
  `mkdir -p ${PF}/net/enp1s0 /sys/class/net/enp1s0; ln -sfn ${PF} /sys/class/net/enp1s0/device`,
  `ln -sfn /sys/bus/pci/drivers/igb ${PF}/driver; rm -f ${PF}/physfn; ${make(0)}`,
  list(listed(SLOT, 7), listed(OTHER, 8)),
].join("; ");

/** Look a card up, over a new connection. */
export const lookUp = (machine: Machine, change: Partial<WantedCard> = {}) => {
  const wanted = { node: "pve", card: SLOT, whole: false, mapping: "wan", ...change };
  return machine.ssh(cardLookup(wanted), CARD_LOOKUP);
};
