import { HEADER } from "../net/config-file";
import { program } from "./agent";

const SETTINGS = ["set -uf", "umask 077", "export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin"];

/** The shell program that brings guests' taps in order whenever Proxmox makes them. */
export const FOLLOWER: string = [
  HEADER,
  ...SETTINGS,
  "",
  program(["announce", "tap-order", "follow"]),
].join("\n");
