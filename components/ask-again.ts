import * as pulumi from "@pulumi/pulumi";
import { sha256 } from "../agent/agent";
import { resolved } from "./resolved";

/**
 * A trigger for the command of that name, which has it run again once what it printed last does not
 * hold any more: `outdated` says by what that is known, or nothing.
 *
 * The engine tells a program nothing of the last run before a resource is declared, so what was printed
 * comes from the stack's own state.
 */
export function askAgain<T>(
  parent: pulumi.Resource,
  name: string,
  given: pulumi.Input<T>,
  outdated: (printed: string, given: pulumi.Unwrap<T>) => Promise<string | undefined>,
): pulumi.Output<string> {
  // Not as an output: what depends on a component waits for all that is in it.
  const own = resolved(pulumi.createUrn(name, "command:remote:Command", parent));
  return pulumi.unsecret(pulumi.output(given)).apply(async (known) => {
    let trigger = "";
    try {
      const last = await recorded(await own);
      trigger = last.trigger;
      if (last.stdout === undefined) return trigger;
      const sign = await outdated(last.stdout, known);
      return sign === undefined ? trigger : sha256([trigger, sign].join("\n")).slice(0, 12);
    } catch (error) {
      await pulumi.log.warn(`${name} was not asked again: ${(error as Error).message}`, parent);
      return trigger;
    }
  });
}

/** What the stack has recorded of a command: what it printed, and the last trigger that was made here. */
async function recorded(urn: pulumi.URN): Promise<{ stdout?: string; trigger: string }> {
  const stack = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName: [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/"),
  })) as { outputs?: Record<string, { outputs: Recorded }> };
  const { stdout, triggers = [] } = stack.outputs?.[urn]?.outputs ?? {};
  const trigger = triggers.at(-1);
  return { stdout, trigger: typeof trigger === "string" && OURS.test(trigger) ? trigger : "" };
}

const OURS = /^[0-9a-f]{12}$/;

interface Recorded {
  readonly stdout?: string;
  readonly triggers?: readonly unknown[];
}
