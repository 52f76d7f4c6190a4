import type * as pulumi from "@pulumi/pulumi";
import type { MachineChange } from "./begin";
import { bracketChange, changeMachine, concludeChange } from "./transaction";
import type { Attempt } from "./verdict";

/** A change of a machine around an object of the Proxmox API. */
interface Bracket {
  /** For the object: the machine is ready to put itself back before the API changes anything. */
  readonly hooks: pulumi.ResourceHookBinding;
  /** For the record, once the API has answered: keep the change, or carry out one that was not begun. */
  readonly carryOut: () => Promise<void>;
}

/** Open a change before an object of the API is touched, and keep it afterwards. */
export function bracket(change: () => Promise<MachineChange>): Bracket {
  let begun: Attempt | undefined;
  const begin = async () => {
    begun = await bracketChange(await change());
  };
  return {
    // None for a deletion: it could not be carried out without the program.
    hooks: { beforeCreate: [begin], beforeUpdate: [begin] },
    carryOut: async () => {
      const attempt = begun;
      begun = undefined;
      await (attempt ? concludeChange(attempt, await change()) : changeMachine(await change()));
    },
  };
}
