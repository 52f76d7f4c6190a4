// Needs root: machines made of namespaces, with a real sshd.
import { removeCall } from "../../agent/frame";
import { kernelOperations } from "../../agent/host-kernel";
import { BootMachine } from "./boot-machine";
import { CARD } from "./fake-card";
import { Change } from "./slices";

const AGENT = "/usr/local/lib/proxmox-router/agent";
const GRUB = "/etc/default/grub.d/zz-proxmox-router.cfg";

let host: BootMachine;

describe("on a machine with GRUB", () => {
  let before: string[];

  beforeAll(async () => {
    host = await BootMachine.start();
    before = await host.read();
  });
  afterAll(() => host.machine.stop());

  test("the settings lie in a file beside the administrator's, and GRUB is told of them", async () => {
    await host.change().keep();

    expect(await host.ask(`cat ${GRUB} /etc/modules-load.d/proxmox-router.conf`)).toBe(
      [
        "# Written by proxmox-router: changes here are lost at its next run.",
        'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT intel_iommu=on iommu=pt"',
        "# Written by proxmox-router: changes here are lost at its next run.",
        ...["vfio", "vfio_iommu_type1", "vfio_pci"],
      ].join("\n"),
    );
    expect(await host.started()).toContain("root=/dev/sda1 ro  quiet intel_iommu=on iommu=pt\n");
    expect(await host.calls()).toBe("grub-mkconfig");
    expect(await host.ask(`sh ${AGENT} drift`)).toBe("");
  });

  test("a restart is due until it has happened, and then what the firmware lacks is told", async () => {
    expect(await host.state()).toEqual({
      iommu: false,
      rebootRequired: true,
      reason: "the running kernel was started without intel_iommu=on iommu=pt: restart the node",
    });

    await host.restart();

    expect(await host.state()).toEqual({
      iommu: false,
      rebootRequired: false,
      reason: "the kernel found no IOMMU: turn on VT-d or AMD-Vi in the firmware",
    });
    await host.ask("mkdir -p /run/boot/iommu/dmar0; mount --bind /run/boot/iommu /sys/class/iommu");
    expect(await host.state()).toEqual({ iommu: true, rebootRequired: false, reason: "" });
    expect(await host.calls()).toBe("");
  });

  test("what somebody took away is told, not brought back by a restart, but by whoever asks for it", async () => {
    await host.ask(`mv ${GRUB} /run/kept; grub-mkconfig -o /boot/grub/grub.cfg`);
    await host.restart();

    expect(await host.ask(`ls ${GRUB}; sh ${AGENT} drift`)).toBe(
      `net: ${GRUB} lacks intel_iommu=on iommu=pt\nnet: /boot/grub/grub.cfg lacks intel_iommu=on iommu=pt`,
    );
    expect(await host.state()).toMatchObject({
      rebootRequired: true,
      reason: `${GRUB} lacks intel_iommu=on iommu=pt: put it back with pulumi up and detectDrift, then restart the node`,
    });
    await host.ask(`sh ${AGENT} restore`);
    expect(await host.ask(`sh ${AGENT} drift`)).toBe("");
    await host.restart();
  });

  test("settings that GRUB was not told of are told apart from those that it was", async () => {
    await host.ask(
      "cp /boot/grub/grub.cfg /run/kept; sed -i 's/ iommu=pt/ iommu=off/' /boot/grub/grub.cfg",
    );

    expect((await host.state()).reason).toBe(
      "/boot/grub/grub.cfg lacks iommu=pt: run update-grub, then restart the node",
    );
    await host.ask("cp /run/kept /boot/grub/grub.cfg; rm /boot/calls");
  });

  test("cards keep their names before buses are numbered anew, in the initramfs too", async () => {
    const more = host.change(true);
    expect(await more.begin()).toMatchObject({ code: 0, stderr: "" });
    await more.abort();
    expect(await host.calls()).toBe(
      "update-initramfs\ngrub-mkconfig\ngrub-mkconfig\nupdate-initramfs",
    );
    expect(await host.ask("ls /etc/systemd/network/*.link")).toBe("");

    await host.change(true).keep();

    expect(await host.ask("cat /boot/initramfs; ls /etc/systemd/network/*.link")).toBe(
      [
        "# Written by proxmox-router: changes here are lost at its next run.",
        ...["[Match]", `PermanentMACAddress=${CARD}`, "", "[Link]", "Name=enp1s0"],
        "/etc/systemd/network/10-proxmox-router-enp1s0.link",
      ].join("\n"),
    );
    expect(await host.started()).toContain("quiet intel_iommu=on iommu=pt pci=assign-busses\n");
    expect((await host.state(true)).reason).toContain("without pci=assign-busses");
    await host.restart();
    await host.change().keep();
    expect((await host.state()).reason).toBe(
      "the running kernel was started with pci=assign-busses: restart the node",
    );
    expect(await host.ask("ls /etc/systemd/network/*.link")).toBe("");
    await host.restart();
    await host.calls();
  });

  test("a card that somebody else has named keeps to that", async () => {
    await host.ask(
      `mkdir -p /etc/systemd/network; printf '[Match]\\nMACAddress=${CARD.toUpperCase()}\\n' >/etc/systemd/network/50-own.link`,
    );
    await host.change(true).keep();

    expect(await host.calls()).toBe("grub-mkconfig");
    await host.ask("rm /etc/systemd/network/50-own.link");
    await host.change().keep();
  });

  test("a change that was cut off is taken back once the machine is up again", async () => {
    await host.ask("grub-mkconfig -o /boot/grub/grub.cfg");
    const kept = await host.started();
    await host.change(true).begin();
    expect(await host.started()).toContain("assign-busses");

    await host.restart();

    expect(await host.started()).toBe(kept);
    expect(await host.ask(`sh ${AGENT} drift; ls /etc/systemd/network/*.link`)).toBe("");
  });

  test("a removal that was cut off is too", async () => {
    const kept = await host.started();
    const { command, stdin } = removeCall("net");
    expect(await host.machine.ssh(command, stdin)).toMatchObject({ code: 0 });
    expect(await host.started()).not.toContain("iommu");

    await host.restart();

    expect(await host.started()).toBe(kept);
    expect(await host.ask(`sh ${AGENT} drift`)).toBe("");
  });

  test("it is of one slice, and a loader that can not be told takes the change back", async () => {
    expect(
      (await new Change(host.machine, kernelOperations(false), "other").begin()).stderr,
    ).toContain("what the kernel is started with is of slice net: one slice has it");
    await host.remove();
    expect(await host.read()).toEqual(before);

    await host.ask("echo grub-mkconfig >/boot/fails");
    expect((await host.change().begin()).stderr).toContain(
      "rolled back: grub-mkconfig: cannot find a device for /",
    );
    await host.ask("rm /boot/fails");
    expect(await host.read()).toEqual(before);
    expect(await host.ask("ls -d /var/lib/proxmox-router")).toBe("");
  });

  test("a setting that another file takes away again is not kept", async () => {
    await host.ask(
      "mkdir /etc/default/grub.d; echo 'GRUB_CMDLINE_LINUX_DEFAULT=quiet' >/etc/default/grub.d/zzz.cfg",
    );
    const { stderr } = await host.change().begin();
    await host.ask("rm -r /etc/default/grub.d");

    expect(stderr).toContain(
      "rolled back: /boot/grub/grub.cfg lacks intel_iommu=on iommu=pt: another file in /etc/default/grub.d takes it away",
    );
    await host.ask("grub-mkconfig -o /boot/grub/grub.cfg");
    expect(await host.read()).toEqual(before);
  });

  test("the first change, cut off, leaves nothing of ours", async () => {
    await host.change().begin();
    await host.restart();

    expect(await host.read()).toEqual(before);
    expect(await host.ask("ls -d /var/lib/proxmox-router")).toBe("");
  });

  test("AMD's IOMMU is not told of Intel's", async () => {
    await host.ask("echo AuthenticAMD >/boot/processor");
    await host.change().keep();

    expect(await host.started()).toContain("ro  quiet iommu=pt\n");
    await host.remove();
  });

  test("a machine without a boot loader that is known is refused", async () => {
    await host.ask("mv /boot/grub/grub.cfg /boot/kept");
    const { stderr } = await host.change().begin();
    await host.ask("mv /boot/kept /boot/grub/grub.cfg");

    expect(stderr).toContain("no boot loader that is known here: expected GRUB");
  });
});
