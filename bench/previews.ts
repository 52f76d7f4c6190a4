import { resolve } from "node:path";
import { Project } from "../test/engine/project";

const SIZES = [10, 100, 1_000];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

/** A bridge with services, and a filter of the host; a fifth as many guests as forwards. */
const PROGRAM = `
import { Firewall, VmBridge } from ${JSON.stringify(resolve(__dirname, "../components"))};
const count = Number(process.env.FORWARDS);
const address = (i: number) => \`10.64.\${(i >> 8) + 1}.\${i & 255}\`;
const byte = (value: number) => value.toString(16).padStart(2, "0");
const node = { name: "pve", address: "192.0.2.10", privateKey: "none", hostKey: "ssh-ed25519 AAAA" };
const guests = new VmBridge("guests", {
  node,
  bridgeName: "vmbr1",
  addresses: ["10.64.0.1/16"],
  services: {
    reservations: Array.from({ length: count / 5 }, (_, i) => ({
      mac: \`52:54:00:64:\${byte(i >> 8)}:\${byte(i & 255)}\`,
      address: address(i),
      name: \`guest-\${i}\`,
    })),
  },
});
new Firewall("host", {
  connection: guests.connection,
  policy: {
    management: { interface: "vmbr0", node: true, uplink: true },
    zones: [
      { name: "uplink", interfaces: ["vmbr0"] },
      { name: "guests", interfaces: ["vmbr1"] },
    ],
    flows: [{ from: "guests", to: "uplink" }],
    masquerade: ["uplink"],
    forwards: Array.from({ length: count }, (_, i) => ({
      name: \`f\${i}\`,
      from: "uplink",
      protocol: "tcp" as const,
      port: 20_000 + i,
      address: address(i % (count / 5)),
    })),
  },
});
`;

const CONFIG = `
config:
  proxmoxve:endpoint: https://192.0.2.10:8006/
  proxmoxve:username: root@pam
  proxmoxve:password: none
`;

/** Time of a preview of a host with many forwards and guests, engine and all. */
export async function previewTimes(): Promise<void> {
  const project = await Project.create({
    "Pulumi.yaml": "name: previews\nruntime: nodejs\nmain: index.ts\n",
    "Pulumi.test.yaml": CONFIG,
    "index.ts": PROGRAM,
  });
  const times = new Map(SIZES.map((size) => [size, [] as number[]]));
  try {
    // By turns, so that whatever else the machine does slows all of them alike.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [size, list] of times) {
        project.env["FORWARDS"] = String(size);
        const began = performance.now();
        await project.expect("preview");
        list.push((performance.now() - began) / 1000);
      }
    }
  } finally {
    project.remove();
  }
  console.log(`Previews of a host, best of ${ROUNDS} rounds:`);
  console.table(
    SIZES.map((forwards) => ({
      forwards,
      guests: forwards / 5,
      seconds: Math.min(...(times.get(forwards) ?? [])).toFixed(1),
    })),
  );
}
