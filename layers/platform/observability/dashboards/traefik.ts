// Traefik: rate, errors and duration of what comes in through the gateway, by entry point, router and service.
import { dashboard, variable } from "./dashboard.ts";
import { lines, number, table } from "./panels.ts";

const service = `service=~"$service"`;
const requests = (selector: string, by: string) =>
  `sum by (${by}) (rate(traefik_service_requests_total{${selector}}[$__rate_interval]))`;
const quantile = (q: number, metric: string, selector: string, by: string) =>
  `histogram_quantile(${q}, sum by (le, ${by}) (rate(${metric}_bucket{${selector}}[$__rate_interval])))`;

export const traefik = dashboard({
  uid: "strata-traefik",
  title: "Traefik",
  description: "Rate, errors and duration of the requests that come in through the gateway",
  tags: ["ingress"],
  variables: [variable("service", "Service", "label_values(traefik_service_requests_total, service)")],
  rows: [
    {
      title: "Now",
      height: 4,
      panels: [
        number({
          title: "Requests",
          description: "Requests per second at all entry points",
          unit: "reqps",
          expr: "sum(rate(traefik_entrypoint_requests_total[$__rate_interval]))",
        }),
        number({
          title: "Errors",
          empty: "no requests",
          description: "Share of requests that end with a 5xx code",
          unit: "percentunit",
          max: 1,
          expr: `(sum(rate(traefik_entrypoint_requests_total{code=~"5.."}[$__rate_interval])) or vector(0)) / (sum(rate(traefik_entrypoint_requests_total[$__rate_interval])) > 0)`,
          steps: [
            [0.01, "orange"],
            [0.05, "red"],
          ],
        }),
        number({
          title: "Duration, 95th percentile",
          description: "Time that the slowest twentieth of the requests takes at least",
          unit: "s",
          expr: "histogram_quantile(0.95, sum by (le) (rate(traefik_entrypoint_request_duration_seconds_bucket[$__rate_interval])))",
        }),
        number({
          title: "Open connections",
          description: "Connections that clients hold open",
          unit: "short",
          expr: "sum(traefik_open_connections)",
        }),
        number({
          title: "Last reload",
          description: "Time since the configuration last changed",
          unit: "s",
          expr: "min(time() - traefik_config_last_reload_success)",
        }),
      ],
    },
    {
      title: "Entry points",
      height: 8,
      panels: [
        lines({
          title: "Requests by code",
          description: "Requests per second by their HTTP status",
          unit: "reqps",
          mode: "stacked",
          series: [[`sum by (code) (rate(traefik_entrypoint_requests_total[$__rate_interval]))`, "{{code}}"]],
        }),
        lines({
          title: "Duration",
          description: "Median, 95th and 99th percentile at each entry point",
          unit: "s",
          exemplars: "shown",
          series: [
            [quantile(0.5, "traefik_entrypoint_request_duration_seconds", "", "entrypoint"), "{{entrypoint}} p50"],
            [quantile(0.95, "traefik_entrypoint_request_duration_seconds", "", "entrypoint"), "{{entrypoint}} p95"],
            [quantile(0.99, "traefik_entrypoint_request_duration_seconds", "", "entrypoint"), "{{entrypoint}} p99"],
          ],
        }),
        lines({
          title: "Traffic",
          description: "Bytes of requests and responses",
          unit: "Bps",
          series: [
            [
              "sum by (entrypoint) (rate(traefik_entrypoint_requests_bytes_total[$__rate_interval]))",
              "{{entrypoint}} in",
            ],
            [
              "sum by (entrypoint) (rate(traefik_entrypoint_responses_bytes_total[$__rate_interval]))",
              "{{entrypoint}} out",
            ],
          ],
        }),
      ],
    },
    {
      title: "Services",
      height: 8,
      panels: [
        lines({
          title: "Requests",
          description: "Requests per second to each service behind the gateway",
          unit: "reqps",
          series: [[requests(service, "service"), "{{service}}"]],
        }),
        lines({
          title: "Errors",
          empty: "no errors",
          description: "Requests per second that a service answers with 5xx",
          unit: "reqps",
          series: [[requests(`${service}, code=~"5.."`, "service, code"), "{{service}} {{code}}"]],
        }),
        lines({
          title: "Duration, 95th percentile",
          description: "Time that the slowest twentieth of each service's requests takes at least",
          unit: "s",
          exemplars: "shown",
          series: [[quantile(0.95, "traefik_service_request_duration_seconds", service, "service"), "{{service}}"]],
        }),
      ],
    },
    {
      title: "Routers",
      height: 8,
      panels: [
        table({
          title: "Requests by router",
          description: "Requests per second of each route, so that a route without traffic stands out",
          unit: "reqps",
          series: [["sum by (router, service) (rate(traefik_router_requests_total[$__rate_interval]))", "Requests"]],
        }),
        lines({
          title: "CPU of Traefik",
          description: "Cores that each of Traefik's pods uses",
          unit: "cores",
          series: [[`sum by (pod) (rate(process_cpu_seconds_total{job="traefik"}[$__rate_interval]))`, "{{pod}}"]],
        }),
        lines({
          title: "Memory of Traefik",
          description: "Resident memory of each of Traefik's pods",
          unit: "bytes",
          series: [[`sum by (pod) (process_resident_memory_bytes{job="traefik"})`, "{{pod}}"]],
        }),
      ],
    },
  ],
});
