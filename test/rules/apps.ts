import { constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

const replicas = (namespace: string, wanted: number, available: number): SeriesMap => ({
  [`kube_deployment_spec_replicas{namespace="${namespace}", deployment="podinfo"}`]: constant(wanted),
  [`kube_deployment_status_replicas_available{namespace="${namespace}", deployment="podinfo"}`]: constant(available),
});

const span = 'service="podinfo", span_kind="SPAN_KIND_SERVER", span_name="GET /"';
const calls = (good: number, bad: number): SeriesMap => ({
  [`traces_spanmetrics_calls_total{${span}, status_code="STATUS_CODE_UNSET"}`]: growing(good),
  ...(bad > 0 && { [`traces_spanmetrics_calls_total{${span}, status_code="STATUS_CODE_ERROR"}`]: growing(bad) }),
});

const latency = (quick: number): SeriesMap => ({
  [`traces_spanmetrics_latency_bucket{${span}, le="1.024"}`]: growing(quick),
  [`traces_spanmetrics_latency_bucket{${span}, le="4.096"}`]: growing(100),
  [`traces_spanmetrics_latency_bucket{${span}, le="+Inf"}`]: growing(100),
});

export const apps: RuleCases = {
  AppDown: {
    fires: { series: replicas("apps", 2, 0), alerts: [{ labels: { namespace: "apps", deployment: "podinfo" } }] },
    // Scaled to zero on purpose; and down, but no app.
    quiet: { series: { ...replicas("apps", 0, 0), ...replicas("storage", 1, 0) } },
  },
  AppErrorsHigh: {
    fires: { series: calls(80, 20), alerts: [{ labels: { service: "podinfo" }, value: "20%" }] },
    quiet: { series: calls(100, 0) },
  },
  AppSlow: {
    fires: {
      series: { ...calls(100, 0), ...latency(0) },
      alerts: [{ labels: { service: "podinfo" }, value: "4.065s" }],
    },
    quiet: { series: { ...calls(100, 0), ...latency(100) } },
  },
};
