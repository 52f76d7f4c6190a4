import * as pulumi from "@pulumi/pulumi";
import { sha256 } from "../agent/agent";
import { execute, type SshTarget } from "../agent/ssh";

/** A question to a machine whose answer changes without the program. */
interface Question {
  readonly connection: pulumi.Output<SshTarget>;
  readonly question: { readonly command: string; readonly stdin: string };
  /** Whether the answer that is recorded may be another one by now. */
  readonly pending: (answer: string) => boolean;
}

const RUN_MS = 60_000;

/**
 * A trigger for the command of that name, which has it run again once the machine answers otherwise
 * than it has recorded. The machine is asked only as long as what it has recorded is pending.
 *
 * The engine tells a program nothing of the last run before a resource is declared, so the answer comes
 * from the stack's own state.
 */
export function askAgain(
  parent: pulumi.Resource,
  name: string,
  { connection, question, pending }: Question,
): pulumi.Output<string> {
  const own = pulumi.createUrn(name, "command:remote:Command", parent);
  return pulumi.unsecret(pulumi.all([connection, own])).apply(async ([target, urn]) => {
    let trigger = "";
    try {
      const last = await recorded(urn);
      const { stdout } = last;
      trigger = last.trigger;
      if (stdout === undefined || !pending(stdout)) return trigger;
      const answer = await execute(target, question, { runMs: RUN_MS });
      return answer.status === 0 && answer.stdout.trim() !== stdout.trim()
        ? sha256([trigger, answer.stdout].join("\n")).slice(0, 12)
        : trigger;
    } catch (error) {
      await pulumi.log.warn(`${name} was not asked again: ${(error as Error).message}`, parent);
      return trigger;
    }
  });
}

/** What the stack has recorded of a command: what it printed, and its last trigger. */
async function recorded(urn: pulumi.URN): Promise<{ stdout?: string; trigger: string }> {
  const stack = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName: [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/"),
  })) as { outputs?: Record<string, { outputs: Recorded }> };
  const { stdout, triggers = [] } = stack.outputs?.[urn]?.outputs ?? {};
  const trigger = triggers.at(-1);
  return { stdout, trigger: typeof trigger === "string" ? trigger : "" };
}

interface Recorded {
  readonly stdout?: string;
  readonly triggers?: readonly unknown[];
}
