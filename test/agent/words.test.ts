import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { program } from "../../agent/agent";

const WORDS = "intel_iommu=on iommu=pt pci=assign-busses";
const directory = mkdtempSync(join(tmpdir(), "words-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Add words to each text, look for them, and remove them again, all in one process. */
function edit(texts: readonly string[], shell = "sh") {
  texts.forEach((text, i) => writeFileSync(join(directory, `${i}`), text));
  execFileSync(shell, ["-s"], {
    cwd: directory,
    input: [
      program(["words"]),
      `for i in $(seq 0 ${texts.length - 1}); do`,
      `  missing=$(lacking ${WORDS} <$i)`,
      "  echo $missing >$i.missing; add_words $missing <$i >$i.with",
      `  lacking ${WORDS} <$i.with >$i.left; remove_words $missing <$i.with >$i.without`,
      "done",
    ].join("\n"),
  });
  const read = (name: string) => readFileSync(join(directory, name), "utf8");
  return texts.map((_, i) => ({
    missing: read(`${i}.missing`).trim(),
    text: read(`${i}.with`),
    left: read(`${i}.left`),
    without: read(`${i}.without`),
  }));
}

const given: readonly [string, string][] = [
  ["quiet\n", `quiet ${WORDS}\n`],
  ["intel_iommu=on  quiet \n\n", "intel_iommu=on  quiet iommu=pt pci=assign-busses \n\n"],
  ["iommu=pt iommu=off", `iommu=pt iommu=off ${WORDS}`],
  ["pci=assign-busses pci=nomsi", "pci=assign-busses pci=nomsi intel_iommu=on iommu=pt"],
  ["quiet -- iommu=pt\n", `quiet ${WORDS} -- iommu=pt\n`],
  ["-- single", `${WORDS} -- single`],
  ['x="iommu=pt a" b\r\n', `x="iommu=pt a" b ${WORDS}\r\n`],
  ["\n quiet\nnot a word of it\n", `\n quiet ${WORDS}\nnot a word of it\n`],
  [
    "initrd=\\EFI\\proxmox\\initrd root=ZFS=a\n",
    `initrd=\\EFI\\proxmox\\initrd root=ZFS=a ${WORDS}\n`,
  ],
];

test("words that are missing are added behind those of the line, and only they", () => {
  expect(edit(given.map(([text]) => text)).map(({ text }) => text)).toEqual(
    given.map(([, text]) => text),
  );
});

const word = fc.constantFrom(
  ...["quiet", "ro", "intel_iommu=on", "intel_iommu=off", "iommu=pt", "iommu=off", "pci=nomsi"],
  ...["pci=assign-busses", "root=ZFS=rpool/ROOT/pve-1", "console=ttyS0,115200", "--", "iommu"],
  ...['dyndbg="file drivers/pci/* +p"', "-", "---"],
);
const blank = fc.constantFrom(" ", "  ", "\t");
const line = fc
  .tuple(
    fc.constantFrom("", " ", "\n", "  \n\t"),
    fc.array(fc.tuple(word, blank), { minLength: 1, maxLength: 8 }),
    fc.constantFrom("", "\n", " \n", "\n\n", "\r\n", "\nmore iommu=pt\n"),
  )
  .map(([head, words, tail]) => head + words.flat().join("") + tail);

test.each(["dash", "bash"])(
  "what %s adds is in force then, and its removal leaves the line as it was",
  (shell) => {
    const texts = fc.sample(line, { numRuns: 150, seed: 7 });

    for (const [i, { left, without }] of edit(texts, shell).entries())
      expect([left, without]).toEqual(["", texts[i]]);
  },
);

test("words of others among ours stay", () => {
  const { stdout } = spawnSync("sh", ["-s"], {
    input: `${program(["words"])}\nprintf 'a intel_iommu=on b  iommu=pt c iommu=pt\\n' | remove_words intel_iommu=on iommu=pt`,
    encoding: "utf8",
  });

  expect(stdout).toBe("a b  iommu=pt c\n");
});
