// The sample app by its own metrics: rate, errors and duration in four panels.
import { dashboard } from "./dashboard.ts";
import { lines, number } from "./panels.ts";

const job = `job="podinfo"`;
const total = `sum(rate(http_requests_total{${job}}[$__rate_interval]))`;
const quantile = (q: number) =>
  `histogram_quantile(${q}, sum by (le) (rate(http_request_duration_seconds_bucket{${job}}[$__rate_interval])))`;

export const sampleApp = dashboard({
  uid: "sample-app-overview",
  title: "Sample App Overview",
  description: "Rate, errors and duration of the sample app, by its own metrics",
  tags: ["apps"],
  rows: [
    {
      title: "Requests",
      height: 8,
      panels: [
        lines({
          title: "Request rate",
          description: "Requests per second by HTTP status",
          unit: "reqps",
          mode: "stacked",
          series: [[`sum by (status) (rate(http_requests_total{${job}}[$__rate_interval]))`, "{{status}}"]],
        }),
        lines({
          title: "Error rate",
          description: "Share of requests that end with a 5xx code",
          unit: "percentunit",
          max: 1,
          series: [
            [
              `(sum(rate(http_requests_total{${job}, status=~"5.."}[$__rate_interval])) or vector(0)) / (${total} > 0)`,
              "errors",
            ],
          ],
        }),
      ],
    },
    {
      title: "Duration",
      height: 8,
      panels: [
        lines({
          title: "Request duration",
          description: "Median and 99th percentile of the time a request takes",
          unit: "s",
          width: 18,
          series: [
            [quantile(0.5), "p50"],
            [quantile(0.99), "p99"],
          ],
        }),
        number({
          title: "Total requests",
          description: "Requests per second of all replicas together",
          unit: "reqps",
          expr: total,
        }),
      ],
    },
  ],
});
