import { describe, expect, test } from "vitest";
import { workloadPattern } from "../../../../layers/platform/observability/collector/agent.ts";
import { fluentBitConfig } from "../../../../layers/platform/observability/logs/fluent-bit-config.ts";
import { LogAgent } from "../../../../layers/platform/observability/logs/log-agent.ts";
import { program } from "../../../../layers/platform/observability/logs/program.ts";
import { logFile } from "../../../../layers/platform/observability/logs/records.ts";
import { recordPlan } from "../../../../tools/plan/record.ts";
import { mockCluster } from "../../../support/cluster.ts";

const lokiUrl = "http://loki.observability.svc.cluster.local:3100";
const node = "strata-full-control-plane";
const uid = "11111111-1111-1111-1111-111111111111";
const kinds = ["alloy", "fluent-bit"] as const;

/** Go's and Ruby's flavour of a regular expression as JavaScript's. */
const toJs = (pattern: string) => {
  const body = pattern.replaceAll("(?P<", "(?<");
  return body.startsWith("(?i)") ? new RegExp(body.slice(4), "i") : new RegExp(body);
};

const fluentBit = fluentBitConfig({ lokiUrl, namespace: "node-agents", workload: "fluent-bit", state: "/state" });
const parser = (name: string) => toJs(fluentBit.parsers.find((found) => found.name === name)?.regex ?? "(?!)");

const pods: [namespace: string, pod: string, workload: string][] = [
  ["apps", "podinfo-7d9c5b8f6d-x2k4p", "podinfo"],
  ["apps", "app-v2-x2k4p", "app-v2"],
  ["observability", "loki-0", "loki"],
  ["storage", "garage-setup-b8k2z", "garage-setup"],
  ["kube-system", `etcd-${node}`, "etcd"],
  ["kube-system", `kube-controller-manager-${node}`, "kube-controller-manager"],
  ["kube-system", "coredns-7d9c5b8f6d-x2k4p", "coredns"],
  ["apps", "etcd-backup-0", "etcd-backup"],
  ["apps", "debug", "debug"],
];

describe("a log file's path says the same to every agent", () => {
  test.each(pods)("%s/%s", (namespace, pod, workload) => {
    const path = `/var/log/pods/${namespace}_${pod}_${uid}/main/3.log`;
    const expected = { k8s_namespace_name: namespace, k8s_pod_name: pod, k8s_pod_uid: uid, k8s_container_name: "main" };
    // OpenTelemetry and Alloy: the path, then the pod's name.
    expect({ ...toJs(logFile).exec(path)?.groups }).toEqual(expected);
    expect(toJs(workloadPattern(node)).exec(pod)?.groups?.["workload"]).toBe(workload);
    expect({ ...parser("log_file").exec(path)?.groups }).toEqual({ ...expected, service_name: workload });
  });

  test("and a file that is no pod's says nothing", () => {
    expect(parser("log_file").exec("/var/log/syslog")).toBeNull();
  });
});

test("Fluent Bit finds trace and span in a line, and sends nothing but the line", () => {
  const [trace, span] = ["6b65a6a71d8c9ef7afd82d46873cab35", "1111111111111111"];
  const line = `level=info traceID=${trace} spanID=${span} msg="x"`;
  expect(parser("trace").exec(line)?.groups?.["trace_id"]).toBe(trace);
  expect(parser("span").exec(line)?.groups?.["span_id"]).toBe(span);
  const [output] = fluentBit.pipeline.outputs;
  const keys = [...(`${output?.labels}, ${output?.structured_metadata}`.matchAll(/=\$(\w+)/g) ?? [])].map(
    ([, key]) => key,
  );
  expect(keys.length).toBe(9);
  expect(keys.filter((key) => !output?.remove_keys.split(", ").includes(key ?? ""))).toEqual([]);
  expect(output?.remove_keys.split(", ")).not.toContain("log");
});

test("Alloy asks the pod for its node's name, and never drops a line", () => {
  const { config } = program("alloy", lokiUrl);
  expect(config.match(/sys\.env\("NODE_NAME"\)/g)).toHaveLength(2);
  expect(config).not.toContain("\\u0000");
  expect(config).toContain(`"${lokiUrl}/loki/api/v1/push"`);
  expect(config).toContain("max_backoff_retries = 0");
});

describe.each(kinds)("%s", (kind) => {
  const record = () =>
    recordPlan({ stack: "test" }, () => {
      new LogAgent("agent", { images: mockCluster().images, namespace: "node-agents", kind, lokiUrl });
      return {};
    });

  test("leaves out its own lines", () => {
    expect(program(kind, lokiUrl).config).toContain(`/var/log/pods/node-agents_${kind}-*/*/*.log`);
  });

  test("may read the logs and nothing else, reaches Loki and nothing else", async () => {
    const plan = await record();
    const daemonSet = JSON.stringify(plan.find("agent", "kubernetes:apps/v1:DaemonSet").inputs);
    expect(daemonSet).toContain('"drop":["ALL"]');
    expect(daemonSet).toContain('"readOnlyRootFilesystem":true');
    expect(daemonSet).toContain('"automountServiceAccountToken":false');
    expect(daemonSet).toMatch(
      /"mountPath":"\/var\/log\/pods","name":"logs","readOnly":true|"name":"logs","readOnly":true,"mountPath":"\/var\/log\/pods"/,
    );
    const { egress } = plan.find("agent", "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"] as {
      egress: { ports: { port: number }[] }[];
    };
    expect(egress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([53, 53, 3100]);
  });
});
