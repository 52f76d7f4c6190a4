import {
  attach,
  detach,
  dhcp,
  exec,
  forget,
  ping,
  plug,
  resolve,
  routes,
  tcp,
  unplug,
} from "../../lab/client";
import { ADDRESS, hostExec, PORTS, powerCut } from "../../lab/host/host";
import { describeLab, freshLab } from "./lab";

interface Link {
  readonly ifname: string;
  readonly address: string;
  readonly master?: string;
  readonly flags: readonly string[];
}

describeLab("the networks around the host", () => {
  freshLab();

  const links = async () =>
    JSON.parse((await hostExec("ip -json link show")).stdout) as readonly Link[];
  const link = async (name: string) => (await links()).find(({ ifname }) => ifname === name);
  const carrier = async (name: string) => {
    await hostExec(["ip", "link", "set", name, "up"]);
    return (await link(name))?.flags.includes("LOWER_UP");
  };

  test("the host has its declared network cards, with their own addresses", async () => {
    const cards = (await links()).filter(({ ifname }) => /^e/.test(ifname));
    expect(cards.map(({ ifname, address }) => [ifname, address])).toEqual(
      PORTS.map(({ name, mac }) => [name, mac]),
    );
  });

  test("the management bridge holds the card on board alone", async () => {
    const ports = (await links()).filter(({ master }) => master === "vmbr0");
    expect(ports.map(({ ifname }) => ifname)).toEqual(["eno1"]);
    expect((await hostExec("ip -4 route show default")).stdout).toMatch(
      `default via ${ADDRESS.admin} dev vmbr0`,
    );
  });

  test("a cable can be plugged in and pulled, and stays so through a power cut", async () => {
    expect(await carrier("enp1s0f3")).toBe(false);
    expect(await carrier("enp1s0f2")).toBe(true);
    await plug("opt2");
    await unplug("opt1");
    await powerCut();
    expect(await carrier("enp1s0f3")).toBe(true);
    expect(await carrier("enp1s0f2")).toBe(false);
  });

  describe("with a client bridged to the provider", () => {
    beforeAll(async () => {
      await hostExec(
        "ip link add vmbr9 type bridge forward_delay 0 && ip link set vmbr9 up && " +
          "ip link set enp1s0f0 master vmbr9 up",
      );
      await attach("vmbr9");
    });
    afterAll(() => detach());

    test("the provider leases an address, a default route and a name server", async () => {
      const lease = await dhcp("vm1");
      expect(lease).toMatchObject({
        prefix: 24,
        routers: [ADDRESS.provider],
        dns: [ADDRESS.provider],
        leaseSeconds: 3600,
        server: ADDRESS.provider,
      });
      expect(lease.address).toMatch(/^203\.0\.113\.1\d\d$/);
      expect((await routes("vm1"))[0]).toBe(`default via ${ADDRESS.provider} dev eth0`);
    });

    test("the outside host answers and tells which address it saw", async () => {
      const { address } = await dhcp("vm1");
      expect(await ping("vm1", ADDRESS.outside)).toBe(true);
      expect(await tcp("vm1", ADDRESS.outside, 80)).toEqual({
        outcome: "connected",
        text: `${address}\n`,
      });
    });

    test("a closed port, a silent host and a missing route are told apart", async () => {
      await dhcp("vm1");
      await exec("vm1", ["ip", "neigh", "replace", "203.0.113.66", "dev", "eth0", ...DEAD]);
      expect((await tcp("vm1", ADDRESS.outside, 81)).outcome).toBe("refused");
      expect((await tcp("vm1", "203.0.113.66", 80)).outcome).toBe("timeout");
      expect((await tcp("vm1", "192.0.2.1", 80)).outcome).toBe("unreachable");
      expect(await ping("vm1", "203.0.113.66")).toBe(false);
    }, 60_000);

    test("names resolve in both families, and an absent one has no address", async () => {
      await dhcp("vm1");
      const ask = (name: string, family: 4 | 6) => resolve("vm1", ADDRESS.provider, name, family);
      expect(await ask("outside.example.net", 4)).toEqual([ADDRESS.outside]);
      expect(await ask("outside.example.net", 6)).toEqual([ADDRESS.outside6]);
      expect(await ask("absent.example.net", 4)).toEqual([]);
      await expect(resolve("vm1", ADDRESS.outside, "outside.example.net")).rejects.toThrow(
        "resolve 198.51.100.80 outside.example.net",
      );
    });

    test("without a server on its segment a client gets no lease", async () => {
      await expect(dhcp("lan")).rejects.toThrow("no DHCP lease on segment lan");
    });

    test("forgetting takes the lease's address and routes away", async () => {
      await dhcp("vm1");
      await forget("vm1");
      expect(await routes("vm1")).toEqual([]);
    });
  });

  test("reloading the host's network leaves a guest's port on its bridge", async () => {
    await hostExec("cat > /etc/network/interfaces.d/vmbr7", {
      stdin: "auto vmbr7\niface vmbr7 inet manual\n\tbridge-ports none\n\tbridge-fd 0\n",
    });
    expect((await hostExec(["ifreload", "-a"])).code).toBe(0);
    await attach("vmbr7");
    expect((await hostExec(["ifreload", "-a"])).code).toBe(0);
    expect((await link("veth901i0"))?.master).toBe("vmbr7");
    await detach();
    expect(await link("veth901i0")).toBeUndefined();
  });
});

/** A neighbour that exists for the kernel and nowhere else. */
const DEAD = ["lladdr", "02:00:00:00:de:ad", "nud", "permanent"];
