// Needs root: machines made of namespaces, with a real sshd.
import { removeCall } from "../../agent/frame";
import { BootMachine } from "./boot-machine";

const CMDLINE = "/etc/kernel/cmdline";

let host: BootMachine;

describe.each(["dash", "busybox"] as const)(
  "on a machine with systemd-boot, whose shell is %s",
  (shell) => {
    let before: string[];
    const original = "root=ZFS=rpool/ROOT/pve-1  boot=zfs -- single\n\n";

    beforeAll(async () => {
      host = await BootMachine.start({ shell });
      await host.ask(
        [
          "echo ABCD-0123 >/etc/kernel/proxmox-boot-uuids; echo 1 >/boot/partition",
          `printf '${original}' >${CMDLINE}; chmod 600 ${CMDLINE}`,
          "proxmox-boot-tool refresh; rm /boot/calls",
        ].join("; "),
      );
      await host.restart();
      before = await host.read();
    });
    afterAll(() => host.machine.stop());
    const text = async () => (await host.machine.exec(`cat ${CMDLINE}`)).stdout;

    test("words are added to the administrator's, and a restart brings them in force", async () => {
      await host.change().keep();

      expect(await text()).toBe(
        "root=ZFS=rpool/ROOT/pve-1  boot=zfs intel_iommu=on iommu=pt -- single\n\n",
      );
      expect(await host.calls()).toBe("proxmox-boot-tool");
      expect(await host.state()).toMatchObject({ rebootRequired: true });
      await host.restart();
      expect(await host.state()).toMatchObject({ rebootRequired: false });
    });

    test("other words replace them, and a cut removal brings them back", async () => {
      await host.change(true).keep();
      expect(await text()).toContain(
        "boot=zfs intel_iommu=on iommu=pt pci=assign-busses -- single",
      );
      await host.change().keep();
      const kept = await host.read();

      await host.machine.ssh(removeCall("net").command);
      expect(await text()).toBe(original);
      await host.restart();

      expect(await host.read()).toEqual(kept);
      await host.calls();
    });

    test("a removal leaves every byte as it was", async () => {
      await host.remove();

      expect(await host.read()).toEqual(before);
    });

    test("what somebody else wrote meanwhile stays, and what was there before us too", async () => {
      await host.ask(`printf 'root=/dev/sda1 iommu=pt quiet' >${CMDLINE}`);
      await host.change().keep();
      expect(await text()).toBe("root=/dev/sda1 iommu=pt quiet intel_iommu=on");
      await host.ask(
        `printf 'a="b intel_iommu=on" root=/dev/sda1 iommu=pt intel_iommu=on  theirs\\n' >${CMDLINE}`,
      );
      await host.remove();

      expect(await text()).toBe('a="b intel_iommu=on" root=/dev/sda1 iommu=pt  theirs\n');
    });
  },
);
