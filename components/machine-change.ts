import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Operation, renderBundle, type Slice } from "../agent/bundle";
import { confirmRemovalCall, removeCall } from "../agent/frame";
import { integerIssues } from "../net/integer";
import type { Issues } from "../net/issues";
import { watchDrift } from "./drift";
import { onGuest, type RouterConnection } from "./proxmox-node";
import { resolved } from "./resolved";
import { changeMachine } from "./transaction";

/** What one component declares on one machine. */
interface MachineChangeArgs {
  readonly connection: pulumi.Input<RouterConnection>;
  /** What there is on the machine, in the order it is put there. */
  readonly operations: pulumi.Input<readonly Operation[]>;
  /** Time for a new connection to confirm, in seconds. */
  readonly confirmSeconds: number | undefined;
  /** Whether the machine is looked at whenever the program runs, and put right if it differs. */
  readonly detectDrift?: boolean;
  /** Told what else owns packets on the machine, before the first change. */
  readonly onSurvey?: (lines: readonly string[]) => Promise<void>;
}

/** Every reason why a machine can not wait that long for a confirmation. */
export const confirmTimeoutIssues = (seconds: number | undefined): Issues =>
  seconds === undefined
    ? []
    : integerIssues("confirmTimeout", seconds, { min: 30, max: 3600, unit: "seconds" });

/**
 * Bring a machine to a slice, under the agent's protection: it keeps the change only if a connection
 * that is dialled afterwards confirms it.
 *
 * The resource has nothing to run. What is declared is in its input, so that it is created or updated
 * exactly when that has changed, and the whole transaction is carried out by a hook before it is: if
 * the change is rolled back, nothing is recorded, and the next run tries again.
 *
 * A destruction runs without the program, so without its hooks. There the record begins the removal,
 * and a second resource, created before the record and therefore deleted after it, confirms that over
 * its own connection. Where the machine goes with its slices nothing is removed from it.
 */
export function machineChange(
  name: string,
  { connection, operations, confirmSeconds, detectDrift = false, onSurvey }: MachineChangeArgs,
  opts: pulumi.CustomResourceOptions,
): remote.Command {
  const id = sliceId(name);
  const slice = pulumi.output(operations).apply(
    (list): Slice => ({
      id,
      owner: ownerOf(name),
      operations: list,
      confirmSeconds,
      // A guest comes up with what was confirmed last; a host would take its guests along.
      onRollbackFailure: opts.deletedWith ? "reboot" : "alert",
    }),
  );
  const command = opts.deletedWith ? undefined : removeCall(id).command;
  const drift = detectDrift ? watchDrift(id, connection, command, opts.parent) : undefined;
  const carryOut = async () => {
    await changeMachine({
      connection: await resolved(pulumi.output(connection)),
      slice: await resolved(slice),
      repair: drift !== undefined && (await resolved(drift.found)) !== "",
      onSurvey,
    });
  };
  const shared = {
    connection: onGuest(connection),
    logging: remote.Logging.None,
    addPreviousOutputInEnv: false,
  };
  const removal = opts.deletedWith ? [] : [confirmedRemoval(name, shared, opts)];

  return new remote.Command(
    name,
    {
      ...shared,
      stdin: slice.apply((known) => renderBundle(known)),
      delete: drift?.delete ?? command,
    },
    pulumi.mergeOptions(opts, {
      // Deleted in the opposite order: the removal is confirmed once it has begun.
      dependsOn: removal,
      hooks: { beforeCreate: [carryOut], beforeUpdate: [carryOut] },
      transforms: drift && [drift.transform],
    }),
  );
}

function confirmedRemoval(
  name: string,
  shared: Omit<remote.CommandArgs, "stdin">,
  opts: pulumi.CustomResourceOptions,
): remote.Command {
  const { command, stdin } = confirmRemovalCall(sliceId(name));
  return new remote.Command(`${name}-removal`, { ...shared, delete: command, stdin }, opts);
}

const sliceId = (name: string) => name.toLowerCase().replace(/[^a-z0-9-]/g, "-");

const ownerOf = (name: string) =>
  `${pulumi.getProject()}/${pulumi.getStack()}/${name}`.replace(/[^\w./-]/g, "-");
