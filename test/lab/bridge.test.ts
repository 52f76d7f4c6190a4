import { resolve } from "node:path";
import { access, ADDRESS, hostExec, reboot } from "../../lab/host/host";
import { hostBridgeMac } from "../../net/host-bridge";
import { Project, type Result } from "../engine/project";
import { describeLab, freshLab } from "../host/lab";
import { atConsole, comment, link, ports, RENTED, takenBack } from "./bridge-host";
import { hostSnapshot } from "./host-snapshot";
import { logins } from "./logins";

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

// Ports as Proxmox attaches them when guests start.
const GUESTS = ["tap101i0", "tap102i0"]
  .map(
    (tap) =>
      `ip link add ${tap} type veth peer name far${tap} && ip link set ${tap} master vmbr7 up`,
  )
  .join(" && ");

const inside = { bridgeName: "vmbr7" };
const MAC = hostBridgeMac("pve", inside);
const more = { bridgeName: "vmbr8", ports: ["enp1s0f3"] };

let project: Project;
let before: string;

/** Declare bridges, and bring the host there. */
async function up(bridges: Record<string, object>, ...flags: string[]) {
  const { host, port, user, privateKey, hostKey } = access();
  const node = { name: "pve", address: host, port, user, privateKey, hostKey };
  project.write("args.json", JSON.stringify({ node, bridges }));
  return project.run("up", "--yes", "--skip-preview", ...flags);
}

/** Fails with what was printed. */
function succeeded({ code, output }: Result): void {
  if (code !== 0) throw new Error(output);
}
const reached = async () => (await hostExec("true")).code === 0;
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
    "is made, and changed in place over two connections while guests stay on it",
    async () => {
      succeeded(await up({ inside: { ...inside, stp: true, forwardDelay: 2 }, more }));
      expect(await link("vmbr7")).toBe(`${MAC} 1 200`);
      // Not even by the address that the kernel gives itself.
      expect(await atConsole("ip -6 -o address show dev vmbr7")).toBe("");
      await atConsole(GUESTS);

      const start = await logins();
      const macAddress = "02:00:00:00:00:07";
      succeeded(await up({ inside: { ...inside, macAddress, comment: "guests" }, more }));
      expect([await comment("vmbr7"), (await logins()) - start]).toEqual([
        expect.stringContaining("guests"),
        2,
      ]);
      expect([await ports("vmbr7"), await link("vmbr7")]).toEqual([
        "tap101i0\ntap102i0",
        `${macAddress} 0 0`,
      ]);
    },
    3 * MINUTE,
  );

  test(
    "that somebody has edited or deleted in Proxmox is put right, and kept, by the next update",
    async () => {
      const declared = { inside: { ...inside, comment: "guests" }, more };
      const network = "/nodes/pve/network";
      await atConsole(`pvesh set ${network}/vmbr7 --type bridge --autostart 1 --comments other &&
        pvesh delete ${network}/vmbr8 && pvesh set ${network}; sleep 2`);
      expect([await ports("vmbr7"), await ports("vmbr8")]).toEqual([
        "tap101i0\ntap102i0",
        expect.stringContaining("No such file"),
      ]);

      succeeded(await up(declared, "--refresh"));

      expect([await comment("vmbr7"), await link("vmbr7"), await ports("vmbr8")]).toEqual([
        expect.stringContaining("guests"),
        `${MAC} 0 0`,
        "enp1s0f3",
      ]);
      expect(await atConsole("ls /run/proxmox-router/txn 2>&1")).toContain("No such file");
      const start = await logins();
      const { output } = await up(declared, "--refresh");
      expect([output, (await logins()) - start]).toEqual([
        expect.stringContaining("11 unchanged"),
        0,
      ]);
    },
    3 * MINUTE,
  );

  test(
    "with the uplink in it is refused before anything is changed",
    async () => {
      const { code, output } = await up({ inside, more: { ...more, ports: ["eno1"] } });

      expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining(
          "eno1 is what this machine is reached by: leave it out of the ports of vmbr8, or set allowManagementChange",
        ),
      ]);
      expect(await ports("vmbr8")).toBe("enp1s0f3");
    },
    2 * MINUTE,
  );

  test(
    "that swallows the uplink all the same is taken back, and told",
    async () => {
      const swallowing = { ...more, ports: ["eno1"], allowManagementChange: true };
      const { code, output } = await up({ inside, more: swallowing }, "--refresh");

      expect([code === 0, output]).toEqual([
        false,
        expect.stringMatching(
          /rolled back: no new SSH connection to \S+ succeeded within 30 s.*; the machine is at generation \d+ \(unchanged\)/,
        ),
      ]);
      expect([await reached(), await ports("vmbr8")]).toEqual([true, "enp1s0f3"]);
    },
    5 * MINUTE,
  );

  test(
    "that is made in vain, after others are right again, is made by one more update",
    async () => {
      const bridges = { inside, more, extra: { bridgeName: "vmbr9" } };
      const [first] = await Promise.all([
        up(bridges, "--refresh"),
        takenBack("extra-vmbr9-network"),
      ]);
      expect([first.code === 0, first.output]).toEqual([
        false,
        expect.stringContaining("rolled back: taken back by hand"),
      ]);
      expect(await atConsole("grep -c vmbr9 /etc/network/interfaces")).toBe("0");

      const stale = await up(bridges);
      expect([stale.code === 0, stale.output]).toEqual([
        false,
        expect.stringContaining("pulumi up --refresh"),
      ]);
    },
    5 * MINUTE,
  );

  test(
    "gets another name: another is made, and then the old one goes; and it outlives a restart",
    async () => {
      succeeded(
        await up({ inside: { bridgeName: "vmbr6" }, extra: { bridgeName: "vmbr9" } }, "--refresh"),
      );
      const gone = expect.stringContaining("No such file") as string;
      const all = () => Promise.all(["vmbr6", "vmbr7", "vmbr8", "vmbr9"].map(ports));
      expect(await all()).toEqual(["", gone, gone, ""]);

      const made = await link("vmbr6");
      await reboot();
      expect([await all(), await link("vmbr6")]).toEqual([["", gone, gone, ""], made]);
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
