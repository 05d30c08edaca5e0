// Makes Istio's objects out of plain data. Each waits for the definitions of its kind, through the revision in its label.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Mesh } from "../handles.ts";
import { workloadLabels } from "../workload.ts";

const apiVersions = {
  AuthorizationPolicy: "security.istio.io/v1",
  RequestAuthentication: "security.istio.io/v1",
  DestinationRule: "networking.istio.io/v1",
  VirtualService: "networking.istio.io/v1",
  Telemetry: "telemetry.istio.io/v1",
} as const;

export interface MeshObject {
  readonly kind: keyof typeof apiVersions;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface MeshObjectArgs {
  /** Before the object's name in the resource's: the component's name, where the object's does not start with it. */
  readonly prefix?: string;
  /** Workload that the object is about. */
  readonly workload: string;
  readonly namespace: pulumi.Input<string>;
  readonly mesh: Pick<Mesh, "revision">;
}

export const createMeshObjects = (
  objects: readonly MeshObject[],
  args: MeshObjectArgs,
  options: pulumi.CustomResourceOptions,
): void => {
  for (const { kind, name, spec } of objects)
    new CustomResource(
      `${args.prefix ?? ""}${name}`,
      {
        apiVersion: apiVersions[kind],
        kind,
        metadata: {
          name,
          namespace: args.namespace,
          // Istio's validation of one revision looks at the objects with its label, and only that revision reads them.
          labels: { ...workloadLabels(args.workload), "istio.io/rev": args.mesh.revision },
        },
        spec,
      },
      options,
    );
};
