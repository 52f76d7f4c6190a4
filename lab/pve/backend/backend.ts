/** A NIC of a guest on a bridge of the host. */
export interface TapPlan {
  /** The number in `netN`. */
  readonly index: number;
  readonly tap: string;
  readonly bridge: string;
  readonly mac: string;
  /** QEMU's device model, for example `virtio-net-pci`. */
  readonly model: string;
  readonly mtu?: number;
  readonly linkDown: boolean;
}

/** A function of a passed-through card: the host's link and how the guest sees it. */
export interface PortPlan {
  /** PCI address such as `0000:01:00.0`. */
  readonly address: string;
  /** The host's name of the link. */
  readonly link: string;
  readonly mac: string;
  /** Which `hostpci` key it belongs to. */
  readonly slot: number;
  readonly tap: string;
}

/** A function of a passed-through card that the guest gets itself, from the host's kernel. */
export interface FunctionPlan {
  /** PCI address such as `0000:01:10.0`. */
  readonly address: string;
  /** Which `hostpci` key it belongs to. */
  readonly slot: number;
}

/** A disk or CD drive of a guest. */
export interface DrivePlan {
  /** The configuration's key, for example `scsi0`. */
  readonly key: string;
  /** The image; undefined for an empty drive. */
  readonly path?: string;
  readonly format: "qcow2" | "raw";
  readonly cdrom: boolean;
}

/** Everything a backend needs to start one guest. */
export interface VmPlan {
  readonly vmid: string;
  readonly name: string;
  readonly machine: "pc" | "q35";
  readonly cores: number;
  /** MiB. */
  readonly memory: number;
  readonly drives: readonly DrivePlan[];
  readonly scsiController: string;
  readonly taps: readonly TapPlan[];
  readonly ports: readonly PortPlan[];
  readonly functions: readonly FunctionPlan[];
  readonly agent: boolean;
  readonly serial: boolean;
  readonly uuid?: string;
  /** Start the template's own kernel instead of a boot loader. */
  readonly kernel: boolean;
  /** Where its state comes from, as QEMU's URI, if it runs elsewhere; then it stays paused. */
  readonly incoming?: string;
}

/** Where a new disk's content comes from; an empty qcow2 image without any. */
export interface DiskSource {
  readonly backing?: string;
  readonly copyOf?: string;
  readonly raw?: boolean;
}

/** A running guest. */
export interface VmProcess {
  readonly pid: number;
  /** Seconds since the start. */
  readonly uptime: number;
}

/** What the emulator does to the machine it runs on. */
export interface Backend {
  createDisk(path: string, bytes: number, from: DiskSource): Promise<void>;
  resizeDisk(path: string, bytes: number): Promise<void>;
  removeDisk(path: string): Promise<void>;
  /** Pack files into a cloud-init drive labelled `cidata`. */
  createSeed(path: string, files: Readonly<Record<string, string>>): Promise<void>;

  startVm(plan: VmPlan, log: (line: string) => void): Promise<void>;
  /** End the guest's process at once. */
  stopVm(vmid: string): Promise<void>;
  vmProcess(vmid: string): Promise<VmProcess | undefined>;
  /** Send a command to QEMU's monitor. */
  monitor(
    vmid: string,
    command: string,
    args?: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;
  /** Send a command to the guest's agent. */
  agent(vmid: string, command: string, args?: unknown, timeoutMs?: number): Promise<unknown>;
  /** Move a running guest's NIC to another bridge. */
  attachTap(tap: string, bridge: string): Promise<void>;

  /** Links the host has, by name. */
  links(): Promise<ReadonlyMap<string, { readonly mtu: number; readonly up: boolean }>>;
  /** Put /etc/network/interfaces into force; throws Proxmox's wording when that fails. */
  reloadNetwork(log: (line: string) => void): Promise<void>;
  /** Let running guests see whether their passed-through ports have a cable. */
  followCables(): Promise<void>;
}
