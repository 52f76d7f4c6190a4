import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { askCall } from "../../agent/frame";
import { setTimeout as sleep } from "node:timers/promises";
import { Machine } from "./machine";
import { outcomes } from "./model/outcomes";
import type { Move, Schedule } from "./schedule";
import { Connection } from "./schedule-connection";
import { type Content, filesOf, forwardingOf, operationsOf, tableOf } from "./schedule-content";
import { filesOn, leftoversOn } from "./schedule-disk";
import { Driver } from "./schedule-driver";
import { Agent } from "./schedule-processes";
import { Change } from "./slices";

const FOREIGN_TABLE = [
  "table inet foreign {",
  "\tchain in {",
  "\t\ttype filter hook input priority filter + 10; policy accept;",
  "\t\ttcp dport 7 drop",
  "\t}",
  "}",
  "",
].join("\n");

// In force whenever the machine is on.
const FOREIGN = [
  `nft 'table inet foreign { chain in { type filter hook input priority filter + 10; tcp dport 7 drop; }; }'`,
  "ip link add foreign0 address 02:00:00:00:00:01 type bridge stp_state 1",
  "echo 77 >/proc/sys/net/ipv4/ip_default_ttl",
].join("\n");

const FOREIGN_FILE = "a file of somebody else\n";

/** A machine that schedules happen to, one after the other: each begins where the last has ended. */
export class Subject {
  private content: Content = { version: 1, shut: false };
  private number = 0;
  private left: string[] = [];
  private bridge = "";
  private before = "";
  private readonly agent: Agent;

  private constructor(private readonly machine: Machine) {
    this.agent = new Agent(machine);
  }

  static async start(): Promise<Subject> {
    const machine = await Machine.start({ inMemory: true, sleepMs: 90, boot: FOREIGN });
    const subject = new Subject(machine);
    writeFileSync(machine.path("etc/foreign.conf"), FOREIGN_FILE);
    subject.bridge = await machine.ask(LOOK_AT_BRIDGE);
    subject.before = subject.etc();
    await new Change(machine, operationsOf(subject.content)).keep();
    subject.number = subject.agent.confirmed().number;
    return subject;
  }

  stop(): Promise<void> {
    return this.machine.stop();
  }

  /** Let a schedule happen, and say what is wrong with how it ends. */
  async run({ reachable, moves }: Schedule): Promise<string[]> {
    const old = this.content;
    const next = { version: old.version + 1, shut: !reachable };
    const { bundle, target } = new Change(this.machine, operationsOf(next));
    const driver = new Driver(this.machine, bundle, target);
    for (const move of moves) {
      await driver.perform(move);
      await sleep(move.pause);
    }
    await driver.rest();

    const confirmed = this.agent.confirmed();
    const kept = confirmed.target === target;
    const end = { confirmed: kept ? "new" : "old", reported: driver.reported };
    const allowed = outcomes(
      moves.map(({ action }) => action),
      reachable,
    );
    if (kept) this.content = next;
    const before = this.number;
    this.number = confirmed.number;
    return [
      ...(allowed.some((one) => JSON.stringify(one) === JSON.stringify(end))
        ? []
        : [`ended as ${JSON.stringify(end)}, allowed ${JSON.stringify(allowed)}`]),
      ...(!kept && driver.replies.some((said) => /^(COMMITTED|UNCHANGED)/m.test(said))
        ? ["a reply told of a commit that is not there"]
        : []),
      ...differs("the generation's number grew", kept, confirmed.number > before),
      ...differs(
        "target",
        confirmed.target,
        new Change(this.machine, operationsOf(this.content)).target,
      ),
      ...(await this.atRest()),
      ...differs("left behind", this.leftBehind(moves, driver.replies), []),
    ].map((wrong) => `${wrong}\n${driver.replies.join("")}`);
  }

  // Who is killed leaves something to the next one who begins; the deadline kills who applies.
  private leftBehind(moves: readonly Move[], replies: readonly string[]): string[] {
    const found = leftoversOn(this.machine);
    const killed = moves.some(({ action }) => /^(kill|drop|expire)/.test(action));
    const begun = replies.some((said) => said.includes("APPLIED"));
    const left = found.filter((name) => !killed && (begun || !this.left.includes(name)));
    this.left = found;
    return left;
  }

  /** What is not as it was in the files of others. */
  others(): string[] {
    return differs("files of others", this.etc(), this.before);
  }

  private etc(): string {
    const find =
      "find . -path ./managed -prune -o -type f -exec sha256sum {} + -o -printf '%p %m %l\\n'";
    return execFileSync("sh", ["-c", `${find} | sort`], {
      cwd: this.machine.path("etc"),
      encoding: "utf8",
      maxBuffer: 1e8,
    });
  }

  // What must hold whatever has happened.
  private async atRest(): Promise<string[]> {
    const { machine, content } = this;
    const connection = await Connection.open(machine);
    connection?.drop();
    const said = await machine.ask(
      [
        LOOK_AT_BRIDGE,
        "read -r a </proc/sys/net/ipv4/ip_default_ttl; read -r b </proc/sys/net/ipv4/ip_forward; echo $a $b",
        "nft -s list ruleset",
      ].join("; "),
    );
    return [
      ...differs("a new connection gets through", connection !== undefined, true),
      ...differs(
        "the kernel",
        said,
        [this.bridge, `77 ${forwardingOf(content)}\n`, FOREIGN_TABLE, tableOf(content)].join(""),
      ),
      ...differs("files", filesOn(machine), { ...filesOf(content), "foreign.conf": FOREIGN_FILE }),
      ...differs("drift", await machine.ask(askCall("drift").command), ""),
    ];
  }
}

const LOOK_AT_BRIDGE =
  "for a in address ifindex flags mtu bridge/stp_state; do read -r b </sys/class/net/foreign0/$a; echo $b; done";

const differs = (what: string, found: unknown, expected: unknown): string[] => {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  return sorted(found) === sorted(expected) ? [] : [`${what}: found ${a}, expected ${b}`];
};

const sorted = (value: unknown): string =>
  JSON.stringify(
    typeof value === "object" && value && !Array.isArray(value)
      ? Object.entries(value).sort(([a], [b]) => a.localeCompare(b))
      : value,
  );
