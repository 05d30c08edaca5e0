// Lets the gateway serve the routes of one namespace: its right to read them there, and what it needs beside them.
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import { allowGatewayReader } from "./gateway-reader.ts";
import type { Gateway } from "./handles.ts";
import { workloadLabels } from "./workload.ts";

export type AdmittingGateway = Pick<Gateway, "namespace" | "reader" | "admission">;

export const admitGateway = (
  name: string,
  { namespace, gateway }: { readonly namespace: pulumi.Input<string>; readonly gateway: AdmittingGateway },
  options: pulumi.CustomResourceOptions,
): void => {
  const { reader, admission } = gateway;
  if (reader)
    allowGatewayReader(
      `${name}-gateway-reader`,
      { namespace, gateway: { namespace: gateway.namespace, reader } },
      options,
    );
  for (const object of admission)
    new CustomResource(
      `${name}-gateway-${object.name}`,
      {
        apiVersion: object.apiVersion,
        kind: object.kind,
        metadata: {
          name: object.name,
          namespace: pulumi.all([namespace, object.ready]).apply(([known]) => known),
          labels: workloadLabels(object.name),
        },
        spec: object.spec,
      },
      options,
    );
};
