import { constant, growing, type RuleCases, type SeriesMap } from "./types.ts";

const service = 'service="apps-podinfo-9898@kubernetes"';
const labels = { service: "apps-podinfo-9898@kubernetes" };

const requests = (good: number, bad: number): SeriesMap => ({
  [`traefik_service_requests_total{${service}, code="200", method="GET"}`]: growing(good),
  ...(bad > 0 && { [`traefik_service_requests_total{${service}, code="502", method="GET"}`]: growing(bad) }),
});

const duration = (quick: number): SeriesMap => ({
  [`traefik_service_request_duration_seconds_bucket{${service}, le="1.2"}`]: growing(quick),
  [`traefik_service_request_duration_seconds_bucket{${service}, le="5.0"}`]: growing(100),
  [`traefik_service_request_duration_seconds_bucket{${service}, le="+Inf"}`]: growing(100),
});

// The test's clock starts at zero, so the certificate ends so many seconds after it.
const certificate = (seconds: number): SeriesMap => ({
  'traefik_tls_certs_not_after{cn="example.com", serial="1", sans="example.com"}': constant(seconds),
});

export const traefik: RuleCases = {
  TraefikServiceErrorsHigh: {
    fires: { series: requests(90, 10), alerts: [{ labels, value: "10%" }] },
    quiet: { series: requests(100, 0) },
  },
  TraefikServiceSlow: {
    fires: { series: { ...requests(100, 0), ...duration(0) }, alerts: [{ labels, value: "4.962s" }] },
    quiet: { series: { ...requests(100, 0), ...duration(100) } },
  },
  TraefikServerDown: {
    fires: {
      series: { [`traefik_service_server_up{${service}, url="http://10.0.0.9:80"}`]: constant(0) },
      alerts: [{ labels: { ...labels, url: "http://10.0.0.9:80" } }],
    },
    quiet: { series: { [`traefik_service_server_up{${service}, url="http://10.0.0.9:80"}`]: constant(1) } },
  },
  TraefikCertificateExpiring: {
    fires: { series: certificate(97200), alerts: [{ labels: { cn: "example.com" }, value: "1d 0h 0m 0s" }] },
    quiet: { series: certificate(9999999) },
  },
};
