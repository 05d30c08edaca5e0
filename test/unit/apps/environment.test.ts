import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import {
  bucketEnvironment,
  databaseEnvironment,
  databaseUrl,
  mergeEnvironments,
  telemetryEnvironment,
} from "../../../layers/apps/environment.ts";
import { outputValue } from "../../../tools/plan/record.ts";
import { identityBucket, keyBucket } from "../../support/bucket.ts";

test("databaseUrl escapes what a URL would read as its own", () => {
  const parts = {
    user: "dev",
    password: "p@ss/word:?#",
    host: "postgres.database",
    port: 5432,
    database: "auth_db",
  } as const;
  const url = databaseUrl({ ...parts, sslMode: "disable" });
  expect(url).toBe("postgresql://dev:p%40ss%2Fword%3A%3F%23@postgres.database:5432/auth_db?sslmode=disable");
  expect(decodeURIComponent(new URL(url).password)).toBe(parts.password);
});

describe("databaseEnvironment", () => {
  const credentials = {
    host: "postgres.database",
    port: 5432,
    user: "dev",
    sslMode: "disable",
    database: pulumi.output("auth_db"),
    password: pulumi.secret("hunter2"),
  } as const;

  test("keeps the password out of the Deployment", async () => {
    const { plain, secret } = databaseEnvironment(credentials);
    expect(await outputValue(pulumi.output(plain))).toEqual({
      PGHOST: "postgres.database",
      PGPORT: "5432",
      PGUSER: "dev",
      PGDATABASE: "auth_db",
      PGSSLMODE: "disable",
    });
    expect(await outputValue(pulumi.output(secret))).toEqual({
      PGPASSWORD: "hunter2",
      DATABASE_URL: "postgresql://dev:hunter2@postgres.database:5432/auth_db?sslmode=disable",
    });
  });

  test("its connection string is marked as a secret", async () => {
    const { secret } = databaseEnvironment(credentials);
    expect(await pulumi.isSecret(pulumi.output(secret["DATABASE_URL"]))).toBe(true);
  });
});

test("bucketEnvironment serves apps that read S3_* and every AWS SDK", async () => {
  const { plain, secret } = bucketEnvironment(keyBucket("uploads"));
  expect(await outputValue(pulumi.output(plain))).toEqual({
    S3_ENDPOINT: "http://garage.storage.svc.cluster.local:3900",
    S3_BUCKET: "uploads",
    S3_REGION: "garage",
    S3_FORCE_PATH_STYLE: "true",
    AWS_ENDPOINT_URL_S3: "http://garage.storage.svc.cluster.local:3900",
    AWS_REGION: "garage",
  });
  expect(await outputValue(pulumi.output(secret))).toEqual({
    AWS_ACCESS_KEY_ID: "GK1",
    AWS_SECRET_ACCESS_KEY: "s3cret",
  });
});

test("bucketEnvironment of a bucket of AWS has nothing secret: the SDK finds the role's credentials", async () => {
  const { plain, secret } = bucketEnvironment(identityBucket("uploads", pulumi.output("api")));
  expect(secret).toEqual({});
  expect(await outputValue(pulumi.output(plain))).toEqual({
    S3_ENDPOINT: "https://s3.eu-central-1.amazonaws.com",
    S3_BUCKET: "uploads",
    S3_REGION: "eu-central-1",
    S3_FORCE_PATH_STYLE: "false",
    AWS_ENDPOINT_URL_S3: "https://s3.eu-central-1.amazonaws.com",
    AWS_REGION: "eu-central-1",
  });
});

test("telemetryEnvironment names the pod before it is used in an attribute", () => {
  const { plain } = telemetryEnvironment(
    { namespace: "observability", otlpGrpc: "http://collector:4317", otlpHttp: "http://collector:4318" },
    { name: "podinfo", namespace: "apps" },
  );
  expect(plain).toEqual({
    POD_NAME: { field: "metadata.name" },
    OTEL_SERVICE_NAME: "podinfo",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4317",
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    OTEL_RESOURCE_ATTRIBUTES: "service.namespace=apps,k8s.namespace.name=apps,k8s.pod.name=$(POD_NAME)",
  });
  // Kubernetes expands $(NAME) only where NAME stands earlier in the list.
  expect(Object.keys(plain)[0]).toBe("POD_NAME");
});

test("of two environments the later wins", () => {
  expect(
    mergeEnvironments({ plain: { A: "1", B: "1" }, secret: {} }, { plain: { B: "2" }, secret: { C: "3" } }),
  ).toEqual({ plain: { A: "1", B: "2" }, secret: { C: "3" } });
});
