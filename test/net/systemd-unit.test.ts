// Needs root: asks the real tools in namespaces of its own.
import fc from "fast-check";
import { renderService, ServiceType, type SystemdService } from "../../net/systemd-unit";
import { serviceIssues } from "../../net/systemd-unit-issues";
import { onDebian } from "./debian";
import { goldenCases } from "./golden-files";

const PATH = "/etc/systemd/system/golden.service";
const cases = goldenCases<SystemdService>("systemd-unit");
const verify = (text: string) =>
  onDebian(`systemd-analyze verify --man=no ${PATH}`, [{ path: PATH, text }]);

test.each(cases)("a unit: $name is rendered as reviewed", ({ input, text }) => {
  expect(serviceIssues("service", input)).toEqual([]);
  expect(renderService(input)).toBe(text);
});

test.each(cases)("systemd accepts the unit of $name", ({ text }) => {
  expect(verify(text)).toEqual({ status: 0, output: "" });
});

test("systemd complains of a unit with an unknown key or an absent program", () => {
  const text = "[Service]\nType=oneshot\nExecStrat=/bin/true\nExecStart=/absent\n";

  expect(verify(text).output).toContain("'ExecStrat'");
  expect(verify(text).output).toContain("/absent");
});

test("systemd hands commands the very words that they were given", () => {
  const special = [
    "%h",
    "100%",
    "$HOME",
    "${HOME}",
    "a b",
    '"',
    "\\",
    "\\n",
    "'",
    ";",
    "",
    "@x",
    "~",
  ];
  // What systemd prints is quoted for a shell, all but these.
  const word = fc.string({ unit: "grapheme-ascii" }).filter((text) => !/^[#~]/.test(text));
  const words = fc.array(word, { maxLength: 5 });
  const commands = [special, ...fc.sample(words, { numRuns: 200, seed: 4 })].map((rest) => [
    "/bin/echo",
    ...rest,
  ]);
  const unit: SystemdService = { ...service, start: commands };
  const { output } = onDebian(
    `SYSTEMD_LOG_LEVEL=debug systemd-analyze verify --man=no ${PATH} 2>/dev/null |
      sed -n 's/.*Command Line: //p' >/run/lines
    while IFS= read -r line; do
      eval "printf '%s\\n' $line"
      echo end-of-command
    done </run/lines`,
    [{ path: PATH, text: renderService(unit) }],
  );

  expect(serviceIssues("service", unit)).toEqual([]);
  // A doubled dollar sign becomes one when the command is run.
  const read = output.replaceAll("$$", "$").split("end-of-command\n").slice(0, -1);
  expect(read.map((text) => text.split("\n").slice(0, -1))).toEqual(commands);
});

const service: SystemdService = {
  description: "A service",
  type: ServiceType.Oneshot,
  start: [["/bin/true"]],
  wantedBy: ["multi-user.target"],
};

test.each<[string, Partial<SystemdService>, string[]]>([
  [
    "a description of two lines",
    { description: "a\nExecStart=/bin/false" },
    [
      'it.description: got "a\\nExecStart=/bin/false", which holds the unprintable character U+000A; expected 1 to 120 printable ASCII characters',
    ],
  ],
  [
    "a unit by half its name, twice, and in two places of the order",
    { after: ["network", "a.target"], before: ["a.target"], wants: ["b.target", "b.target"] },
    [
      'it.after[0]: got "network"; expected a unit name such as network-pre.target',
      'it.wants[1]: "b.target" is declared twice; expected it once',
      "it.before: a.target is also in after; expected it in one of them",
    ],
  ],
  [
    "a program that systemd would look for, one with flags of its own, one elsewhere",
    { start: [["true"], ["-/bin/true"], ["/usr/../bin/true"], ["/bin/sh", "-c", "a\nb"]] },
    [
      'it.start[0][0]: got "true"; expected the absolute path of a program, without blanks or ..',
      'it.start[1][0]: got "-/bin/true"; expected the absolute path of a program, without blanks or ..',
      'it.start[2][0]: got "/usr/../bin/true"; expected the absolute path of a program, without blanks or ..',
      'it.start[3][2]: got "a\\nb", which holds the unprintable character U+000A; expected printable ASCII characters',
    ],
  ],
  ["no command", { start: [] }, ["it.start: empty; expected at least one command"]],
  [
    "several commands of a daemon",
    { type: ServiceType.Exec, start: [["/bin/a"], ["/bin/b"]] },
    ["it.start: 2 commands with type exec; expected one, or type oneshot"],
  ],
  [
    "restarts of what has already ended",
    { restart: true, remainAfterExit: true },
    [
      "it.restart: set beside remainAfterExit of a oneshot; expected one of them, or a failure starts it over and over",
    ],
  ],
  [
    "a condition on a relative path",
    { conditionPathExists: ["etc/x", "/etc/../x"] },
    [
      'it.conditionPathExists[0]: got "etc/x"; expected an absolute path without ..',
      'it.conditionPathExists[1]: got "/etc/../x"; expected an absolute path without ..',
    ],
  ],
  [
    "no target that starts it",
    { wantedBy: [] },
    ["it.wantedBy: empty; expected a target, or it would not start at boot"],
  ],
])("a unit with %s is refused", (_, change, issues) => {
  expect(serviceIssues("it", { ...service, ...change })).toEqual(issues);
});
