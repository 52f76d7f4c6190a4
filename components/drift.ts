import type { ResourceTransform } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import { sha256 } from "../agent/agent";
import { parseDrift, parseStatus } from "../agent/answers";
import { driftCall } from "../agent/frame";
import { execute, type SshTarget } from "../agent/ssh";

/** What the record of a slice needs so that a preview shows what has drifted. */
interface DriftInputs {
  /** Names what was found, another name for each finding; empty if there is nothing to put right. */
  readonly found: pulumi.Output<string>;
  /** The record's `delete`, changed by each finding and by nothing else. */
  readonly delete: pulumi.Output<string>;
  /** Keeps the record as it is where nothing was found. */
  readonly transform: ResourceTransform;
}

const KEEP = "as it was";
const RUN_MS = 60_000;

/**
 * Look at a slice on its machine whenever the program runs, previews too.
 *
 * A command has no input that neither replaces it nor is run, but for `delete`: `sh -c` takes a
 * finding as one word more and does nothing with it. A machine that can not be asked is a warning.
 *
 * @param command - what `delete` is otherwise
 */
export function watchDrift(
  slice: string,
  connection: pulumi.Input<SshTarget>,
  command: string | undefined,
  parent: pulumi.Resource | undefined,
): DriftInputs {
  const found = pulumi.unsecret(pulumi.output(connection)).apply(async (target) => {
    try {
      const { differences, generation } = await look(target, slice);
      for (const one of differences) await pulumi.log.warn(`${slice} has drifted: ${one}`, parent);
      // Putting it right makes a new generation, so the same finding later on is another one.
      return differences.length === 0
        ? ""
        : sha256([generation, ...differences].join("\n")).slice(0, 12);
    } catch (error) {
      const reason = (error as Error).message;
      await pulumi.log.warn(`${slice} was not looked at for drift: ${reason}`, parent);
      return "";
    }
  });
  // Not what the transform is given: with a connection that depends on others that is an output.
  let nothing = false;
  return {
    found,
    delete: found.apply((hash) => {
      nothing = hash === "";
      return nothing ? KEEP : `${command ?? "sh -c :"} drift-${hash}`;
    }),
    transform: ({ props, opts }) =>
      nothing
        ? {
            props: { ...props, delete: command },
            opts: pulumi.mergeOptions(opts, { ignoreChanges: ["delete"] }),
          }
        : undefined,
  };
}

async function look(target: SshTarget, slice: string) {
  const { stdout } = await execute(target, driftCall(), { runMs: RUN_MS });
  return {
    differences: parseDrift(slice, stdout),
    generation: parseStatus(slice, stdout).generation,
  };
}
