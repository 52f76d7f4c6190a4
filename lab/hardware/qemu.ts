import { join } from "node:path";

/** A slot of the machine that the card with virtual functions can be in. */
export type Slot = "slot1" | "slot3";

/** Where the machine's files and ports are. */
export interface Place {
  /** Its disk, monitor, console and process id. */
  readonly directory: string;
  /** Port of 127.0.0.1 that leads to its SSH server. */
  readonly ssh: number;
  /** Port of 127.0.0.1 that leads to its API. */
  readonly api: number;
}

/** A card of the machine. */
export interface Card {
  /** Permanent Ethernet address. */
  readonly mac: string;
  /** UDP port of 127.0.0.1 that its frames go to; frames for it go to the next one. */
  readonly wire: number;
}

/** The cards: the driver of each is the real one. */
export const CARDS = {
  /** igb, with up to 7 virtual functions, each in an IOMMU group of its own. */
  sriov: { mac: "68:05:ca:00:01:00", wire: 47010 },
  /** e1000e with two functions in one IOMMU group. */
  dual0: { mac: "68:05:ca:00:02:00", wire: 47020 },
  dual1: { mac: "68:05:ca:00:02:01", wire: 47030 },
  /** e1000 on a conventional bus, in one IOMMU group with the management NIC. */
  old: { mac: "68:05:ca:00:03:00", wire: 47040 },
} as const satisfies Record<string, Card>;

/** A program of the host's image, run on this machine. */
export function imageProgram(root: string, program: string): string[] {
  const libraries = join(root, "usr/lib/x86_64-linux-gnu");
  return [
    join(root, "lib64/ld-linux-x86-64.so.2"),
    "--library-path",
    libraries,
    join(root, program),
  ];
}

/**
 * The command line of the machine, with QEMU from a host's root.
 *
 * A snapshot is restored only by the very devices it was made with.
 */
export function qemuArgv(root: string, place: Place, slot: Slot, snapshot?: string): string[] {
  const file = (name: string) => join(place.directory, name);
  const share = (name: string) => ["-L", join(root, "usr/share", name)];
  const port = (id: Slot | "slot2", number: number) =>
    device(`pcie-root-port,id=${id},chassis=${number},slot=${number},addr=${number + 2}`);
  return [
    ...imageProgram(root, "usr/bin/qemu-system-x86_64"),
    ...share("qemu"),
    ...share("seabios"),
    ...["-nodefaults", "-no-user-config", "-display", "none"],
    ...["-machine", "q35,accel=tcg,kernel-irqchip=split,sata=off,smbus=off,vmport=off,hpet=off"],
    ...["-cpu", "Nehalem", "-smp", "2", "-m", "2048"],
    ...["-serial", `file:${file("console.log")}`],
    ...["-qmp", `unix:${file("monitor")},server=on,wait=off`],
    ...device("intel-iommu,intremap=on,caching-mode=on,device-iotlb=on"),
    ...["-drive", `file=${file("disk.qcow2")},if=none,id=disk,format=qcow2,cache=unsafe`],
    ...device("virtio-blk-pci,drive=disk,bootindex=1,addr=2"),
    ...port("slot1", 1),
    ...port("slot2", 2),
    ...port("slot3", 3),
    ...device("i82801b11-bridge,id=old,addr=6"),
    ...["-netdev", management(place)],
    ...device("virtio-net-pci,bus=old,addr=1,netdev=management,mac=68:05:ca:00:00:01,romfile="),
    ...card("sriov", `igb,bus=${slot}`),
    ...card("dual0", "e1000e,bus=slot2,addr=0.0,multifunction=on"),
    ...card("dual1", "e1000e,bus=slot2,addr=0.1"),
    ...card("old", "e1000,bus=old,addr=2"),
    ...(snapshot === undefined ? [] : ["-loadvm", snapshot]),
  ];
}

const device = (text: string) => ["-device", text];

const management = ({ ssh, api }: Place) =>
  [
    "user,id=management,net=10.99.0.0/24,host=10.99.0.1,dns=10.99.0.3",
    `hostfwd=tcp:127.0.0.1:${ssh}-10.99.0.2:22`,
    `hostfwd=tcp:127.0.0.1:${api}-10.99.0.2:8006`,
  ].join(",");

function card(name: keyof typeof CARDS, model: string): string[] {
  const { mac, wire } = CARDS[name];
  const end = (side: string, port: number) =>
    `${side}.type=inet,${side}.host=127.0.0.1,${side}.port=${port}`;
  return [
    ...["-netdev", `dgram,id=${name},${end("local", wire + 1)},${end("remote", wire)}`],
    ...device(`${model},netdev=${name},mac=${mac},romfile=`),
  ];
}
