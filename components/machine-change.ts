import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Operation, renderBundle, type Slice } from "../agent/bundle";
import { awaitRemovalCall, confirmRemovalCall, removeCall } from "../agent/frame";
import { integerIssues } from "../net/integer";
import type { Issues } from "../net/issues";
import { bracket } from "./bracket";
import { watchDrift } from "./drift";
import { onMachine } from "./proxmox-node";
import { resolved } from "./resolved";
import { onNodeNote, stayOnNode } from "./same-node";
import type { MachineChange, MachineTarget } from "./begin";
import { changeMachine } from "./transaction";

/** What one component declares on one machine. */
interface MachineChangeArgs {
  readonly connection: pulumi.Input<MachineTarget>;
  /** What there is on the machine, in the order it is put there. */
  readonly operations: pulumi.Input<readonly Operation[]>;
  /** Time for a new connection to confirm, in seconds. */
  readonly confirmSeconds: number | undefined;
  /**
   * Name of the node that this is on for good: another one is refused.
   * @default none: it is not looked at which machine the connection leads to
   */
  readonly node?: string;
  /** Whether the machine is looked at whenever the program runs, and put right if it differs. */
  readonly detectDrift?: boolean;
  /** Told what else owns packets on the machine, before the first change. */
  readonly onSurvey?: (lines: readonly string[]) => Promise<void>;
  /**
   * Makes the object of the Proxmox API that is a part of the change: it is created, updated and
   * deleted while the machine would put itself back. What the machine gets beside it must not depend
   * on anything that waits for the object.
   */
  readonly object?: (opts: pulumi.CustomResourceOptions) => pulumi.CustomResource;
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
  args: MachineChangeArgs,
  opts: pulumi.CustomResourceOptions,
): remote.Command {
  const { connection, operations, confirmSeconds, detectDrift = false, onSurvey, object } = args;
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
  const command = opts.deletedWith ? undefined : removeCall(id, object !== undefined).command;
  const drift = detectDrift ? watchDrift(id, connection, command, opts.parent) : undefined;
  const change = async (): Promise<MachineChange> => ({
    connection: await resolved(pulumi.output(connection)),
    slice: await resolved(slice),
    repair: drift !== undefined && (await resolved(drift.found)) !== "",
    onSurvey,
  });
  const shared = {
    connection: onMachine(connection),
    logging: remote.Logging.None,
    addPreviousOutputInEnv: false,
  };
  const removal = opts.deletedWith
    ? []
    : confirmedRemoval(name, shared, object !== undefined, args.node, opts);
  const around = object && bracket(change);
  const inside = object?.({ ...opts, dependsOn: removal, hooks: around?.hooks });
  const carryOut = around?.carryOut ?? (async () => changeMachine(await change()));

  return new remote.Command(
    name,
    {
      ...shared,
      stdin: slice.apply((known) => renderBundle(known)),
      delete: drift?.delete ?? command,
    },
    pulumi.mergeOptions(opts, {
      // Deleted in the opposite order: the removal is confirmed once it has begun.
      dependsOn: inside ?? removal,
      hooks: { beforeCreate: [carryOut], beforeUpdate: [carryOut] },
      transforms: drift && [drift.transform],
    }),
  );
}

function confirmedRemoval(
  name: string,
  shared: Omit<remote.CommandArgs, "stdin">,
  bracketed: boolean,
  node: string | undefined,
  opts: pulumi.CustomResourceOptions,
): remote.Command[] {
  const { command, stdin } = confirmRemovalCall(sliceId(name), bracketed);
  const note = node === undefined ? "" : onNodeNote(node);
  const removal = new remote.Command(
    `${name}-removal`,
    { ...shared, delete: command, stdin: note + stdin },
    // The first of all that has anything to do with the machine.
    { ...opts, hooks: node === undefined ? undefined : { beforeUpdate: [stayOnNode(name)] } },
  );
  if (!bracketed) return [removal];
  const wait = awaitRemovalCall(sliceId(name));
  return [
    new remote.Command(
      `${name}-removed`,
      { ...shared, delete: wait.command, stdin: wait.stdin },
      { ...opts, dependsOn: removal },
    ),
  ];
}

const sliceId = (name: string) => name.toLowerCase().replace(/[^a-z0-9-]/g, "-");

const ownerOf = (name: string) =>
  `${pulumi.getProject()}/${pulumi.getStack()}/${name}`.replace(/[^\w./-]/g, "-");
