import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { kernelWordIssues, kernelWords, missingKernelWords } from "../../net/kernel-cmdline";
import { addGrubWords, grubFileIssues, removeGrubWords } from "../../net/kernel-cmdline-grub";
import {
  addKernelWords,
  cmdlineFileIssues,
  removeKernelWords,
} from "../../net/kernel-cmdline-systemd-boot";

const PASSTHROUGH = ["intel_iommu=on", "iommu=pt"];

const word = fc.constantFrom(
  ...["quiet", "ro", "intel_iommu=on", "intel_iommu=off", "iommu=pt", "iommu=off", "pci=nomsi"],
  ...["pci=assign-busses", "root=ZFS=rpool/ROOT/pve-1", "boot=zfs", "console=ttyS0,115200", "--"],
  ...['dyndbg="file drivers/pci/* +p"', "single", "-", "---", "iommu"],
);
const blank = fc.constantFrom(" ", "  ", "\t");
const wanted = fc
  .uniqueArray(fc.constantFrom("intel_iommu=on", "amd_iommu=on", "iommu=pt", "pci=assign-busses"), {
    maxLength: 4,
  })
  .filter((words) => kernelWordIssues("words", words).length === 0);
const commandLine = fc
  .tuple(
    fc.constantFrom("", " ", "\n", "  \n\t"),
    fc.array(fc.tuple(word, blank), { maxLength: 8 }),
    fc.constantFrom("", "\n", " \n", "\n\n", "\r\n"),
  )
  .map(([head, words, tail]) => head + words.flat().join("") + tail);

test.each([
  ["", ["a=1"], "a=1", ["a=1"]],
  ["quiet\n", PASSTHROUGH, "quiet intel_iommu=on iommu=pt\n", PASSTHROUGH],
  [
    "root=ZFS=rpool/ROOT/pve-1 boot=zfs\n",
    ["iommu=pt"],
    "root=ZFS=rpool/ROOT/pve-1 boot=zfs iommu=pt\n",
    ["iommu=pt"],
  ],
  ["intel_iommu=on  quiet \n", PASSTHROUGH, "intel_iommu=on  quiet iommu=pt \n", ["iommu=pt"]],
  ["iommu=pt iommu=off", ["iommu=pt"], "iommu=pt iommu=off iommu=pt", ["iommu=pt"]],
  ["pci=assign-busses pci=nomsi", ["pci=assign-busses"], "pci=assign-busses pci=nomsi", []],
  ["quiet -- single\n", ["iommu=pt"], "quiet iommu=pt -- single\n", ["iommu=pt"]],
  ["-- single", ["iommu=pt"], "iommu=pt -- single", ["iommu=pt"]],
  ['x="iommu=pt a" b', ["iommu=pt"], 'x="iommu=pt a" b iommu=pt', ["iommu=pt"]],
])("/etc/kernel/cmdline %j with %j becomes %j", (text, words, expected, added) => {
  expect(addKernelWords(text, words)).toEqual({ text: expected, added });
  expect(removeKernelWords(expected, added)).toBe(text);
});

test("adding words to /etc/kernel/cmdline puts them in force, once, and can be undone exactly", () => {
  fc.assert(
    fc.property(commandLine, wanted, (text, words) => {
      const once = addKernelWords(text, words);

      expect(missingKernelWords(once.text.trim().split("\n")[0] ?? "", words)).toEqual([]);
      expect(addKernelWords(once.text, words)).toEqual({ text: once.text, added: [] });
      expect(removeKernelWords(once.text, once.added)).toBe(text);
    }),
    { numRuns: 5000 },
  );
});

test("words that the administrator put among ours survive the undo", () => {
  expect(removeKernelWords("a intel_iommu=on b iommu=pt c\n", PASSTHROUGH)).toBe("a b c\n");
  expect(removeKernelWords("intel_iommu=on b\n", PASSTHROUGH)).toBe("b\n");
});

test("a word of the administrator's own is not taken away by an edit that found it there", () => {
  const { text, added } = addKernelWords("intel_iommu=on\n", PASSTHROUGH);

  expect(removeKernelWords(text, added)).toBe("intel_iommu=on\n");
});

const GRUB = `# If you change this file, run 'update-grub' afterwards.
GRUB_DEFAULT=0
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX=""
`;

test("/etc/default/grub keeps each of its lines and gets a block of ours", () => {
  expect(addGrubWords(GRUB, PASSTHROUGH)).toBe(`${GRUB}
# BEGIN proxmox-router
GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT intel_iommu=on iommu=pt"
# END proxmox-router
`);
});

test.each([
  ["it is there already", 'GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on iommu=pt"\n'],
  ["it is in the other variable", "GRUB_CMDLINE_LINUX='intel_iommu=on iommu=pt' # mine\n"],
  [
    "it was added by a line that extends the variable",
    'GRUB_CMDLINE_LINUX_DEFAULT=quiet\nGRUB_CMDLINE_LINUX_DEFAULT="${GRUB_CMDLINE_LINUX_DEFAULT} intel_iommu=on iommu=pt"\n',
  ],
])("/etc/default/grub is left alone when %s", (_, text) => {
  expect(addGrubWords(text, PASSTHROUGH)).toBe(text);
});

test("words below the block stay, on lines of their own, when it is removed", () => {
  expect(removeGrubWords(`${addGrubWords("A=1", ["a=1"])}B=2\n`)).toBe("A=1\nB=2\n");
});

const quoted = fc.tuple(
  fc.constantFrom("GRUB_CMDLINE_LINUX_DEFAULT", "GRUB_CMDLINE_LINUX", "GRUB_TIMEOUT"),
  fc.array(
    word.filter((one) => one !== "--" && !one.includes('"')),
    { maxLength: 4 },
  ),
  fc.constantFrom('"', "'"),
);
const grubFile = fc
  .tuple(
    fc.array(
      fc.oneof(
        quoted.map(([name, words, mark]) => `${name}=${mark}${words.join(" ")}${mark}`),
        fc.constantFrom("# a comment", "", "  ", "GRUB_TIMEOUT=5 # five", "unset GRUB_TIMEOUT"),
      ),
      { maxLength: 8 },
    ),
    fc.constantFrom("", "\n", "\n\n"),
  )
  .map(([lines, tail]) => lines.join("\n") + tail);

test("an edit of /etc/default/grub is repeatable and can be undone exactly", () => {
  fc.assert(
    fc.property(grubFile, wanted, wanted, (text, words, others) => {
      const once = addGrubWords(text, words);

      expect(addGrubWords(once, words)).toBe(once);
      expect(removeGrubWords(once)).toBe(text);
      expect(addGrubWords(once, others)).toBe(addGrubWords(text, others));
    }),
    { numRuns: 5000 },
  );
});

test("the shell that reads /etc/default/grub sees the administrator's words, then ours in force", () => {
  const print = 'echo "$GRUB_CMDLINE_LINUX $GRUB_CMDLINE_LINUX_DEFAULT"\n';
  const cases = fc.sample(fc.tuple(grubFile, wanted), { numRuns: 200, seed: 4 });
  const scripts = cases.flatMap(([text, words]) => [text, addGrubWords(text, words)]);
  const lines = execFileSync("sh", {
    input: scripts.map((text) => `(${text}\n${print})\n`).join(""),
    encoding: "utf8",
  }).split("\n");

  for (const [i, [, words]] of cases.entries()) {
    const [before = "", after = ""] = lines.slice(2 * i, 2 * i + 2);
    expect(after.startsWith(before)).toBe(true);
    expect(missingKernelWords(after, words)).toEqual([]);
    expect(kernelWords(after.slice(before.length))).toEqual(missingKernelWords(before, words));
  }
});

test.each([
  [
    ["iommu=pt", "Iommu"],
    ['words[1]: got "Iommu"; expected a word such as iommu=pt, without quotes'],
  ],
  [["a=$(id)"], ['words[0]: got "a=$(id)"; expected a word such as iommu=pt, without quotes']],
  [['a="b c"'], ['words[0]: got "a=\\"b c\\""; expected a word such as iommu=pt, without quotes']],
  [
    ["iommu=pt", "iommu=off"],
    ['words[1]: "iommu=off" sets the same as words[0] "iommu=pt"; expected one of them'],
  ],
  [
    ["quiet", "quiet"],
    ['words[1]: "quiet" sets the same as words[0] "quiet"; expected one of them'],
  ],
  [["pci=nomsi", "pci=assign-busses"], []],
])("words %j are answered with %j", (words, issues) => {
  expect(kernelWordIssues("words", words)).toEqual(issues);
});

test.each([
  ["a\nb\n", ["cmdline: 2 lines; expected one, the boot loader reads no more"]],
  ['a="b c\n', ['cmdline: got "a=\\"b c" with an open quote; expected it closed']],
  ["\n root=x \n\n", []],
])("/etc/kernel/cmdline %j is answered with %j", (text, issues) => {
  expect(cmdlineFileIssues("cmdline", text)).toEqual(issues);
});

test.each([
  [
    "# BEGIN proxmox-router\n",
    [
      'grub: half of our own block is left; expected both "# BEGIN proxmox-router" and "# END proxmox-router", or neither',
    ],
  ],
  [
    'GRUB_CMDLINE_LINUX_DEFAULT="quiet -- single"\n',
    ['grub: got "quiet -- single"; expected no "--" in it, or added words go to init'],
  ],
  [addGrubWords(GRUB, PASSTHROUGH), []],
])("/etc/default/grub %j is answered with %j", (text, issues) => {
  expect(grubFileIssues("grub", text)).toEqual(issues);
});
