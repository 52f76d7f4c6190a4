import { HEADER } from "../net/config-file";
import { program } from "./agent";
import type { Operation } from "./bundle";

/** How far a host is with what its kernel is to be started with. */
export interface KernelState {
  /** Whether the running kernel has an IOMMU. */
  readonly iommu: boolean;
  readonly rebootRequired: boolean;
  /** What is left to do, and why; empty if nothing is. */
  readonly reason: string;
}

/** Looks up how far a host is. */
export const KERNEL_LOOKUP: string = program(["base", "words", "loader", "kernel-state"]);

/** The command that `KERNEL_LOOKUP` is the input of. */
export const kernelLookup = (assignBusses: boolean): string =>
  ["sh -s --", ...kernelWords(assignBusses)].join(" ");

/** Read what `KERNEL_LOOKUP` prints. */
export function parseKernelState(text: string): KernelState {
  const value = (key: string) => new RegExp(`^${key} (.*)$`, "m").exec(text)?.[1];
  return {
    iommu: value("iommu") === "on",
    rebootRequired: value("reboot") === "yes",
    reason: value("reason") ?? "",
  };
}

// VFIO as Proxmox needs it; what was vfio_virqfd is a part of vfio since Linux 6.2.
const MODULES = ["vfio", "vfio_iommu_type1", "vfio_pci"];

/** What a host needs so that its cards can be given to guests. */
export const kernelOperations = (assignBusses: boolean): Operation[] => [
  {
    kind: "file",
    path: "/etc/modules-load.d/proxmox-router.conf",
    text: [HEADER, ...MODULES, ""].join("\n"),
    at: "boot",
  },
  { kind: "cmdline", words: kernelWords(assignBusses) },
];

const kernelWords = (assignBusses: boolean): string[] => [
  "intel:intel_iommu=on",
  "iommu=pt",
  ...(assignBusses ? ["pci=assign-busses"] : []),
];
