import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Images, makeDisk, upperOf } from "./disk";
import { CLUSTER, HOST, NODES, rootOf, SECOND, SHARED_STORAGE } from "./nodes";
import { writeWhole } from "./write-whole";

/** Storage of both nodes, as a file server gives it to a cluster. */
const STORAGE = `
dir: shared
\tpath /${SHARED_STORAGE}
\tcontent images
\tshared 1
`;

/** Make the second node's disk, and both nodes one cluster, as `pvecm add` does. */
export function prepareSecond(images: Images): void {
  makeDisk(images, SECOND);
  const host = (file: string) => readFileSync(join(images.host, "root", file), "utf8");
  const own = (file: string, text: string) => writeWhole(join(upperOf(SECOND), file), text);
  own("etc/hostname", `${SECOND.name}\n`);
  own(
    "etc/hosts",
    host("etc/hosts").replace(/^.* pve$/m, `${SECOND.address} pve2.lab.example pve2`),
  );
  own(
    "etc/network/interfaces",
    host("etc/network/interfaces")
      .replace(HOST.address, SECOND.address)
      .replaceAll(/^iface (enp1s0f[123]) inet manual\n\n/gm, ""),
  );

  for (const { name } of NODES)
    mkdirSync(join(CLUSTER, "nodes", name, "qemu-server"), { recursive: true });
  mkdirSync(join(rootOf(HOST), SHARED_STORAGE), { recursive: true });
  writeWhole(join(CLUSTER, "corosync.conf"), corosync());
  const storages = readFileSync(join(CLUSTER, "storage.cfg"), "utf8");
  if (!storages.includes(STORAGE)) writeWhole(join(CLUSTER, "storage.cfg"), storages + STORAGE);
}

function corosync(): string {
  const nodes = NODES.map(
    ({ name, address }, index) =>
      `  node {\n    name: ${name}\n    nodeid: ${index + 1}\n    quorum_votes: 1\n    ring0_addr: ${address}\n  }\n`,
  );
  return `nodelist {\n${nodes.join("\n")}}\n\ntotem {\n  cluster_name: lab\n  version: 2\n}\n`;
}
