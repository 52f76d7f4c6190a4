import { resolve } from "node:path";
import { access, ADDRESS, hostExec } from "../../lab/host/host";
import { PORTS } from "../../lab/host/segments";
import { Project, type Result } from "../engine/project";
import { describeLab, freshLab } from "../host/lab";
import { atConsole, link, ports } from "./bridge-host";
import { hostSnapshot } from "./host-snapshot";
import { leaseForCard } from "./leased-host";
import { logins } from "./logins";

const MINUTE = 60_000;
const PROGRAM = `
import { readFileSync } from "node:fs";
import { VmBridge } from ${JSON.stringify(resolve(__dirname, "../../components"))};
const { node, args } = JSON.parse(readFileSync("args.json", "utf8"));
new VmBridge("uplink", { node, bridgeName: "vmbr0", confirmTimeout: 30, ...args });
`;
const SETTINGS = `
config:
  proxmoxve:endpoint: https://${ADDRESS.host}:8006/
  proxmoxve:insecure: "true"
  proxmoxve:username: root@pam
  proxmoxve:password: proxmox-lab
`;
const CARD = PORTS.find(({ name }) => name === "eno1")?.mac ?? "";

/** A host that is managed over its card itself; the file is as a person writes it. */
const interfaces = (card: string) => `# written by hand
auto lo
iface lo inet loopback

auto eno1
iface eno1 inet ${card}
iface enp1s0f0 inet manual
iface enp1s0f1 inet manual
iface enp1s0f2 inet manual
iface enp1s0f3 inet manual

source /etc/network/interfaces.d/*
`;
const STATIC = interfaces(`static
    address ${ADDRESS.host}/24
    gateway ${ADDRESS.admin}
`);
const LEASE = interfaces("dhcp\n");

const moved = {
  ports: ["eno1"],
  addresses: [`${ADDRESS.host}/24`],
  gateways: [ADDRESS.admin],
  allowManagementChange: true,
};

let project: Project;
let before: string;

function declare(args: object, name = "pve"): void {
  const { host, port, user, privateKey, hostKey } = access();
  const node = { name, address: host, port, user, privateKey, hostKey };
  project.write("args.json", JSON.stringify({ node, args }));
}

/** Declare the bridge, and bring the host there. */
async function up(args: object, ...flags: string[]) {
  declare(args);
  return project.run("up", "--yes", "--skip-preview", ...flags);
}

/** Fails with what was printed. */
function succeeded({ code, output }: Result): void {
  if (code !== 0) throw new Error(output);
}
const destroy = async () => succeeded(await project.run("destroy", "--yes", "--skip-preview"));
const file = () => atConsole("cat /etc/network/interfaces");
const addresses = () => atConsole("ip -4 -o address show scope global | awk '{ print $2, $4 }'");
const ways = () => atConsole("ip route show default | awk '{ print $3, $5 }'");

describeLab("a card that the host is reached by, and a bridge that takes its place", () => {
  freshLab();

  beforeAll(async () => {
    await atConsole(`cat >/etc/network/interfaces <<'END'\n${STATIC}END\nifreload -a`);
    before = await hostSnapshot();
    project = await Project.create({
      "Pulumi.yaml": "name: uplink\nruntime: nodejs\nmain: index.ts\n",
      "Pulumi.test.yaml": SETTINGS,
      "index.ts": PROGRAM,
    });
  }, 2 * MINUTE);
  afterAll(() => project.remove());

  test(
    "with a router that leads nowhere, nobody comes in any more: taken back, and told",
    async () => {
      // It answers, so only packets tell; nothing but the router has a way to this machine.
      const wrong = { ...moved, addresses: [`${ADDRESS.host}/32`], gateways: ["10.99.0.3"] };
      const { code, output } = await up(wrong);

      expect([code === 0, output]).toEqual([
        false,
        expect.stringMatching(
          /rolled back: no new SSH connection to \S+ succeeded within 30 s.*; the machine is at generation 0 \(unchanged\)/,
        ),
      ]);
      expect([`${await file()}\n`, await addresses(), await ways()]).toEqual([
        STATIC,
        `eno1 ${ADDRESS.host}/24`,
        `${ADDRESS.admin} eno1`,
      ]);
    },
    5 * MINUTE,
  );

  test(
    "hands over address, MAC and default route while a connection lives, and nothing more is done",
    async () => {
      const start = await logins();
      const held = hostExec("sleep 10; echo alive");
      succeeded(await up(moved, "--refresh"));

      expect([await addresses(), await ways(), await ports("vmbr0")]).toEqual([
        `vmbr0 ${ADDRESS.host}/24`,
        `${ADDRESS.admin} vmbr0`,
        "eno1",
      ]);
      expect([await link("vmbr0"), (await held).stdout]).toEqual([`${CARD} 0 0`, "alive\n"]);
      // That one, and two of the change.
      expect((await logins()) - start).toBe(3);

      const { output } = await up(moved);
      expect([output, (await logins()) - start]).toEqual([
        expect.stringContaining("6 unchanged"),
        3,
      ]);
    },
    3 * MINUTE,
  );

  test(
    "does not move to another node under its name",
    async () => {
      declare(moved, "pve2");
      const { code, output } = await project.run("preview");

      expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining(
          "node.name: pve2, yet uplink-vmbr0-network is on pve; expected another name",
        ),
      ]);
    },
    2 * MINUTE,
  );

  test(
    "gets all of it back, and the file its bytes",
    async () => {
      await destroy();

      expect(await hostSnapshot()).toBe(before);
    },
    3 * MINUTE,
  );

  test(
    "hands over its lease, and gets it back",
    async () => {
      await leaseForCard(LEASE);
      expect(await addresses()).toBe(`eno1 ${ADDRESS.host}/24`);
      succeeded(await up({ ports: ["eno1"], dhcp: true, allowManagementChange: true }));
      expect([await addresses(), await atConsole("ls /run/dhclient.*")]).toEqual([
        `vmbr0 ${ADDRESS.host}/24`,
        "/run/dhclient.vmbr0.pid",
      ]);

      await destroy();
      expect([await addresses(), `${await file()}\n`]).toEqual([`eno1 ${ADDRESS.host}/24`, LEASE]);
    },
    4 * MINUTE,
  );
});
