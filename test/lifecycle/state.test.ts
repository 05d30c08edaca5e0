// State in a bucket, secrets by a key of the cloud: what two machines that share a stack see of each other.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Deployment } from "../../tools/engine/pending.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { installSimulator } from "../support/aws/simulator/install.ts";
import { openStore, type Store } from "../support/aws/simulator/store.ts";
import { Strata, until } from "../support/strata.ts";

const installed = await installSimulator();
const missing = "missing" in installed ? installed.missing : "";

const region = "eu-central-1";
const provider = `awskms://alias/state?region=${region}`;
const stateFile = "/.pulumi/stacks/strata/small.json";

// Not "strata-": an audit of the one machine would find the other's keys in its temporary files.
const folder = mkdtempSync(join(tmpdir(), "two-machines-"));
const stacks = join(folder, "stacks");
mkdirSync(stacks);
const small = readFileSync(join(repository, "test", "faults", "stacks", "Pulumi.small.yaml"), "utf8");
writeFileSync(join(stacks, "Pulumi.small.yaml"), `secretsprovider: ${provider}\n${small}`);

describe.skipIf(missing !== "")(`a state in S3${missing && ` (${missing})`}`, { timeout: 300_000 }, () => {
  let store: Store;
  let one: Strata;
  let other: Strata;
  const aws = new AwsClient({ accessKeyId: "simulated", secretAccessKey: "simulated", region });
  const bucket = async (path: string, init: RequestInit = {}): Promise<string> => {
    const answer = await aws.fetch(`${store.endpoint}/state${path}`, { ...init, aws: { service: "s3" } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  };
  const kms = async (operation: string, parameters: object): Promise<{ KeyMetadata?: { KeyId: string } }> => {
    const answer = await aws.fetch(store.endpoint, {
      method: "POST",
      headers: { "X-Amz-Target": `TrentService.${operation}`, "Content-Type": "application/x-amz-json-1.1" },
      body: JSON.stringify(parameters),
      aws: { service: "kms" },
    });
    return JSON.parse((await answer.text()) || "{}") as { KeyMetadata?: { KeyId: string } };
  };
  const isLocked = async (): Promise<boolean> => (await bucket("?list-type=2")).includes(".pulumi/locks/");

  beforeAll(async () => {
    if ("missing" in installed) return;
    store = await openStore(installed);
    const body = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
    await bucket("", { method: "PUT", body });
    const { KeyMetadata } = await kms("CreateKey", {});
    await kms("CreateAlias", { AliasName: "alias/state", TargetKeyId: KeyMetadata?.KeyId });
    const env = {
      PULUMI_BACKEND_URL: `s3://state?region=${region}&s3ForcePathStyle=true&endpoint=${store.endpoint}`,
      AWS_ACCESS_KEY_ID: "simulated",
      AWS_SECRET_ACCESS_KEY: "simulated",
      AWS_REGION: region,
      AWS_ENDPOINT_URL: store.endpoint,
    };
    one = new Strata({ stacks, state: join(folder, "one"), env });
    other = new Strata({ stacks, state: join(folder, "other"), env });
  });
  afterAll(async () => {
    if (missing !== "") return;
    await one.run("destroy");
    await one.close();
    await other.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a bucket that is not there ends with what was tried", async () => {
    const url = (one.env["PULUMI_BACKEND_URL"] ?? "").replace("//state", "//none");
    const astray = new Strata({
      stacks,
      state: join(folder, "astray"),
      env: { ...one.env, PULUMI_BACKEND_URL: url } as never,
    });
    const { code, output } = await astray.run("preview");
    expect(code).not.toBe(0);
    expect(output).toContain("s3://none");
    expect(output).toContain("strata uses that backend because PULUMI_BACKEND_URL is set");
    expect(output).not.toMatch(/\n\s+at .*[.:]\d+/);
  });

  test("while one machine changes the stack, the other is refused, and told what to do", async () => {
    const { ended } = one.start("start");
    await until("a lock in the bucket", isLocked, 120);
    const { code, output } = await other.run("start");
    const first = await ended;
    expect([code, first.code]).toEqual([1, 0]);
    expect(output).toContain("the stack is currently locked by 1 lock(s)");
    expect(output).toContain(
      "→ Another run holds the stack: wait for it. If it is over, clear its lock: npx pulumi cancel",
    );
    expect(first.output).toContain("small is up");
    expect(await isLocked()).toBe(false);
  });

  test("the key of the stack file encrypts: another machine reads the secrets without a passphrase", async () => {
    const state = JSON.parse(await bucket(stateFile)) as {
      checkpoint: { latest: { secrets_providers: { type: string; state: { url: string } } } };
    };
    expect(state.checkpoint.latest.secrets_providers).toMatchObject({ type: "cloud", state: { url: provider } });
    const { code, output } = await other.run("audit");
    expect(output).toContain("nothing: not on this machine: see the export");
    expect([code, /none of \d+ secrets is outside/.test(output)]).toEqual([0, true]);
  });

  test("what a killed run left half-done is put right", async () => {
    const state = JSON.parse(await bucket(stateFile)) as { checkpoint: { latest: Deployment } };
    const { latest } = state.checkpoint;
    const resource = latest.resources?.find(({ type }) => type.startsWith("random:"));
    const left = { ...latest, pending_operations: [{ type: "updating", resource }] };
    await bucket(stateFile, {
      method: "PUT",
      body: JSON.stringify({ ...state, checkpoint: { ...state.checkpoint, latest: left } }),
    });
    const { code, output } = await one.run("start");
    expect(output).toContain("An earlier run was killed in the middle of 1 operation: state repaired");
    expect(code).toBe(0);
    expect(JSON.parse(await bucket(stateFile))).not.toHaveProperty("checkpoint.latest.pending_operations.0");
  });

  test("a key that does not answer is named, and not taken for a stack that is not up", async () => {
    const endpoint = other.env["AWS_ENDPOINT_URL"];
    other.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";
    const { code, output } = await other.run("audit");
    other.env["AWS_ENDPOINT_URL"] = endpoint;
    expect(code).toBe(1);
    expect(output).toContain("The key that decrypts the state does not answer, or may not be used");
  });
});
