import type * as pulumi from "@pulumi/pulumi";

/** The value of an output, for a hook: it runs when all that its resource needs is there. */
export const resolved = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => {
    output.apply((value) => resolve(value));
  });
