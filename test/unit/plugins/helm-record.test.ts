// Releases of the offline kubernetes plugin: helm's own record in the cluster, what is kept of it, and what is said.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Cluster } from "../../../tools/plugins/kubernetes/cluster.ts";
import { redact, stillThere } from "../../../tools/plugins/kubernetes/helm/failure.ts";
import { messageIn } from "../../../tools/plugins/kubernetes/helm/program.ts";
import {
  isInterrupted,
  lastRecord,
  objectsOf,
  type ReleaseRecord,
  resourceNames,
} from "../../../tools/plugins/kubernetes/helm/record.ts";
import { releaseOf } from "../../../tools/plugins/kubernetes/helm/release.ts";
import { liveInputs, stateOf } from "../../../tools/plugins/kubernetes/helm/state.ts";
import { type Properties, secret } from "../../../tools/plugins/rpc/values.ts";

const manifest = `---
# Source: a comment
---
apiVersion: v1
kind: Service
metadata: { name: a }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: b, namespace: ns }
`;

describe("helm's record", () => {
  const data = (status: string) => {
    const release = {
      version: 2,
      info: { status, description: "why" },
      chart: { metadata: { name: "tiny", version: "1.2.3", appVersion: "9" } },
      config: { a: 1 },
      manifest,
      hooks: [{ manifest: "apiVersion: batch/v1\nkind: Job\nmetadata: { name: h }\n" }],
    };
    const inner = gzipSync(JSON.stringify(release)).toString("base64");
    return { release: Buffer.from(inner).toString("base64") };
  };
  const revision = (version: string, status: string): Properties => ({
    metadata: { name: `r.v${version}`, labels: { version, "strata-resource": "me" } },
    data: data(status),
  });

  it("is read from the newest revision", async () => {
    const list = async () => [revision("2", "superseded"), revision("10", "deployed"), revision("9", "failed")];
    const record = await lastRecord({ list } as unknown as Cluster, { namespace: "ns", name: "n" });
    expect(record).toMatchObject({
      secret: "r.v10",
      owner: "me",
      status: "deployed",
      chart: { name: "tiny", version: "1.2.3", appVersion: "9" },
      values: { a: 1 },
    });
    expect(resourceNames(record?.objects ?? [])).toEqual({
      "Service/v1": ["a"],
      "Deployment.apps/apps/v1": ["ns/b"],
    });
    expect(resourceNames(record?.hooks ?? [])).toEqual({ "Job.batch/batch/v1": ["h"] });
    expect(
      await lastRecord({ list: async () => [] } as unknown as Cluster, { namespace: "ns", name: "n" }),
    ).toBeUndefined();
  });

  it("tells what a killed run left", () => {
    const at = (status: string) => isInterrupted({ status } as ReleaseRecord);
    expect(["pending-install", "pending-upgrade", "pending-rollback", "uninstalling"].every(at)).toBe(true);
    expect(["deployed", "failed", "superseded", "uninstalled"].some(at)).toBe(false);
  });

  it("skips documents that are no objects", () => {
    expect(objectsOf(manifest)).toHaveLength(2);
    expect(objectsOf("")).toEqual([]);
  });
});

describe("state", () => {
  const record: ReleaseRecord = {
    revision: 4,
    status: "deployed",
    owner: "me",
    secret: "s",
    values: { password: "hidden", a: 1 },
    chart: { name: "tiny", version: "1.2.3", appVersion: "9" },
    description: "",
    objects: [],
    hooks: [],
  };
  const inputs = { name: "n", namespace: "ns", chart: "c", values: { password: secret("hidden"), a: 1 } };

  it("has the official plugin's shape, and its secrets stay secret", () => {
    const state = stateOf(inputs, releaseOf(inputs), record);
    expect(state).toEqual({
      ...inputs,
      version: "1.2.3",
      resourceNames: {},
      status: {
        name: "n",
        namespace: "ns",
        revision: 4,
        status: "deployed",
        chart: "tiny",
        version: "1.2.3",
        appVersion: "9",
      },
      __inputs: secret(inputs),
    });
  });

  it("has the values of the cluster where somebody changed them, all secret if one was", () => {
    expect(liveInputs(inputs, record)).toBe(inputs);
    const values = { password: "hidden", a: 2 };
    expect(liveInputs(inputs, { ...record, values })["values"]).toEqual(secret(values));
    expect(liveInputs({ ...inputs, values: { a: 1 } }, { ...record, values })["values"]).toEqual(values);
  });
});

describe("messages", () => {
  it("name what an uninstallation left, and what holds it", async () => {
    const object = (name: string, annotations: Properties = {}): Properties => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, annotations },
    });
    const asked: string[] = [];
    const get = async ({ namespace, name }: { namespace: string; name: string }) => {
      asked.push(`${namespace}/${name}`);
      return name === "gone" ? undefined : { ...object(name), metadata: { name, finalizers: ["a/b"] } };
    };
    const kept = object("kept", { "helm.sh/resource-policy": "keep" });
    const record = { objects: [object("left"), object("gone"), kept] } as unknown as ReleaseRecord;
    expect(await stillThere({ get } as unknown as Cluster, "ns", record)).toEqual([
      'ConfigMap "left" is still there (finalizers: a/b)',
    ]);
    expect(asked).toEqual(["ns/left", "ns/gone"]);
  });

  it("are helm's own sentence", () => {
    const log = "\nW1121 warnings.go: deprecated\nError: INSTALLATION FAILED: failed pre-install: timed out\nmore\n";
    expect(messageIn(log)).toBe("INSTALLATION FAILED: failed pre-install: timed out\nmore");
    expect(messageIn("\nsegfault\n")).toBe("segfault");
  });

  it("hold no secret, neither plain nor encoded", () => {
    const inputs = { values: { a: secret("hunter22"), nested: secret({ b: "hunter2" }), open: "open" } };
    const encoded = Buffer.from("hunter2").toString("base64");
    expect(redact(`cannot parse hunter22, hunter2, ${encoded} and open`, inputs)).toBe(
      "cannot parse [secret], [secret], [secret] and open",
    );
  });
});
