import { homedir } from "node:os";
import { join, resolve } from "node:path";

const cache = resolve(
  process.env.PROXMOX_ROUTER_CACHE ?? join(homedir(), ".cache", "proxmox-router"),
);
// Tests have labs of their own, each in namespaces of its own.
const lab = join(cache, process.env.PROXMOX_ROUTER_LAB ?? "lab");

/** The checkout that this lab is run from. */
export const project = resolve(__dirname, "../..");

/** Where the lab keeps what it downloads, builds and runs. */
export const paths = {
  cache,
  images: join(cache, "images"),
  lab,
  /** Programs that run beside the host, bundled so that they need no checkout. */
  programs: join(lab, "programs"),
  privateKey: join(lab, "id_ed25519"),
  hostKey: join(lab, "ssh_host_ed25519_key"),
  knownHosts: join(lab, "known_hosts"),
  /** Seen in the host as /lab, read-only. */
  shared: join(lab, "shared"),
  /** Seen in the host as /lab-control. */
  control: join(lab, "control"),
  log: join(lab, "log"),
  cables: join(lab, "cables.json"),
  pulumiState: join(lab, "pulumi-state"),
  /** Says which cache holds the machine's one lab; gone when the machine reboots. */
  claim: "/run/proxmox-router-lab",
};
