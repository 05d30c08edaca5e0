// A bucket of a store that is not there, by key or by identity.
import * as pulumi from "@pulumi/pulumi";
import { s3Flows } from "../../layers/platform/object-store/s3.ts";
import type { BucketByIdentity, BucketByKey } from "../../lib/handles.ts";

export const keyBucket = (name: string): BucketByKey => ({
  access: "key",
  endpoint: "http://garage.storage.svc.cluster.local:3900",
  region: "garage",
  bucket: pulumi.output(name),
  egress: [{ peers: [{ namespace: "storage", workload: "garage" }], ports: [3900] }],
  accessKeyId: pulumi.output("GK1"),
  secretAccessKey: pulumi.secret("s3cret"),
});

export const identityBucket = (name: string, serviceAccount: pulumi.Output<string>): BucketByIdentity => ({
  access: "identity",
  endpoint: "https://s3.eu-central-1.amazonaws.com",
  region: "eu-central-1",
  bucket: pulumi.output(name),
  egress: s3Flows,
  serviceAccount,
});
