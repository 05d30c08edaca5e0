// The value of an Output, awaited: an assertion inside an `apply` that nobody waits for can never fail.
import type * as pulumi from "@pulumi/pulumi";

export const outputValue = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => {
    output.apply(resolve);
  });
