import * as pulumi from "@pulumi/pulumi";
import { issue } from "../net/issues";

/** What the text of a record says about the node that its slice is on. */
export const onNodeNote = (node: string): string => `# on node ${node}\n`;

const NOTE = /^# on node (\S+)$/m;

/**
 * Refuses, in previews too, that a record goes on to be that of another node: the slice on the node
 * before would be nobody's, as what removes it is run over the connection of the record.
 */
export const stayOnNode = (name: string): pulumi.ResourceHook =>
  new pulumi.ResourceHook(
    `${name}-stays`,
    ({ oldInputs, newInputs }) => {
      const [before, after] = [oldInputs, newInputs].map(
        (inputs) => NOTE.exec(String(inputs?.["stdin"]))?.[1],
      );
      if (before === undefined || after === undefined || before === after) return;
      throw new Error(
        issue(
          "node.name",
          `${after}, yet ${name} is on ${before}`,
          "another name for the component: it is made there, and then removed here, each confirmed",
        ).join(),
      );
    },
    { onDryRun: true },
  );
