import { expect, test } from "vitest";
import { edgesOfText } from "../../support/flows/addresses.ts";
import { type Cluster, edgeText, type Pods } from "../../support/flows/model.ts";
import { podsNamed } from "../../support/flows/pods.ts";
import { relabel, scrapeEdges } from "../../support/flows/scrape.ts";

const pods = (id: `${string}/${string}`, ports: Pods["ports"], more: Partial<Pods> = {}): Pods =>
  podsNamed(id, { ports, ...more });

const web = pods("a/web", []);
const db = pods("b/db", [{ name: "sql", port: 5432, protocol: "TCP" }]);
const service = (namespace: string, name: string, ports: Cluster["services"][number]["ports"]) => ({
  namespace,
  name,
  type: "ClusterIP",
  selector: { app: name.replace(/-.*/, "") },
  ports,
  annotations: {},
});
const cluster: Cluster = {
  namespaces: new Map(),
  pods: [web, db],
  services: [
    service("b", "db", [{ port: 80, targetPort: "sql" }]),
    service("b", "db-many", [{ port: 80, targetPort: "sql" }, { port: 81 }]),
    service("a", "web", [{ port: 80, targetPort: 8080 }]),
  ],
  policies: [],
};
const found = (text: string, from = web) => edgesOfText(from, text, cluster, "test").map(edgeText);

test.each([
  ["postgresql://u:p@db.b.svc.cluster.local:80/x", "a/web -> b/db:5432"],
  ["http://db.b.svc/x", "a/web -> b/db:5432"],
  ["http://db.b:80", "a/web -> b/db:5432"],
  ["tcp://u@db.b.svc.cluster.local.:80", "a/web -> b/db:5432"],
])("the Service in %s, and the port of the pods behind it", (text, edge) => {
  expect(found(text)).toEqual([edge]);
});

test("a bare name is one of the pod's own namespace, and a word is none", () => {
  expect(found("http://web:80", pods("a/other", []))).toEqual(["a/other -> a/web:8080"]);
  expect(found("http://db:80")).toEqual([]);
  expect(found("the db of the web, see https://example.com:443/db")).toEqual([]);
});

test("the API server by its name", () => {
  expect(found("https://kubernetes.default.svc")).toEqual(["a/web -> API server:443", "a/web -> API server:6443"]);
});

test("a pod's own address is no way through a policy, unless it has a twin", () => {
  const url = "http://db.b.svc:80";
  expect(found(url, db)).toEqual([]);
  const twins = { ...db, replicas: 3 };
  const edges = edgesOfText(twins, url, { ...cluster, pods: [twins] }, "test");
  expect(edges.map(edgeText)).toEqual(["b/db -> b/db:5432"]);
});

test("a name that leads nowhere, or a port that can't be told, fails", () => {
  expect(() => found("http://gone.b.svc:80")).toThrow("a/web: test names gone.b.svc:80, and there is no such Service");
  expect(() => found("http://db.b.svc:90")).toThrow("The Service b/db has no port 90");
  expect(() => found("host=db-many.b.svc")).toThrow("The Service b/db-many is named without a port and has 2");
});

test("relabel rules: anchored, joined by semicolons, with groups", () => {
  const labels = { a: "1", b: "x" };
  expect(relabel(labels, [{ action: "keep", source_labels: ["a", "b"], regex: "1;x" }])).toEqual(labels);
  expect(relabel(labels, [{ action: "keep", source_labels: ["b"], regex: "" }])).toBeUndefined();
  expect(relabel(labels, [{ action: "drop", source_labels: ["a"], regex: "\\d" }])).toBeUndefined();
  expect(
    relabel(labels, [{ source_labels: ["a", "b"], regex: "(.);(.)", target_label: "c", replacement: "$2:$1" }]),
  ).toEqual({
    ...labels,
    c: "x:1",
  });
  expect(() => relabel(labels, [{ action: "hashmod" }])).toThrow("No rule here understands the relabel action hashmod");
});

test("a scrape goes to the port of the address, for what the rules keep", () => {
  const asked = { ...db, annotations: { "prometheus.io/port": "9187" } };
  const rules = [
    { action: "keep", source_labels: ["__meta_kubernetes_pod_annotation_prometheus_io_port"], regex: "\\d+" },
    {
      source_labels: ["__meta_kubernetes_pod_ip", "__meta_kubernetes_pod_annotation_prometheus_io_port"],
      regex: "([0-9.]+);(\\d+)",
      target_label: "__address__",
      replacement: "$1:$2",
    },
  ];
  const jobs = [{ job_name: "pods", kubernetes_sd_configs: [{ role: "pod" }], relabel_configs: rules }];
  expect(scrapeEdges(web, jobs, { ...cluster, pods: [web, asked] }).map(edgeText)).toEqual(["a/web -> b/db:9187"]);
  const other = [{ job_name: "consul", kubernetes_sd_configs: [{ role: "service" }] }];
  expect(() => scrapeEdges(web, other, cluster)).toThrow("The scrape job consul discovers service");
});
