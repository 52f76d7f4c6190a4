import { resolve } from "node:path";
import { access, ADDRESS, hostExec } from "../../lab/host/host";
import { run } from "../../lab/host/command";
import { netnsLeader } from "../../lab/host/netns";
import { until } from "../../lab/host/process";
import { HOST_NETNS } from "../../lab/host/segments";
import { Project, type Result } from "../engine/project";
import { describeLab, freshLab } from "../host/lab";
import { hostSnapshot } from "./host-snapshot";

const MINUTE = 60_000;
const PROGRAM = `
import { readFileSync } from "node:fs";
import { VmBridge } from ${JSON.stringify(resolve(__dirname, "../../components"))};
const { node, bridges } = JSON.parse(readFileSync("args.json", "utf8"));
for (const [name, args] of Object.entries(bridges as Record<string, { bridgeName: string }>))
  new VmBridge(name, { node, confirmTimeout: 30, ...args });
`;
const SETTINGS = `
config:
  proxmoxve:endpoint: https://${ADDRESS.host}:8006/
  proxmoxve:insecure: "true"
  proxmoxve:username: root@pam
  proxmoxve:password: proxmox-lab
`;

// A host that is managed over its card itself, as a rented one often is, and by a lease: the API
// does not know what the card is for. What comes in by another way than it goes out by is refused.
const RENTED = `
sed -i '/^auto vmbr0/,/^$/d' /etc/network/interfaces
sed -i 's|^iface eno1 inet manual|auto eno1\\niface eno1 inet manual\\n\\tup ip address replace ${ADDRESS.host}/24 dev eno1|' /etc/network/interfaces
ifreload -a
sysctl -qw net.ipv4.conf.all.rp_filter=1
`;

let project: Project;
let before: string;

/** Declare bridges, and bring the host there. */
async function up(bridges: Record<string, object>, ...flags: string[]) {
  const { host, port, user, privateKey, hostKey } = access();
  const node = { name: "pve", address: host, port, user, privateKey, hostKey };
  project.write("args.json", JSON.stringify({ node, bridges }));
  return project.run("up", "--yes", "--skip-preview", ...flags);
}

/** Run a script at the host's console: it answers when the network does not. */
async function atConsole(script: string): Promise<string> {
  const leader = String(netnsLeader(HOST_NETNS));
  const { stdout } = await run(["nsenter", "-t", leader, "-a", "--", "/bin/sh", "-c", script]);
  return stdout.trim();
}

/** Fails with what was printed. */
function succeeded({ code, output }: Result): void {
  if (code !== 0) throw new Error(output);
}
/** Take a change back at the console as soon as it is in force. */
async function takenBack(slice: string): Promise<void> {
  const agent = "sh /run/proxmox-router/txn/agent.sh";
  const applied = async () =>
    (await atConsole(`${agent} status 2>&1`)).includes(`open ${slice} `) &&
    (await atConsole("cat /run/proxmox-router/txn/state")) === "APPLIED";
  await until(applied, MINUTE, "a change to take back");
  await atConsole(`${agent} rollback`);
}
const reached = async () => (await hostExec("true")).code === 0;
const bridge = (name: string) => atConsole(`ls /sys/class/net/${name}/brif 2>&1`);
const comment = (name: string) =>
  atConsole(
    `pvesh get /nodes/pve/network/${name} --output-format json | grep -o '"comments":"[^"]*"'`,
  );
const logins = async () =>
  Number(await atConsole("journalctl -u ssh --grep 'Accepted publickey' -q -o cat | wc -l"));

describeLab("a bridge that Proxmox makes and reloads the whole network for", () => {
  freshLab();

  beforeAll(async () => {
    await atConsole(RENTED);
    before = await hostSnapshot();
    project = await Project.create({
      "Pulumi.yaml": "name: bridges\nruntime: nodejs\nmain: index.ts\n",
      "Pulumi.test.yaml": SETTINGS,
      "index.ts": PROGRAM,
    });
  }, 2 * MINUTE);
  afterAll(() => project.remove());

  test(
    "is made, changed in place over two connections, and left alone",
    async () => {
      succeeded(await up({ inside: { bridgeName: "vmbr7" } }));
      expect(await bridge("vmbr7")).toBe("");

      const start = await logins();
      succeeded(await up({ inside: { bridgeName: "vmbr7", comment: "guests" } }));
      expect([await comment("vmbr7"), (await logins()) - start]).toEqual([
        expect.stringContaining("guests"),
        2,
      ]);

      const { output } = await up({ inside: { bridgeName: "vmbr7", comment: "guests" } });
      expect([output, (await logins()) - start]).toEqual([
        expect.stringContaining("6 unchanged"),
        2,
      ]);
    },
    3 * MINUTE,
  );

  test(
    "that somebody has edited or deleted in Proxmox is put right, and kept, by the next update",
    async () => {
      const declared = { inside: { bridgeName: "vmbr7", comment: "guests" } };
      const api = "pvesh set /nodes/pve/network";
      for (const edit of [`set`, "delete"] as const) {
        const what = edit === "set" ? " --type bridge --autostart 1 --comments other" : "";
        await atConsole(`pvesh ${edit} /nodes/pve/network/vmbr7${what} && ${api}; sleep 2`);

        succeeded(await up(declared, "--refresh"));

        expect(await comment("vmbr7")).toContain("guests");
        expect(await atConsole("ls /run/proxmox-router/txn 2>&1")).toContain("No such file");
        expect((await up(declared, "--refresh")).output).toContain("6 unchanged");
      }
    },
    3 * MINUTE,
  );

  test(
    "with the uplink in it is refused before anything is changed",
    async () => {
      const { code, output } = await up({ inside: { bridgeName: "vmbr7", ports: ["eno1"] } });

      expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining(
          "eno1 is what this machine is reached by: leave it out of the ports of vmbr7, or set allowManagementChange",
        ),
      ]);
      expect(await bridge("vmbr7")).toBe("");
    },
    2 * MINUTE,
  );

  test(
    "that swallows the uplink all the same is taken back, told, and right after one more update",
    async () => {
      const swallowing = { bridgeName: "vmbr7", ports: ["eno1"], allowManagementChange: true };
      const { code, output } = await up({ inside: swallowing });

      expect([code === 0, output]).toEqual([
        false,
        expect.stringMatching(
          /rolled back: no new SSH connection to \S+ succeeded within 30 s.*; the machine is at generation \d+ \(unchanged\)/,
        ),
      ]);
      expect(await reached()).toBe(true);
      expect(await bridge("vmbr7")).toBe("");

      succeeded(await up({ inside: { bridgeName: "vmbr7" } }, "--refresh"));
      expect(await comment("vmbr7")).toContain("inside");
    },
    5 * MINUTE,
  );

  test(
    "that is made in vain is made again by the next update",
    async () => {
      const bridges = {
        inside: { bridgeName: "vmbr7" },
        more: { bridgeName: "vmbr8", ports: ["enp1s0f3"] },
      };
      const [first] = await Promise.all([up(bridges), takenBack("more-vmbr8-network")]);
      expect([first.code === 0, first.output]).toEqual([
        false,
        expect.stringContaining("rolled back: taken back by hand"),
      ]);
      expect(await atConsole("grep -c vmbr8 /etc/network/interfaces")).toBe("0");

      const stale = await up(bridges);
      expect([stale.code === 0, stale.output]).toEqual([
        false,
        expect.stringContaining("pulumi up --refresh"),
      ]);
      succeeded(await up(bridges, "--refresh"));
      expect(await bridge("vmbr8")).toBe("enp1s0f3");
    },
    5 * MINUTE,
  );

  test(
    "gets another name: another is made, and then the old one goes",
    async () => {
      succeeded(await up({ inside: { bridgeName: "vmbr9" } }));

      expect([await bridge("vmbr9"), await bridge("vmbr7"), await bridge("vmbr8")]).toEqual([
        "",
        expect.stringContaining("No such file"),
        expect.stringContaining("No such file"),
      ]);
    },
    3 * MINUTE,
  );

  test(
    "goes, and leaves the host as it was",
    async () => {
      succeeded(await project.run("destroy", "--yes", "--skip-preview"));

      expect(await hostSnapshot()).toBe(before);
    },
    3 * MINUTE,
  );
});
