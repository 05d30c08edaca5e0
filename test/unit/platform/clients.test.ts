import { expect, test } from "vitest";
import { clientsOf } from "../../../layers/platform/clients.ts";
import { parsedConfig } from "../../support/network.ts";

const base = { image: "ghcr.io/acme/app:1.0.0", port: 8080 };

test("only what asks for a database, a bucket or the queue may reach it, and pods of others", () => {
  const { apps } = parsedConfig({
    postgres: { databases: { shop: { owner: "shop" } } },
    objectStore: { kind: "garage" },
    queue: { kind: "redpanda" },
    apps: { plain: base, web: { ...base, database: "shop" }, worker: { ...base, bucket: "files", queue: true } },
  });
  const web = { namespace: "apps", workload: "web" };
  const worker = { namespace: "apps", workload: "worker" };
  const guest = { namespace: "microservices" };
  expect(clientsOf(apps, [])).toEqual({ database: [web], bucket: [worker], queue: [worker] });
  expect(clientsOf({}, ["microservices"])).toEqual({ database: [guest], bucket: [guest], queue: [guest] });
});
