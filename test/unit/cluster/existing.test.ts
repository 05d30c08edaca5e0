import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kubeconfigPath, readExisting } from "../../../layers/cluster/existing.ts";

test("a kubeconfig that is not there", () => {
  expect(() => readExisting({ kubeconfig: "/no/such/file", context: "a" })).toThrow(
    "The kubeconfig /no/such/file (cluster.kubeconfig in the stack file) cannot be read: does not exist.",
  );
});

test("~ is the home folder", () => {
  expect([kubeconfigPath("~/.kube/config", "/home/me"), kubeconfigPath("/a/b", "/home/me")]).toEqual([
    "/home/me/.kube/config",
    "/a/b",
  ]);
});

test("the chosen context of a file", () => {
  const file = join(mkdtempSync(join(tmpdir(), "strata-")), "config");
  writeFileSync(
    file,
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: "https://c:6443" } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    }),
  );
  expect(readExisting({ kubeconfig: file, context: "x" }).server).toBe("https://c:6443");
});
