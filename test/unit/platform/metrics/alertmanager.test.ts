import { describe, expect, it } from "vitest";
import { alertmanagerArgs, alertmanagerConfig } from "../../../../layers/platform/observability/alertmanager/config.ts";

describe("alertmanagerConfig", () => {
  it("has a receiver without a target where no webhook is set", () => {
    expect(alertmanagerConfig(undefined).receivers).toEqual([{ name: "default" }, { name: "none" }]);
  });

  it("posts to the webhook, also when an alert ends", () => {
    expect(alertmanagerConfig("https://example.com/hook").receivers[0]).toEqual({
      name: "default",
      webhook_configs: [{ url: "https://example.com/hook", send_resolved: true }],
    });
  });

  it("groups by namespace and alert, and never notifies of the watchdog", () => {
    expect(alertmanagerConfig(undefined).route).toEqual({
      receiver: "default",
      group_by: ["namespace", "alertname"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "12h",
      routes: [{ matchers: ["alertname = Watchdog"], receiver: "none" }],
    });
  });

  it("silences the lesser of two alerts of one name in one namespace", () => {
    expect(alertmanagerConfig(undefined).inhibit_rules).toEqual([
      {
        source_matchers: ["severity = critical"],
        target_matchers: ["severity =~ warning|info"],
        equal: ["namespace", "alertname"],
      },
      {
        source_matchers: ["severity = warning"],
        target_matchers: ["severity =~ info"],
        equal: ["namespace", "alertname"],
      },
    ]);
  });
});

describe("alertmanagerArgs", () => {
  it("runs alone, keeps its state on the volume", () => {
    expect(alertmanagerArgs({ retention: "120h", externalUrl: "http://localhost:30093" })).toEqual([
      "--config.file=/etc/alertmanager/alertmanager.yaml",
      "--storage.path=/alertmanager",
      "--data.retention=120h",
      "--web.listen-address=:9093",
      "--web.external-url=http://localhost:30093",
      "--cluster.listen-address=",
    ]);
  });
});
