import { type DrivePlan, type PortPlan, type VmPlan } from "./backend";

/** Paths and facts of the machine that the arguments depend on. */
export interface QemuHost {
  readonly run: string;
  readonly consoles: string;
  /** Kernel and initrd of the lab's template. */
  readonly guest: string;
  readonly kvm: boolean;
}

/** What the lab's template boots with: no mitigations, since nothing here needs them. */
const KERNEL_COMMAND_LINE =
  "root=LABEL=rootfs rw console=ttyS0 quiet mitigations=off apparmor=0 audit=0 nokaslr";

/** Write a guest down as QEMU's arguments. It starts paused, so that its ports can be wired. */
export function qemuArguments(plan: VmPlan, host: QemuHost): string[] {
  const { vmid, name, machine, cores, memory } = plan;
  const socket = (kind: string) => `${host.run}/${vmid}.${kind}`;
  return [
    ...["-name", `${name},debug-threads=on`],
    ...["-nodefaults", "-display", "none", "-no-user-config", "-S"],
    ...["-pidfile", socket("pid")],
    ...(plan.incoming === undefined ? [] : ["-incoming", plan.incoming]),
    ...["-machine", machine],
    ...(host.kvm
      ? ["-accel", "kvm", "-cpu", "host"]
      : ["-accel", "tcg,thread=multi", "-cpu", "Nehalem"]),
    ...["-smp", String(cores), "-m", String(memory)],
    ...(plan.uuid === undefined ? [] : ["-smbios", `type=1,uuid=${plan.uuid}`]),
    ...["-chardev", `socket,id=qmp,path=${socket("qmp")},server=on,wait=off`],
    ...["-mon", "chardev=qmp,mode=control"],
    ...["-device", "virtio-rng-pci", "-device", "virtio-balloon-pci"],
    ...serial(plan, host),
    ...(plan.agent ? agent(socket("qga")) : []),
    ...drives(plan),
    ...plan.taps.flatMap(({ index, tap, mac, model, mtu }) => [
      ...["-netdev", `tap,id=net${index},ifname=${tap},script=no,downscript=no`],
      "-device",
      [
        `${model},netdev=net${index},id=net${index}dev,mac=${mac.toLowerCase()},romfile=`,
        ...(mtu === undefined || mtu < 68 ? [] : [`host_mtu=${mtu}`]),
      ].join(","),
    ]),
    ...ports(plan),
    ...functions(plan),
    ...(plan.kernel
      ? [
          ...["-kernel", `${host.guest}/vmlinuz`, "-initrd", `${host.guest}/initrd.img`],
          ...["-append", KERNEL_COMMAND_LINE],
        ]
      : []),
  ];
}

/** The console's output is kept on disk, whoever listens on its socket. */
function serial({ vmid, serial: wanted }: VmPlan, { run, consoles }: QemuHost): string[] {
  const log = `logfile=${consoles}/${vmid}.log,logappend=on`;
  const target = wanted
    ? `socket,id=serial0,path=${run}/${vmid}.serial0,server=on,wait=off`
    : "null,id=serial0";
  return ["-chardev", `${target},${log}`, "-serial", "chardev:serial0"];
}

const agent = (path: string): string[] => [
  ...["-chardev", `socket,id=qga0,path=${path},server=on,wait=off`],
  ...["-device", "virtio-serial,id=qga0"],
  ...["-device", "virtserialport,chardev=qga0,name=org.qemu.guest_agent.0"],
];

function drives({ drives: all }: VmPlan): string[] {
  const kinds = (kind: string) => all.some(({ key }) => key.startsWith(kind));
  return [
    ...(kinds("scsi") ? ["-device", "virtio-scsi-pci,id=scsihw0"] : []),
    ...(kinds("sata") ? ["-device", "ahci,id=ahci0"] : []),
    ...all.flatMap((drive) => {
      const options = [
        "if=none",
        `id=drive-${drive.key}`,
        ...(drive.path === undefined
          ? []
          : // The guest's flushes reach the host's page cache, which outlives a cut-off guest.
            [`file=${drive.path}`, `format=${drive.format}`, "cache=unsafe"]),
        ...(drive.cdrom ? ["media=cdrom", "readonly=on"] : ["discard=unmap"]),
      ];
      return ["-drive", options.join(","), "-device", driveDevice(drive)];
    }),
  ];
}

function driveDevice({ key, cdrom }: DrivePlan): string {
  const [, kind = "", digits = "0"] = /^([a-z]+)(\d+)$/.exec(key) ?? [];
  const index = Number(digits);
  const common = `drive=drive-${key},id=${key}`;
  const type = cdrom ? "cd" : "hd";
  if (kind === "ide") {
    return `ide-${type},bus=ide.${Math.floor(index / 2)},unit=${index % 2},${common}`;
  }
  if (kind === "sata") return `ide-${type},bus=ahci0.${index},${common}`;
  if (kind === "virtio") return `virtio-blk-pci,${common}`;
  return `scsi-${type},bus=scsihw0.0,channel=0,scsi-id=0,lun=${index},${common}`;
}

/** A card becomes one multifunction device of e1000e ports behind a root port of its own. */
function ports({ ports: all, machine }: VmPlan): string[] {
  const cards = new Map<string, PortPlan[]>();
  for (const port of all) {
    const card = `hostpci${port.slot}-${port.address.replace(/\.\w+$/, "")}`;
    cards.set(card, [...(cards.get(card) ?? []), port]);
  }
  return [...cards.values()].flatMap((functions, card) => [
    ...(machine === "q35"
      ? ["-device", `pcie-root-port,id=hostport${card},bus=pcie.0,chassis=${card + 1}`]
      : []),
    ...functions.flatMap(({ tap, mac }, index) => [
      ...["-netdev", `tap,id=${tap},ifname=${tap},script=no,downscript=no`],
      "-device",
      [
        `e1000e,netdev=${tap},id=${tap}dev,mac=${mac},romfile=`,
        machine === "q35"
          ? `bus=hostport${card},addr=0x0.0x${index}`
          : `addr=0x1${card}.0x${index}`,
        ...(functions.length > 1 && index === 0 ? ["multifunction=on"] : []),
      ].join(","),
    ]),
  ]);
}

/** What the kernel has itself, each entry behind a root port of its own. */
function functions({ functions: all, machine }: VmPlan): string[] {
  return [...new Set(all.map(({ slot }) => slot))].flatMap((slot) => {
    const own = all.filter((one) => one.slot === slot);
    const port = `functions${slot}`;
    return [
      ...(machine === "q35"
        ? ["-device", `pcie-root-port,id=${port},bus=pcie.0,chassis=${slot + 101}`]
        : []),
      ...own.flatMap(({ address }, index) => [
        "-device",
        [
          `vfio-pci,host=${address}`,
          machine === "q35" ? `bus=${port},addr=0x0.0x${index}` : `addr=0x1${slot}.0x${index}`,
          ...(own.length > 1 && index === 0 ? ["multifunction=on"] : []),
        ].join(","),
      ]),
    ];
  });
}
