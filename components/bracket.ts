import * as pulumi from "@pulumi/pulumi";
import type { MachineChange } from "./begin";
import { bracketChange, changeMachine, concludeChange } from "./transaction";
import type { Attempt } from "./verdict";

/** A change of a machine around an object of the Proxmox API. */
interface Bracket {
  /** For the object: the machine is ready to put itself back before the API changes anything. */
  readonly hooks: pulumi.ResourceHookBinding;
  /** For the record: fails with its object; a change without one is carried out here. */
  readonly carryOut: () => Promise<void>;
}

/**
 * Open a change before an object of the API is touched, and keep it afterwards.
 *
 * The object may change without its record, when somebody has edited it in Proxmox, so it is the object
 * that the change is concluded with. A hook after it can not fail it: the error that is logged fails the
 * update, and the record, where there is something to record, is not recorded.
 */
export function bracket(change: () => Promise<MachineChange>): Bracket {
  let begun: Attempt | undefined;
  let outcome: "none" | "kept" | "undone" = "none";
  const begin = async () => {
    begun = await bracketChange(await change());
  };
  const conclude = async () => {
    if (!begun) return;
    try {
      await concludeChange(begun, await change());
      outcome = "kept";
    } catch (error) {
      outcome = "undone";
      await pulumi.log.error((error as Error).message);
    }
  };
  return {
    // None for a deletion: it could not be carried out without the program.
    hooks: {
      beforeCreate: [begin],
      afterCreate: [conclude],
      beforeUpdate: [begin],
      afterUpdate: [conclude],
    },
    carryOut: async () => {
      if (outcome === "undone") throw new Error("its bridge was taken back, so it is not recorded");
      if (outcome === "none") await changeMachine(await change());
    },
  };
}
