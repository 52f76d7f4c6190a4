import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { codeBlocks } from "../documents";
import { stateDiagram } from "./model/diagram";
import { INVARIANTS } from "./model/invariants";
import { MUTANTS, report } from "./model/mutants";
import { outcomes } from "./model/outcomes";
import { ACTIONS, type Action } from "./model/outside";
import { explore, longestWayToRest, WORLDS } from "./model/search";
import { HOST_STATES, SPECIFIED } from "./model/state";

const explorations = WORLDS.map((world) => ({ world, ...explore(SPECIFIED, world) }));

test("no interleaving with up to two faults breaks the protocol", () => {
  expect(explorations.map(({ violations }) => [...violations])).toEqual([[], [], [], []]);
  expect(explorations.map(({ states }) => states.length)).toEqual([1054, 1054, 339, 339]);
});

test("a host left alone comes to rest from everywhere", () => {
  expect(explorations.map(({ states }) => longestWayToRest(states, SPECIFIED))).toEqual([
    13, 13, 13, 13,
  ]);
});

test("a change is confirmed only where it lets new connections in", () => {
  expect(
    explorations.map(({ world, states }) => [
      world.newReachable,
      [...new Set(states.map(({ controller }) => controller))],
      [...new Set(states.map(({ confirmed }) => confirmed))],
    ]),
  ).toEqual([
    [true, ["idle", "waiting", "failed", "confirming", "ok"], ["old", "new"]],
    [true, ["idle", "waiting", "failed", "confirming", "ok"], ["old", "new"]],
    [false, ["idle", "waiting", "failed"], ["old"]],
    [false, ["idle", "waiting", "failed"], ["old"]],
  ]);
});

test("every state of the host is met", () => {
  const met = new Set(explorations.flatMap(({ states }) => states.map(({ host }) => host)));

  expect(HOST_STATES.filter((host) => !met.has(host))).toEqual([]);
});

test("each broken rule is found out by its reviewed, shortest counterexamples", () => {
  expect(MUTANTS.map(report).join("\n")).toBe(
    readFileSync(join(__dirname, "model", "counterexamples.txt"), "utf8"),
  );
});

test("every rule is broken by one mutant, and every invariant breaks in one", () => {
  const found = MUTANTS.map(report).join("\n");

  expect(MUTANTS.map(({ breaks }) => breaks)).toEqual(Object.keys(SPECIFIED));
  expect(INVARIANTS.filter(({ name }) => !found.includes(`  ${name}\n`))).toEqual([]);
});

const words = (schedule: string) => schedule.split(" ") as Action[];
const ends = (schedule: readonly Action[], reachable: boolean) =>
  outcomes(schedule, reachable).map(({ confirmed, reported }) => `${confirmed} ${reported}`);

test.each([
  ["status", true, ["old unknown"]],
  ["begin apply status", true, ["old unknown"]],
  ["begin apply confirm", true, ["new unknown"]],
  ["begin apply confirm status", true, ["new ok"]],
  ["begin apply confirm status", false, ["old unknown"]],
  ["begin apply confirm expire status", false, ["old failed"]],
  ["begin apply expire confirm status", true, ["old failed"]],
  ["begin apply expire status begin apply confirm status", true, ["new ok"]],
  ["begin apply drop-ssh confirm status", true, ["new ok"]],
  ["begin apply kill-watch confirm status", true, ["new ok"]],
  ["begin apply powerloss confirm status", true, ["old failed"]],
  ["begin apply confirm status powerloss", true, ["new ok"]],
  // What comes too early is refused, and nobody asks again.
  ["begin confirm status", true, ["new ok", "old unknown"]],
  ["begin apply confirm drop-ssh status", true, ["new ok", "old unknown"]],
  ["begin apply confirm powerloss status", true, ["new ok", "old failed"]],
  ["begin apply confirm expire status", true, ["new ok", "old failed"]],
  // Killed before anything was begun, while there was nothing to undo, or before it was watched.
  ["begin kill-agent status", true, ["old failed", "old unknown"]],
  ["begin apply confirm kill-agent status", true, ["new ok", "old failed", "old unknown"]],
] as const)("%s, new connections %s: %j", (schedule, reachable, expected) => {
  expect(ends(words(schedule), reachable)).toEqual(expected);
});

const schedules = fc.sample(fc.array(fc.constantFrom(...ACTIONS), { maxLength: 10 }), {
  seed: 17,
  numRuns: 300,
});

test("whatever the schedule, a report agrees with what was confirmed", () => {
  const agreed = ["new ok", "new unknown", "old failed", "old unknown"];

  expect(schedules.filter((one) => ends(one, true).some((end) => !agreed.includes(end)))).toEqual(
    [],
  );
  expect(
    schedules.filter((one) => ends(one, false).some((end) => !agreed.slice(2).includes(end))),
  ).toEqual([]);
});

test("every schedule has an outcome", () => {
  expect(schedules.filter((one) => ends(one, true).length * ends(one, false).length === 0)).toEqual(
    [],
  );
});

test("the page shows the model's states", () => {
  expect(codeBlocks("docs/safe-change.md", "mermaid")).toEqual([stateDiagram()]);
});
