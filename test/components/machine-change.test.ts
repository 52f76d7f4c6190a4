// Needs root: the real engine changes a machine in namespaces, behind an SSH server of this one.
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Machine } from "../agent/machine";
import { status } from "../agent/slices";
import { supervise } from "../agent/supervise";
import { Project } from "../engine/project";
import { installSshd, Sshd } from "../engine/sshd";

const MINUTE = 60_000;
const root = resolve(__dirname, "../..");
const PROGRAM = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Firewall } from ${JSON.stringify(`${root}/components`)};
const { connection, ports, allowLockout } = JSON.parse(readFileSync("args.json", "utf8"));
const firewall = new Firewall("edge", {
  connection: pulumi.secret(connection),
  confirmTimeout: 30,
  allowLockout,
  policy: {
    management: { interface: "eth0", ports },
    zones: [{ name: "lan", interfaces: ["lan0"] }],
    flows: [{ from: "lan", to: "router", services: ["dns"] }],
  },
});
export const ruleset = firewall.ruleset;
`;

/** Somebody else's rules. */
const FENCE = `table ip fence {
	chain in {
		type filter hook input priority filter - 5; policy accept;
		tcp dport 9 drop
	}
}
`;

let machine: Machine;
let node: Sshd;
let project: Project;

beforeAll(async () => {
  installSshd();
  machine = await Machine.start();
  await supervise(machine);
  await machine.exec(`nft -f - <<'END'\n${FENCE}END`);
  node = await Sshd.start();
  project = await Project.create({
    "Pulumi.yaml": "name: engine-test\nruntime: nodejs\nmain: index.ts\n",
    "index.ts": PROGRAM,
  });
}, 5 * MINUTE);

afterAll(async () => {
  project.remove();
  node.stop();
  await machine.stop();
});

/** Declare the ports that the administrator comes in by, and bring the machine there. */
async function up(ports: number[], ...flags: string[]) {
  const { host, port, user, privateKey, hostKey } = node.connection;
  const guest = { ...machine.connection, user: undefined, port: undefined };
  const connection = { ...guest, proxy: { host, port, user, privateKey, hostKey } };
  const args = { connection, ports, allowLockout: true };
  project.write("args.json", JSON.stringify(args));
  return project.run("up", "--yes", "--skip-preview", ...flags);
}

const destroy = (...flags: string[]) => project.run("destroy", "--yes", "--skip-preview", ...flags);

const table = async () => (await machine.exec("nft list table inet proxmox_router")).stdout;
const forwarding = async () =>
  (await machine.exec("cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding"))
    .stdout;
const open = async () => (await status(machine)).open ?? "";

test(
  "a firewall is made: filtered first, then forwarding",
  async () => {
    const { code, output } = await up([22, 33]);

    expect([code, output]).toEqual([
      0,
      expect.stringContaining(
        "table ip fence, chain in is in a table with rules that drop or reject: flows[0] lan -> router gets through only where it accepts as well",
      ),
    ]);
    expect(await table()).toContain("dport { 22, 33 }");
    expect(await forwarding()).toBe("1\n1\n");
    expect((await status(machine)).confirmed).toMatch(/^edge-filter 1 /);
  },
  3 * MINUTE,
);

test(
  "what has not changed costs no connection",
  async () => {
    const before = node.logins;

    expect((await up([22, 33])).output).toContain("4 unchanged");
    expect(node.logins).toBe(before);
  },
  3 * MINUTE,
);

test(
  "a change is confirmed by one operation at a time, too",
  async () => {
    expect(await up([22, 34], "--parallel", "1")).toMatchObject({ code: 0 });

    expect(await table()).toContain("dport { 22, 34 }");
    expect((await status(machine)).confirmed).toMatch(/^edge-filter 2 /);
  },
  3 * MINUTE,
);

test(
  "a change that shuts everybody out is taken back, told, and not recorded",
  async () => {
    const expire = async () => {
      while (!(await open()).includes(" APPLIED ")) await sleep(200);
      await sleep(6000);
      machine.advance(100);
    };

    const [{ code, output }] = await Promise.all([up([2200]), expire()]);

    expect([code === 0, output]).toEqual([
      false,
      expect.stringContaining(
        `rolled back: no new SSH connection to ${machine.address}:22 (through 127.0.0.1:${node.port}) succeeded within 30 s`,
      ),
    ]);
    expect(output).toContain("the machine is at generation 2 (unchanged)");
    expect(await project.expect("stack", "export")).not.toContain("2200");
    expect(await table()).toContain("dport { 22, 34 }");

    expect(await up([22, 35])).toMatchObject({ code: 0 });
    expect(await table()).toContain("dport { 22, 35 }");
  },
  4 * MINUTE,
);

test(
  "a removal that nobody has confirmed is taken back, and done by running it again",
  async () => {
    const { deployment } = JSON.parse(await project.expect("stack", "export")) as {
      deployment: { resources: { urn: string }[] };
    };
    const record = deployment.resources.find(({ urn }) => urn.endsWith("::edge-filter"));
    expect(await destroy("--target", record?.urn ?? "")).toMatchObject({ code: 0 });
    expect(await open()).toContain(" none APPLIED ");
    machine.advance(100);
    while (await open()) await sleep(100);
    expect(await table()).toContain("dport { 22, 35 }");

    expect((await destroy()).output).toContain("run the same command again within 30 s");
    expect(await destroy()).toMatchObject({ code: 0 });
    expect(await table()).toBe("");
  },
  4 * MINUTE,
);

test(
  "a destruction is confirmed, and leaves nothing behind",
  async () => {
    expect(await up([22])).toMatchObject({ code: 0 });

    expect(await destroy()).toMatchObject({ code: 0 });

    expect((await machine.exec("nft list ruleset")).stdout).toBe(FENCE);
    expect(await forwarding()).toBe("0\n0\n");
    expect((await machine.exec("ls -A /var/lib/proxmox-router /usr/local/lib")).stdout).toBe(
      "/usr/local/lib:\n",
    );
  },
  3 * MINUTE,
);
