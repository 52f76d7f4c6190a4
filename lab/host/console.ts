import { join } from "node:path";
import { HOST, type LabNode } from "./nodes";
import { paths } from "./paths";

/** What a node has printed on its console. */
export const consoleOf = (node: LabNode): string =>
  join(paths.log, node === HOST ? "host.log" : `${node.name}.log`);
