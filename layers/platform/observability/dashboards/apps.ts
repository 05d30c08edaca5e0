// Applications: requests seen from outside (Traefik) and from inside (their traces), their logs, traces and resources.
import { namespaces } from "../../../../names.ts";
import { dashboard, variable } from "./dashboard.ts";
import { lines, logLines, logs, number, traces } from "./panels.ts";

const server = `service=~"$app", span_kind="SPAN_KIND_SERVER"`;
const calls = (selector: string, by: string) =>
  `sum by (${by}) (rate(traces_spanmetrics_calls_total{${selector}}[$__rate_interval]))`;
const latency = (q: number) =>
  `histogram_quantile(${q}, sum by (le, service) (rate(traces_spanmetrics_latency_bucket{${server}}[$__rate_interval])))`;
// Traefik names a service of an Ingress <namespace>-<service>-<port>@kubernetes.
const routed = `service=~"${namespaces.apps}-($app)-.*"`;
const pods = `namespace="${namespaces.apps}", pod=~"($app)-.*", container!=""`;
const stream = `{k8s_namespace_name="${namespaces.apps}", service_name=~"$app"}`;

export const apps = dashboard({
  uid: "strata-apps",
  title: "Applications",
  description:
    "Rate, errors and duration of each app, from outside and from inside, with its logs, traces and resources",
  tags: ["apps"],
  variables: [
    variable("app", "App", `label_values(kube_deployment_created{namespace="${namespaces.apps}"}, deployment)`),
  ],
  rows: [
    {
      title: "From outside: requests through the gateway",
      height: 8,
      panels: [
        lines({
          title: "Requests",
          description: "Requests per second that Traefik passes to each app",
          unit: "reqps",
          series: [
            [`sum by (service) (rate(traefik_service_requests_total{${routed}}[$__rate_interval]))`, "{{service}}"],
          ],
        }),
        lines({
          title: "Errors",
          empty: "no errors",
          description: "Requests per second that end with a 4xx or 5xx code",
          unit: "reqps",
          series: [
            [
              `sum by (service, code) (rate(traefik_service_requests_total{${routed}, code=~"[45].."}[$__rate_interval]))`,
              "{{service}} {{code}}",
            ],
          ],
        }),
        lines({
          title: "Duration, 95th percentile",
          description: "Time that the slowest twentieth of the requests takes at least, as the gateway measures it",
          unit: "s",
          exemplars: "shown",
          series: [
            [
              `histogram_quantile(0.95, sum by (le, service) (rate(traefik_service_request_duration_seconds_bucket{${routed}}[$__rate_interval])))`,
              "{{service}}",
            ],
          ],
        }),
      ],
    },
    {
      title: "From inside: what the apps trace",
      height: 8,
      panels: [
        lines({
          title: "Requests",
          description: "Server spans per second of each app",
          unit: "reqps",
          exemplars: "shown",
          series: [[calls(server, "service"), "{{service}}"]],
        }),
        lines({
          title: "Error share",
          description: "Share of server spans that end with an error",
          unit: "percentunit",
          max: 1,
          series: [
            [
              `(${calls(`${server}, status_code="STATUS_CODE_ERROR"`, "service")} or 0 * ${calls(server, "service")}) / (${calls(server, "service")} > 0)`,
              "{{service}}",
            ],
          ],
        }),
        lines({
          title: "Duration",
          description: "Median, 95th and 99th percentile of the apps' server spans; a dot is a trace to open",
          unit: "s",
          exemplars: "shown",
          series: [
            [latency(0.5), "{{service}} p50"],
            [latency(0.95), "{{service}} p95"],
            [latency(0.99), "{{service}} p99"],
          ],
        }),
        lines({
          title: "Calls between services",
          description: "Requests per second on each edge of the service map",
          unit: "reqps",
          series: [
            [
              "sum by (client, server) (rate(traces_service_graph_request_total[$__rate_interval]))",
              "{{client}} to {{server}}",
            ],
          ],
        }),
      ],
    },
    {
      title: "Logs and traces",
      height: 10,
      panels: [
        logLines({
          title: "Lines by level",
          description: "Log lines per second by the level that Loki detects in them",
          unit: "cps",
          width: 6,
          series: [[`sum by (detected_level) (rate(${stream}[$__auto]))`, "{{detected_level}}"]],
        }),
        logs({
          title: "Logs",
          empty: "no lines",
          description: "Lines of the chosen apps; a line with a trace id has a link to its trace",
          expr: stream,
          width: 10,
        }),
        traces({
          title: "Traces",
          description: "Latest traces of the chosen apps; a click opens the trace, and from there its logs and metrics",
          query: `{ resource.service.name =~ "$app" }`,
          width: 8,
        }),
      ],
    },
    {
      title: "Resources",
      height: 8,
      panels: [
        number({
          title: "Replicas missing",
          description: "Replicas that should run and don't",
          unit: "short",
          expr: `sum(kube_deployment_spec_replicas{namespace="${namespaces.apps}", deployment=~"$app"}) - sum(kube_deployment_status_replicas_available{namespace="${namespaces.apps}", deployment=~"$app"})`,
          steps: [[1, "red"]],
          width: 4,
        }),
        lines({
          title: "CPU",
          description: "Cores that each pod uses",
          unit: "cores",
          series: [[`sum by (pod) (rate(container_cpu_usage_seconds_total{${pods}}[$__rate_interval]))`, "{{pod}}"]],
        }),
        lines({
          title: "Memory",
          description: "Memory of each pod, and the limit at which it is ended",
          unit: "bytes",
          series: [
            [`sum by (pod) (container_memory_working_set_bytes{${pods}})`, "{{pod}}"],
            [`sum by (pod) (kube_pod_container_resource_limits{resource="memory", ${pods}})`, "{{pod}} limit"],
          ],
        }),
        lines({
          title: "Restarts",
          description: "Container starts after a failure",
          unit: "short",
          series: [
            [
              `sum by (pod) (increase(kube_pod_container_status_restarts_total{namespace="${namespaces.apps}", pod=~"($app)-.*"}[$__rate_interval]))`,
              "{{pod}}",
            ],
          ],
        }),
      ],
    },
  ],
});
