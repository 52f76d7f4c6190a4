// Needs root: asks the real tools in namespaces of its own.
import { moduleIssues, renderModulesLoad } from "../../net/modules-load";
import { onDebian } from "./debian";
import { goldenCases } from "./golden-files";

const PATH = "/etc/modules-load.d/proxmox-router.conf";

test.each(goldenCases<string[]>("modules-load"))(
  "modules-load.d: $name is rendered as reviewed",
  ({ input, text }) => {
    expect(moduleIssues("modules", input)).toEqual([]);
    expect(renderModulesLoad(input)).toBe(text);
  },
);

test("systemd looks for exactly the modules that were asked for", () => {
  const text = renderModulesLoad(["absent_one", "absent-two"]);
  const { output } = onDebian(
    `SYSTEMD_LOG_LEVEL=debug /lib/systemd/systemd-modules-load ${PATH} || true`,
    [{ path: PATH, text }],
  );

  expect([...output.matchAll(/Failed to find module '(.*)'/g)].map(([, name]) => name)).toEqual([
    "absent_one",
    "absent_two",
  ]);
});

test.each([
  [
    ["vfio", "../evil", "vfio pci"],
    [
      'it[1]: got "../evil"; expected a kernel module such as vfio_pci',
      'it[2]: got "vfio pci"; expected a kernel module such as vfio_pci',
    ],
  ],
  [["vfio_pci", "vfio-pci"], ['it[1]: "vfio-pci" is already it[0]; expected it once']],
  [
    ["vfio_virqfd"],
    ['it[0]: "vfio_virqfd" no longer exists, it is a part of vfio since Linux 6.2; expected none'],
  ],
])("modules %j are refused", (modules, issues) => {
  expect(moduleIssues("it", modules)).toEqual(issues);
});
