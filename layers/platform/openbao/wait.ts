// When an object of the operator counts as ready: by its own conditions, which both Kubernetes plugins wait for.

/** Part of the metadata's extras: annotations for an object that is ready when all of these conditions are true. None where nobody sets them. */
export const waitFor = (simulated: boolean, ...conditions: readonly string[]) => ({
  annotations: simulated
    ? {}
    : { "pulumi.com/waitFor": JSON.stringify(conditions.map((condition) => `condition=${condition}=True`)) },
});
