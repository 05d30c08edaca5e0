// What the chart, the cluster and its backups are told, as data.
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { OpenBaoSchema } from "../../../../config/openbao.schema.ts";
import { backupSpec, backupTarget, countOf, cronOf } from "../../../../layers/platform/openbao/backup-spec.ts";
import { clusterAnnotations, upgradeSpec } from "../../../../layers/platform/openbao/cluster-spec.ts";
import { bucketOf, serverImage } from "../../../../layers/platform/openbao/inputs.ts";
import { selfInitRequests } from "../../../../layers/platform/openbao/self-init.ts";
import { operatorValues } from "../../../../layers/platform/openbao/values.ts";
import type { ImageParts } from "../../../../lib/chart-images.ts";
import { secondsOf } from "../../../../lib/duration.ts";
import type { ObjectStoreHandle } from "../../../../lib/handles.ts";
import { egressRules, peerSpec } from "../../../../lib/network-policy.ts";
import { openbaoNames } from "../../../../lib/openbao.ts";
import { mockApi } from "../../../support/cluster.ts";
import { requestFields } from "../../../support/openbao/fields.ts";

const names = openbaoNames("bao");
const config = (changes: object = {}) => OpenBaoSchema.parse({ kind: "operator", ...changes });
const parts = (tag: string, digest = ""): ImageParts => ({
  reference: `r/n:${tag}`,
  name: "r/n",
  version: tag,
  registry: "r",
  repository: "n",
  tag,
  digest,
  sha: "",
});

test("a bucket that is opened by a role is no bucket for backups", () => {
  const store: ObjectStoreHandle = {
    bucket: () => ({
      access: "identity",
      endpoint: "https://s3.eu-west-1.amazonaws.com",
      region: "eu-west-1",
      bucket: pulumi.output("b"),
      egress: [],
      serviceAccount: pulumi.output("a"),
    }),
  };
  expect(() => bucketOf(store, { bucket: "b", cluster: "bao" })).toThrow("lets stores with keys through only");
});

test.each([
  [5, "*/5 * * * *"],
  [30, "*/30 * * * *"],
  [60, "0 * * * *"],
])("every %i minutes is %s", (minutes, schedule) => {
  expect(cronOf(minutes)).toBe(schedule);
});

test.each([
  [30, "24h"],
  [5, "1h"],
  [60, "90m"],
])("every %i minutes, kept for %s: the count never takes away what the age still keeps", (minutes, keep) => {
  const within = Math.floor(secondsOf(keep) / 60 / minutes) + 1;
  expect(countOf(minutes, keep)).toBeGreaterThan(within);
  expect(backupSpec({ everyMinutes: minutes, keep }, {} as never, "i").retention).toEqual({
    maxAge: keep,
    maxCount: countOf(minutes, keep),
  });
});

test("a target has its folder and no login: that is in the Secret", () => {
  const target = backupTarget(names, { endpoint: "http://s:9000", bucket: pulumi.output("b"), region: "r" }, "login");
  expect({ ...target, bucket: "" }).toEqual({
    provider: "s3",
    endpoint: "http://s:9000",
    bucket: "",
    pathPrefix: "clusters/bao",
    region: "r",
    usePathStyle: true,
    credentialsSecretRef: { name: "login" },
  });
});

test("rolling has nothing of blue-green, and blue-green goes back by itself", () => {
  expect(upgradeSpec(config({ upgrade: { strategy: "rolling" } }).upgrade, "i")).toEqual({
    image: "i",
    strategy: "RollingUpdate",
    preUpgradeSnapshot: true,
  });
  expect(upgradeSpec(config({ upgrade: { syncFor: "1m", snapshotFirst: false } }).upgrade, "i")).toMatchObject({
    strategy: "BlueGreen",
    preUpgradeSnapshot: false,
    blueGreen: { verification: { minSyncDuration: "1m" }, autoRollback: { enabled: true, onJobFailure: true } },
  });
});

test("each request of self-init fits its documented form, and none has anything secret in it", () => {
  const requests = selfInitRequests(names, mockApi);
  expect(requests.map((request) => requestFields.safeParse(request).error?.issues ?? [])).toEqual(
    requests.map(() => []),
  );
  expect(JSON.stringify(requests)).not.toMatch(/password|secret_id|userpass|PRIVATE KEY/);
});

test("the logins follow the names: another cluster's admin is bound to the same account of the namespace, by its own mount", () => {
  const role = selfInitRequests({ ...names, adminMount: "people", adminAccount: "boss" }, mockApi).at(-1);
  expect(role).toMatchObject({
    path: "auth/people/role/admin",
    data: { bound_subject: "system:serviceaccount:openbao:boss", bound_audiences: ["openbao-internal"] },
  });
});

test("a limitation of the nodes is told with its reason, and there is none by default", () => {
  expect(clusterAnnotations(config())).toEqual({});
  expect(clusterAnnotations(config({ appArmor: { enabled: false, because: "no AppArmor in this VM" } }))).toEqual({
    "strata.dev/node-limitation": "AppArmor is off: no AppArmor in this VM",
  });
});

test("the version of versions.ts is asked for by its key, so that an override of it holds; another by its reference", () => {
  const asked: string[] = [];
  const images = {
    reference: (image: string) => {
      asked.push(image);
      return pulumi.output(image);
    },
  };
  serverImage(images, "2.6.2");
  serverImage(images, "2.6.3");
  expect(asked).toEqual(["openbao", "quay.io/openbao/openbao:2.6.3"]);
});

test("the chart: two owners of the namespace's labels there are not, policies are on, an image without a digest goes by its tag", () => {
  const values = operatorValues({ gatewayApi: false }, () => parts("0.5.1"));
  expect(values).toMatchObject({
    image: { repository: "r/n", tag: "0.5.1", digest: "" },
    tenancy: { mode: "multi", namespacePodSecurityLabels: { mode: "external" } },
    admissionPolicies: { enabled: true },
    networkPolicy: { enabled: true },
    gatewayAPI: { enabled: false },
  });
  expect(values.controller.resources.limits).toHaveProperty("memory");
  expect(values.provisioner.resources.limits).toHaveProperty("memory");
  expect(operatorValues({ gatewayApi: true }, () => parts("0.5.1", "sha256:1"))).toMatchObject({
    image: { digest: "sha256:1" },
    gatewayAPI: { enabled: true },
  });
});

test("flows as an operator's rules: pods by namespace and name, everybody as no peer at all, and no DNS", () => {
  const pods = { namespace: "storage", workload: "rustfs" };
  expect(
    egressRules([
      { peers: [pods], ports: [9000] },
      { peers: ["anywhere"], ports: [443] },
    ]),
  ).toEqual([
    { ports: [{ port: 9000, protocol: "TCP" }], to: [peerSpec(pods)] },
    { ports: [{ port: 443, protocol: "TCP" }] },
  ]);
});
