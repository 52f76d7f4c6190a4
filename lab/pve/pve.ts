import { Tickets } from "./access/ticket";
import { Users } from "./access/users";
import { type Backend } from "./backend/backend";
import { Faults } from "./faults";
import { type Inventory, openInventory } from "./node/inventory";
import { Held } from "./state/held";
import { type Paths, pathsBelow } from "./state/paths";
import { seed } from "./state/seed";
import { Storages } from "./storage/storages";
import { Tasks } from "./task/tasks";
import { VmStore } from "./vm/vm-store";

/** Everything the API's methods work on. */
export interface Pve {
  readonly node: string;
  readonly paths: Paths;
  readonly backend: Backend;
  readonly faults: Faults;
  readonly users: Users;
  readonly tickets: Tickets;
  readonly tasks: Tasks;
  readonly vms: VmStore;
  readonly storages: Storages;
  readonly inventory: Inventory;
  readonly held: Held;
}

/** Open a node's state below a root directory, seeding it when it is new. */
export function openPve(root: string, backend: Backend, node: string): Pve {
  const paths = pathsBelow(root);
  const faults = new Faults(paths.faults);
  const users = new Users(paths.etc);
  const pve: Pve = {
    node,
    paths,
    backend,
    faults,
    users,
    tickets: new Tickets(users, () => Math.floor(Date.now() / 1000)),
    tasks: new Tasks(paths.tasks, node, faults),
    vms: new VmStore(paths.etc, node),
    storages: new Storages(paths, backend, faults),
    held: new Held(paths.run),
    inventory: openInventory(paths),
  };
  seed(pve);
  return pve;
}
