import { describe, expect, it } from "vitest";
import { RateLimiter } from "../../../tools/plugins/kubernetes/client.ts";
import { diffConfig, settingsOf } from "../../../tools/plugins/kubernetes/config.ts";
import { loadKubeconfig, refusal } from "../../../tools/plugins/kubernetes/kubeconfig.ts";
import { type Properties, unknownValue } from "../../../tools/plugins/rpc/values.ts";

const kubeconfig = (server: string, user: Properties = { token: "t" }): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
    clusters: [{ name: "k", cluster: { server } }],
    users: [{ name: "u", user }],
  });

describe("provider arguments", () => {
  const local = kubeconfig("https://127.0.0.1:6443");
  const refused = (text: string) => refusal(loadKubeconfig({ kubeconfig: text }));

  it("refuse EKS by its endpoint and by its login", () => {
    const tail = ": install the official plugin (pulumi plugin install resource kubernetes)";
    expect(refused(kubeconfig("https://ABC.gr7.eu-west-1.eks.amazonaws.com"))).toBe(
      `the offline kubernetes plugin does not serve EKS clusters, and the server https://ABC.gr7.eu-west-1.eks.amazonaws.com is an EKS endpoint${tail}`,
    );
    const exec = {
      exec: { apiVersion: "client.authentication.k8s.io/v1", command: "/usr/bin/aws", args: ["eks", "get-token"] },
    };
    expect(refused(kubeconfig("https://10.0.0.1", exec))).toBe(
      `the offline kubernetes plugin does not serve EKS clusters, and its user logs in through aws${tail}`,
    );
    expect(refused(local)).toBeUndefined();
  });

  it("say which context is missing", () => {
    expect(() => loadKubeconfig({ kubeconfig: local, context: "other" })).toThrow(
      'the kubeconfig has no context "other"',
    );
  });

  it.each<[string, Properties, Properties, object]>([
    ["nothing changed", { kubeconfig: local }, { kubeconfig: local }, { changes: false }],
    [
      "the same identifier keeps everything, whatever the kubeconfig became",
      { clusterIdentifier: "a", kubeconfig: local },
      { clusterIdentifier: "a", kubeconfig: kubeconfig("https://127.0.0.1:7000") },
      { changes: true, diffs: ["kubeconfig"] },
    ],
    [
      "the same identifier with a kubeconfig that is not known yet",
      { clusterIdentifier: "a", kubeconfig: local },
      { clusterIdentifier: "a", kubeconfig: unknownValue },
      { changes: true, diffs: ["kubeconfig"] },
    ],
    [
      "another identifier replaces",
      { clusterIdentifier: "a", kubeconfig: local },
      { clusterIdentifier: "b", kubeconfig: local },
      { changes: true, diffs: ["clusterIdentifier"], replaces: ["clusterIdentifier"] },
    ],
    [
      "an identifier that is not known yet replaces",
      { clusterIdentifier: "a", kubeconfig: local },
      { clusterIdentifier: unknownValue, kubeconfig: local },
      { changes: true, diffs: ["clusterIdentifier"], replaces: ["clusterIdentifier"] },
    ],
    [
      "without identifier another server replaces",
      { kubeconfig: local },
      { kubeconfig: kubeconfig("https://127.0.0.1:7000") },
      { changes: true, diffs: ["kubeconfig"], replaces: ["kubeconfig"] },
    ],
    [
      "without identifier another credential does not",
      { kubeconfig: local },
      { kubeconfig: kubeconfig("https://127.0.0.1:6443", { token: "other" }) },
      { changes: true, diffs: ["kubeconfig"], replaces: [] },
    ],
    [
      "without identifier an unknown kubeconfig replaces",
      { kubeconfig: local },
      { kubeconfig: unknownValue },
      { changes: true, diffs: ["kubeconfig"], replaces: ["kubeconfig"] },
    ],
    [
      "an identifier that is new replaces nothing",
      { kubeconfig: local },
      { kubeconfig: local, clusterIdentifier: "a" },
      { changes: true, diffs: ["clusterIdentifier"], replaces: [] },
    ],
  ])("%s", (_what, olds, news, expected) => {
    expect(diffConfig({ olds, news })).toEqual(expected);
  });

  it("are read with the official variables behind them", () => {
    const settings = settingsOf(
      {
        "kubernetes:config:enableConfigMapMutable": "true",
        "kubernetes:config:kubeClientSettings": '{"qps":10,"burst":20,"timeout":5}',
      },
      { PULUMI_K8S_DELETE_UNREACHABLE: "true", PULUMI_K8S_ENABLE_SECRET_MUTABLE: "true" },
    );
    expect(settings).toEqual({
      selection: {},
      mutable: { configMaps: true, secrets: true },
      deleteUnreachable: true,
      skipUpdateUnreachable: false,
      patchForce: false,
      upsert: false,
      requestsPerSecond: 10,
      burst: 20,
      timeoutSeconds: 5,
    });
    expect(() => settingsOf({ "kubernetes:config:kubeClientSettings": '{"qps":"many"}' }, {})).toThrow(
      'kubeClientSettings.qps must be a number of 0 or more, not "many"',
    );
    expect(() => settingsOf({ "kubernetes:config:enableServerSideApply": "false" }, {})).toThrow(
      "the offline kubernetes plugin only knows server-side apply: leave enableServerSideApply out",
    );
  });
});

describe("rate limit", () => {
  it("lets a burst through, then spaces requests", () => {
    let now = 100;
    const limiter = new RateLimiter(10, 3, () => now);
    expect([1, 2, 3, 4, 5].map(() => Math.round(limiter.reserve() * 1000))).toEqual([0, 0, 0, 100, 200]);
    now += 10;
    expect([1, 2, 3, 4].map(() => Math.round(limiter.reserve() * 1000))).toEqual([0, 0, 0, 100]);
  });
});
