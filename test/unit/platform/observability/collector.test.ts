import { describe, expect, it } from "vitest";
import {
  agentConfig,
  spanPattern,
  tracePattern,
  workloadPattern,
} from "../../../../layers/platform/observability/collector/agent.ts";
import { gatewayConfig } from "../../../../layers/platform/observability/collector/gateway.ts";
import { agentPod, gatewayPod } from "../../../../layers/platform/observability/collector/pods.ts";

/** Go's flavour of a regular expression as JavaScript's; the differences here are two spellings. */
const toJs = (pattern: string) => {
  const body = pattern.replaceAll("(?P<", "(?<");
  return body.startsWith("(?i)") ? new RegExp(body.slice(4), "i") : new RegExp(body);
};

const agent = agentConfig({ gateway: "otel-collector:4317", namespace: "node-agents", workload: "otel-agent" });
const gateway = gatewayConfig({
  tempo: "tempo:4317",
  prometheusUrl: "http://prometheus:9090",
  lokiUrl: "http://loki:3100",
});

describe("workloadPattern", () => {
  const pattern = toJs(workloadPattern("strata-control-plane"));
  it.each([
    ["podinfo-7d9c5b8f6d-x2k4p", "podinfo", "Deployment"],
    ["app-v2-7d9c5b8f6d-x2k4p", "app-v2", "Deployment with a version in its name"],
    ["app-v2-x2k4p", "app-v2", "DaemonSet with a version in its name"],
    ["otel-agent-x2k4p", "otel-agent", "DaemonSet"],
    ["loki-0", "loki", "StatefulSet"],
    ["kafka-broker-12", "kafka-broker", "StatefulSet"],
    ["garage-setup-b8k2z", "garage-setup", "Job"],
    ["etcd-strata-control-plane", "etcd", "static pod"],
    ["kube-apiserver-strata-control-plane", "kube-apiserver", "static pod"],
    ["my-nginx", "my-nginx", "bare pod"],
    ["debug", "debug", "bare pod"],
  ])("%s is a pod of %s (%s)", (pod, workload) => {
    expect(pattern.exec(pod)?.groups?.["workload"]).toBe(workload);
  });
});

describe("trace and span ids in lines", () => {
  const trace = "6b65a6a71d8c9ef7afd82d46873cab35";
  const span = "1111111111111111";
  it.each([
    ["JSON", `{"msg":"x","trace_id":"${trace}","span_id":"${span}"}`],
    ["JSON of Traefik's access log", `{"TraceId":"${trace}","SpanId":"${span}"}`],
    ["JSON within JSON", `{"log":"{\\"traceID\\":\\"${trace}\\",\\"spanID\\":\\"${span}\\"}"}`],
    ["logfmt", `level=info traceID=${trace} spanID=${span} msg="x"`],
    ["dotted", `{"trace.id": "${trace}", "span.id": "${span}"}`],
  ])("%s", (_, line) => {
    expect(toJs(tracePattern).exec(line)?.groups?.["trace_id"]).toBe(trace);
    expect(toJs(spanPattern).exec(line)?.groups?.["span_id"]).toBe(span);
  });

  it.each([
    ["too short", '{"trace_id":"6b65a6a7"}'],
    ["too long", `{"trace_id":"${trace}0"}`],
    ["no hexadecimal", `{"trace_id":"${"z".repeat(32)}"}`],
    ["no id at all", "GET /traces 200"],
  ])("none where it is %s", (_, line) => {
    expect(toJs(tracePattern).exec(line)).toBe(null);
  });
});

describe("agentConfig", () => {
  it("leaves out its own logs, and no other pod's", () => {
    expect(agent.receivers.file_log.include).toEqual(["/var/log/pods/*/*/*.log"]);
    expect(agent.receivers.file_log.exclude).toEqual(["/var/log/pods/node-agents_otel-agent-*_*/*/*.log"]);
  });

  it("keeps positions and unsent lines on the node, and gives nothing up", () => {
    expect(agent.receivers.file_log.storage).toBe("file_storage");
    expect(agent.exporters["otlp_grpc/gateway"]).toMatchObject({
      sending_queue: { storage: "file_storage", block_on_overflow: true },
      retry_on_failure: { max_elapsed_time: "0s" },
    });
  });

  it("has no batch processor, which would accept lines before they are on disk", () => {
    expect(agent.service.pipelines.logs.processors).toEqual(["memory_limiter"]);
    expect(gateway.service.pipelines.logs.processors).toEqual(["memory_limiter"]);
    expect(gateway.exporters["otlp_http/loki"].sending_queue.wait_for_result).toBe(true);
  });

  it("waits for the gateway's answer longer than the gateway tries", () => {
    const seconds = (text: string) => Number(text.replace("s", ""));
    const { timeout, retry_on_failure } = gateway.exporters["otlp_http/loki"];
    expect(seconds(agent.exporters["otlp_grpc/gateway"].timeout)).toBeGreaterThan(
      seconds(timeout) + seconds(retry_on_failure.max_elapsed_time),
    );
  });

  it("doubles the dollar signs that are not variables", () => {
    const regex = agent.receivers.file_log.operators.find((operator) => operator.id === "workload")?.regex ?? "";
    expect(regex.endsWith(`|-$\{env:NODE_NAME})?$$`)).toBe(true);
  });
});

describe("every pipeline", () => {
  it.each([
    ["gateway", gateway],
    ["agent", agent],
  ])("of the %s starts with the memory limiter and names only what is configured", (_, config) => {
    const pipelines = Object.values(config.service.pipelines) as {
      receivers: string[];
      processors: string[];
      exporters: string[];
    }[];
    expect(pipelines.length).toBeGreaterThan(0);
    for (const pipeline of pipelines) {
      expect(pipeline.processors[0]).toBe("memory_limiter");
      for (const kind of ["receivers", "processors", "exporters"] as const)
        for (const name of pipeline[kind]) expect(Object.keys(config[kind])).toContain(name);
    }
    for (const name of config.service.extensions) expect(Object.keys(config.extensions)).toContain(name);
  });
});

describe("pods", () => {
  const args = { image: "i", configMap: "c", checksum: "x" };

  it("the agent is uid 0 without any capability, and can't write to the logs", () => {
    const { spec } = agentPod(args) as unknown as {
      spec: Record<string, unknown> & { containers: Record<string, unknown>[] };
    };
    expect(spec["securityContext"]).toEqual({
      runAsUser: 0,
      runAsGroup: 0,
      runAsNonRoot: false,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(spec.containers[0]?.["securityContext"]).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(spec.containers[0]?.["volumeMounts"]).toContainEqual({
      name: "logs",
      mountPath: "/var/log/pods",
      readOnly: true,
    });
    expect(spec["automountServiceAccountToken"]).toBe(false);
  });

  it("the gateway needs nothing of the node", () => {
    const { spec } = gatewayPod(args) as unknown as { spec: Record<string, unknown> };
    expect(spec["securityContext"]).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
    expect(JSON.stringify(spec["volumes"])).not.toContain("hostPath");
  });
});
