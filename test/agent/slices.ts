import { type Operation, renderBundle, targetOf } from "../../agent/bundle";
import { abortCall, askCall, beginCall, type Call, confirmCall, PADDING } from "../../agent/frame";
import type { CommandResult } from "../../lab/host/command";
import type { Machine } from "./machine";

/** Our table with one chain in it. */
export const filter = (...rules: string[]): Operation => ({
  kind: "nft",
  text: [
    "table inet proxmox_router",
    "delete table inet proxmox_router",
    "table inet proxmox_router {",
    "\tchain in {",
    "\t\ttype filter hook input priority 0; policy accept;",
    ...rules.map((rule) => `\t\t${rule}`),
    "\t}",
    "}",
    "",
  ].join("\n"),
});

/** Rules that let an established connection live and no new one in. */
export const SHUT = ["ct state established accept", "tcp dport 22 drop"];

/** A slice ready to be sent. */
export class Change {
  readonly bundle: string;
  readonly target: string;

  constructor(
    readonly machine: Pick<Machine, "ssh">,
    operations: Operation[],
    readonly id = "net",
    settings: { owner?: string; confirmSeconds?: number; allowBareDeadman?: boolean } = {},
  ) {
    this.bundle = renderBundle({
      id,
      owner: "project/stack/net",
      allowBareDeadman: true,
      operations,
      ...settings,
    });
    this.target = targetOf(this.bundle);
  }

  begin(mode?: "repair" | "bracket"): Promise<CommandResult> {
    return this.send(beginCall(this.id, this.bundle, mode));
  }

  confirm(): Promise<CommandResult> {
    return this.send(confirmCall(this.id, this.target));
  }

  abort(): Promise<CommandResult> {
    return this.send(abortCall(this.id));
  }

  /** Begin and confirm; throws unless the change is kept. */
  async keep(): Promise<void> {
    for (const { code, stderr } of [await this.begin(), await this.confirm()])
      if (code !== 0) throw new Error(stderr);
  }

  private async send({ command, stdin, reply }: Call): Promise<CommandResult> {
    const said = await this.machine.ssh(command, stdin + (reply?.stdin ?? ""), 30_000);
    return { ...said, stdout: said.stdout.replace(PADDING, "") };
  }
}

/** What the agent says of itself, `key: rest`, asked without the network. */
export async function status(machine: Machine): Promise<Record<string, string>> {
  const { stdout } = await machine.exec(askCall("status").command);
  return Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map((line) => {
        const [key = "", ...rest] = line.split(" ");
        return [key, rest.join(" ")];
      }),
  );
}
