// Requests through the gateway (rate, errors, duration), and alerts on the services behind it.
import type { RuleGroup } from "./types.ts";

export const traefik: RuleGroup = {
  name: "traefik",
  recording: [
    {
      record: "entrypoint:traefik_entrypoint_requests:rate5m",
      expr: "sum by (entrypoint) (rate(traefik_entrypoint_requests_total[5m]))",
    },
    {
      record: "entrypoint:traefik_entrypoint_request_duration_seconds:p99_rate5m",
      expr: "histogram_quantile(0.99, sum by (entrypoint, le) (rate(traefik_entrypoint_request_duration_seconds_bucket[5m])))",
    },
    {
      record: "service:traefik_service_requests:rate5m",
      expr: "sum by (service) (rate(traefik_service_requests_total[5m]))",
    },
    {
      record: "service:traefik_service_request_errors:ratio_rate5m",
      // A service without a single error has no 5xx series; it is at zero, not unknown.
      expr: `
        (
          sum by (service) (rate(traefik_service_requests_total{code=~"5.."}[5m]))
          or 0 * service:traefik_service_requests:rate5m
        ) / (service:traefik_service_requests:rate5m > 0)`,
    },
    {
      record: "service:traefik_service_request_duration_seconds:p99_rate5m",
      expr: "histogram_quantile(0.99, sum by (service, le) (rate(traefik_service_request_duration_seconds_bucket[5m])))",
    },
  ],
  alerts: [
    {
      alert: "TraefikServiceErrorsHigh",
      expr: "service:traefik_service_request_errors:ratio_rate5m > 0.05 and service:traefik_service_requests:rate5m > 0.1",
      for: "10m",
      severity: "warning",
      summary: "{{ $labels.service }} answers with errors",
      description: "{{ $value | humanizePercentage }} of its requests end with a 5xx code.",
    },
    {
      alert: "TraefikServiceSlow",
      expr: "service:traefik_service_request_duration_seconds:p99_rate5m > 2 and service:traefik_service_requests:rate5m > 0.1",
      for: "10m",
      severity: "warning",
      summary: "{{ $labels.service }} is slow",
      description: "The 99th percentile of its requests takes {{ $value | humanizeDuration }}.",
    },
    {
      alert: "TraefikServerDown",
      expr: "max by (service, url) (traefik_service_server_up) == 0",
      for: "5m",
      severity: "warning",
      summary: "A server of {{ $labels.service }} fails its health check",
      description: "{{ $labels.url }} gets no requests until it answers again.",
    },
    {
      alert: "TraefikCertificateExpiring",
      expr: "min by (cn) (traefik_tls_certs_not_after) - time() < 1209600",
      for: "1h",
      severity: "warning",
      summary: "The certificate of {{ $labels.cn }} expires soon",
      description: "It is valid for {{ $value | humanizeDuration }}.",
    },
  ],
};
