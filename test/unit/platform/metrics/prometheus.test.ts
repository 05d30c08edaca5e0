import { describe, expect, it } from "vitest";
import {
  type PrometheusConfigArgs,
  prometheusArgs,
  prometheusConfig,
  retentionSize,
} from "../../../../layers/platform/observability/prometheus/config.ts";
import type { RelabelRule } from "../../../../layers/platform/observability/prometheus/relabel.ts";
import { openbaoJobs } from "../../../../layers/platform/observability/prometheus/scrape-openbao.ts";
import { prometheusPermissions } from "../../../../layers/platform/observability/prometheus/workload.ts";

const args: PrometheusConfigArgs = {
  cluster: "strata-test",
  retention: "24h",
  storage: "5Gi",
  scrapeInterval: "30s",
  controlPlane: "open",
};

const jobs = (controlPlane: "open" | "closed") => prometheusConfig({ ...args, controlPlane }).scrape_configs;
const job = (name: string) => {
  const found = jobs("open").find((config) => config.job_name === name);
  if (!found) throw new Error(`no job ${name}`);
  return found;
};

/** What Prometheus makes of a discovered target: its labels, or undefined where it is dropped. */
const relabel = (rules: readonly RelabelRule[], target: Record<string, string>): Record<string, string> | undefined => {
  const labels = { ...target };
  for (const rule of rules) {
    const text = (rule.source_labels ?? []).map((name) => labels[name] ?? "").join(";");
    const match = new RegExp(`^(?:${rule.regex ?? "(.*)"})$`, "s").exec(text);
    if (rule.action === "keep" && !match) return undefined;
    if (rule.action === "drop" && match) return undefined;
    if (rule.action === undefined && match && rule.target_label)
      labels[rule.target_label] = (rule.replacement ?? "$1").replace(
        /\$(\d)/g,
        (_, group: string) => match[Number(group)] ?? "",
      );
  }
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith("__meta")));
};

const pod = (labels: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      namespace: "apps",
      pod_name: "web-0",
      pod_node_name: "node-1",
      pod_ip: "10.0.0.7",
      pod_phase: "Running",
      ...labels,
    }).map(([name, value]) => [`__meta_kubernetes_${name}`, value]),
  );

const annotated = {
  pod_annotation_prometheus_io_scrape: "true",
  pod_annotation_prometheus_io_port: "9797",
  pod_label_app_kubernetes_io_name: "web",
};

describe("targets of annotated pods", () => {
  const target = (labels: Record<string, string>) =>
    relabel(job("pods").relabel_configs, { __address__: "10.0.0.7:8080", job: "pods", ...pod(labels) });

  it.each([
    ["no annotation", {}],
    ["scrape: false", { ...annotated, pod_annotation_prometheus_io_scrape: "false" }],
    ["no port", { ...annotated, pod_annotation_prometheus_io_port: "" }],
    ["a port that is no number", { ...annotated, pod_annotation_prometheus_io_port: "http" }],
    ["a pod that ended", { ...annotated, pod_phase: "Succeeded" }],
    ["a pod that waits", { ...annotated, pod_phase: "Pending" }],
    ["kube-state-metrics", { ...annotated, pod_label_app_kubernetes_io_name: "kube-state-metrics" }],
    ["CoreDNS", { ...annotated, namespace: "kube-system", pod_label_k8s_app: "kube-dns" }],
  ])("leave out %s", (_, labels) => {
    expect(target(labels)).toBeUndefined();
  });

  it("take port and job from the pod, and say where it runs", () => {
    expect(target(annotated)).toEqual({
      __address__: "10.0.0.7:9797",
      job: "web",
      namespace: "apps",
      pod: "web-0",
      node: "node-1",
    });
  });

  it("are the same for every port that a pod declares, so that it is scraped once", () => {
    const ports = ["8080", "9797", "9090"].map((port) =>
      relabel(job("pods").relabel_configs, {
        __address__: `10.0.0.7:${port}`,
        job: "pods",
        ...pod({ ...annotated, pod_container_port_number: port, pod_container_name: `c${port}` }),
      }),
    );
    expect(new Set(ports.map((labels) => JSON.stringify(labels))).size).toBe(1);
  });

  it("take path and scheme from annotations, and IPv6 in brackets", () => {
    expect(
      target({
        ...annotated,
        pod_ip: "fd00::7",
        pod_annotation_prometheus_io_path: "/stats",
        pod_annotation_prometheus_io_scheme: "https",
      }),
    ).toMatchObject({ __address__: "[fd00::7]:9797", __metrics_path__: "/stats", __scheme__: "https" });
  });

  it.each([
    [{ pod_label_app: "old" }, "old"],
    [{ pod_label_k8s_app: "older", pod_label_app: "old" }, "old"],
    [{}, "pods"],
  ])("name the job after other labels where the standard one is missing: %j", (labels, name) => {
    expect(target({ ...annotated, pod_label_app_kubernetes_io_name: "", ...labels })?.["job"]).toBe(name);
  });

  it("get no token: an app could use it", () => {
    expect(job("pods")).not.toHaveProperty("authorization");
    expect(job("pods")["sample_limit"]).toBe(50_000);
  });
});

describe("the target of OpenBao's operator", () => {
  const found = prometheusConfig({ ...args, jobs: openbaoJobs }).scrape_configs.find(
    ({ job_name }) => job_name === "openbao-operator",
  );
  const controller = {
    namespace: "openbao-operator-system",
    pod_label_app_kubernetes_io_name: "openbao-operator",
    pod_label_app_kubernetes_io_component: "controller",
  };
  const target = (labels: Record<string, string>) => relabel(found?.relabel_configs ?? [], pod(labels));

  it("is there only in stacks that have one", () => {
    expect(found).toBeDefined();
    expect(jobs("open").map(({ job_name }) => job_name)).not.toContain("openbao-operator");
  });

  it.each([
    ["a pod of another namespace with its labels", { ...controller, namespace: "apps" }],
    ["its provisioner", { ...controller, pod_label_app_kubernetes_io_component: "provisioner" }],
    ["another pod of its namespace", { ...controller, pod_label_app_kubernetes_io_name: "web" }],
    ["one that ended", { ...controller, pod_phase: "Succeeded" }],
  ])("is not %s: it would get the token", (_, labels) => {
    expect(target(labels)).toBeUndefined();
  });

  it("is asked with the token that Prometheus' rights are bound to, and its labels are of the cluster they speak of", () => {
    expect(target(controller)).toMatchObject({ __address__: "10.0.0.7:8443", namespace: "openbao-operator-system" });
    expect(found).toMatchObject({
      scheme: "https",
      honor_labels: true,
      authorization: { credentials_file: "/var/run/secrets/kubernetes.io/serviceaccount/token" },
    });
    expect(prometheusPermissions).toContainEqual({ nonResourceURLs: ["/metrics"], verbs: ["get"] });
  });
});

describe("targets of Kubernetes", () => {
  const scheduler = { namespace: "kube-system", pod_label_component: "kube-scheduler" };

  it("of the control plane exist only where its pods do", () => {
    const rules = job("kube-scheduler").relabel_configs;
    expect(relabel(rules, pod({}))).toBeUndefined();
    expect(relabel(rules, pod({ ...scheduler, namespace: "apps" }))).toBeUndefined();
    expect(relabel(rules, pod(scheduler))).toEqual({
      __address__: "10.0.0.7:10259",
      namespace: "kube-system",
      pod: "web-0",
      node: "node-1",
    });
  });

  it.each([
    ["kube-controller-manager", 10257, "https"],
    ["kube-scheduler", 10259, "https"],
    ["etcd", 2381, "http"],
    ["kube-proxy", 10249, "http"],
    ["coredns", 9153, "http"],
  ])("of %s are on port %i by %s, with the token over TLS only", (name, port, scheme) => {
    const config = job(name);
    expect(config["scheme"]).toBe(scheme);
    expect("authorization" in config).toBe(scheme === "https");
    expect(JSON.stringify(config.relabel_configs)).toContain(`$1:${port}`);
  });

  it("leave out the control plane where nobody knows whether it can be reached", () => {
    expect(jobs("closed").map((config) => config.job_name)).toEqual([
      "apiserver",
      "kubelet",
      "kubelet-cadvisor",
      "kubelet-probes",
      "coredns",
      "pods",
      "kube-state-metrics",
      "kube-state-metrics-self",
    ]);
  });

  it("of the kubelet share a job and differ by path", () => {
    for (const [name, path] of [
      ["kubelet", "/metrics"],
      ["kubelet-cadvisor", "/metrics/cadvisor"],
      ["kubelet-probes", "/metrics/probes"],
    ] as const) {
      expect(job(name)["metrics_path"]).toBe(path);
      expect(
        relabel(job(name).relabel_configs, {
          __address__: "10.0.0.2:10250",
          job: name,
          __meta_kubernetes_node_name: "n",
        }),
      ).toEqual({ __address__: "10.0.0.2:10250", job: "kubelet", metrics_path: path, node: "n" });
    }
  });
});

describe("kube-state-metrics", () => {
  const at = (name: string, port: string) =>
    relabel(job(name).relabel_configs, {
      __address__: `10.0.0.7:${port === "http" ? 8080 : 8081}`,
      ...pod({
        namespace: "observability",
        pod_label_app_kubernetes_io_name: "kube-state-metrics",
        pod_container_port_name: port,
      }),
    });

  it("keeps its own labels, which speak of other pods", () => {
    expect(job("kube-state-metrics")["honor_labels"]).toBe(true);
    expect(at("kube-state-metrics", "http")).toEqual({ __address__: "10.0.0.7:8080" });
    expect(at("kube-state-metrics", "telemetry")).toBeUndefined();
  });

  it("has its own health in a job of its own", () => {
    expect(at("kube-state-metrics-self", "telemetry")?.["__address__"]).toBe("10.0.0.7:8081");
    expect(job("kube-state-metrics-self")).not.toHaveProperty("honor_labels");
  });
});

describe("dropped series", () => {
  const kept = (name: string, series: Record<string, string>): boolean =>
    relabel(job(name).metric_relabel_configs ?? [], series) !== undefined;

  it.each([
    ["apiserver", { __name__: "apiserver_request_duration_seconds_bucket", le: "1.0" }],
    ["apiserver", { __name__: "apiserver_request_total" }],
    ["apiserver", { __name__: "apiserver_client_certificate_expiration_seconds_bucket", le: "86400.0" }],
    ["kubelet", { __name__: "kubelet_volume_stats_available_bytes" }],
    ["kubelet-cadvisor", { __name__: "container_cpu_usage_seconds_total", id: "/kubepods/x", pod: "web-0" }],
    ["kubelet-cadvisor", { __name__: "container_cpu_usage_seconds_total", id: "/", pod: "" }],
    ["kubelet-cadvisor", { __name__: "container_cpu_cfs_throttled_periods_total", id: "/kubepods/x", pod: "web-0" }],
    ["kubelet-cadvisor", { __name__: "container_memory_working_set_bytes", id: "/kubepods/x", pod: "web-0" }],
    ["kubelet-cadvisor", { __name__: "container_network_receive_bytes_total", id: "/kubepods/x", pod: "web-0" }],
    ["etcd", { __name__: "etcd_disk_wal_fsync_duration_seconds_bucket", le: "0.5" }],
  ])("are none that alerts and dashboards read: %s %j", (name, series) => {
    expect(kept(name, series)).toBe(true);
  });

  it.each([
    ["apiserver", { __name__: "apiserver_request_duration_seconds_bucket", le: "0.6" }],
    ["apiserver", { __name__: "apiserver_request_sli_duration_seconds_bucket", le: "1.0" }],
    ["apiserver", { __name__: "etcd_request_duration_seconds_bucket", le: "1.0" }],
    ["kubelet", { __name__: "kubelet_runtime_operations_duration_seconds_bucket", le: "1.0" }],
    ["kubelet-cadvisor", { __name__: "container_tasks_state", id: "/kubepods/x", pod: "web-0" }],
    ["kubelet-cadvisor", { __name__: "container_cpu_usage_seconds_total", id: "/system.slice", pod: "" }],
  ])("are the many that nothing reads: %s %j", (name, series) => {
    expect(kept(name, series)).toBe(false);
  });
});

describe("prometheusConfig", () => {
  it("takes what is pushed late, names the cluster, and sends alerts to Alertmanager", () => {
    const config = prometheusConfig(args);
    expect(config.global).toEqual({
      scrape_interval: "30s",
      scrape_timeout: "10s",
      evaluation_interval: "30s",
      external_labels: { cluster: "strata-test" },
    });
    expect(config.storage.tsdb).toEqual({
      out_of_order_time_window: "30m",
      retention: { time: "24h", size: "4096MB" },
    });
    expect(config.alerting.alertmanagers).toEqual([
      { static_configs: [{ targets: ["alertmanager.observability.svc.cluster.local:9093"] }] },
    ]);
  });

  it("never waits for a scrape longer than until the next one", () => {
    expect(prometheusConfig({ ...args, scrapeInterval: "5s" }).global.scrape_timeout).toBe("5s");
    expect(prometheusConfig({ ...args, scrapeInterval: "1m" }).global.scrape_timeout).toBe("10s");
  });

  it.each([
    ["5Gi", "4096MB"],
    ["512Mi", "409MB"],
    ["10G", "7628MB"],
  ])("leaves a fifth of a volume of %s free", (storage, size) => {
    expect(retentionSize(storage)).toBe(size);
  });
});

describe("prometheusArgs", () => {
  it("takes OTLP and remote write, keeps exemplars, and offers neither shutdown nor deletion to the network", () => {
    const flags = prometheusArgs("http://localhost:30090");
    expect(flags).toEqual(
      expect.arrayContaining([
        "--web.enable-remote-write-receiver",
        "--web.enable-otlp-receiver",
        "--enable-feature=exemplar-storage",
        "--web.external-url=http://localhost:30090",
      ]),
    );
    expect(flags.join(" ")).not.toMatch(/lifecycle|admin-api/);
  });
});

describe("prometheusPermissions", () => {
  it("read, and never reach Secrets, the kubelet's proxy, or anything to write", () => {
    const verbs = new Set(prometheusPermissions.flatMap((rule) => rule.verbs));
    expect([...verbs].sort()).toEqual(["get", "list", "watch"]);
    expect(prometheusPermissions.flatMap((rule) => rule.resources ?? []).sort()).toEqual([
      "endpointslices",
      "nodes",
      "nodes/metrics",
      "pods",
      "services",
    ]);
  });
});
