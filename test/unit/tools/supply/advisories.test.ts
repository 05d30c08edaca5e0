// `npm audit` as npm does it, against a registry of this test's own: what npm reports, what is refused, and what is stale.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseAdvisories } from "../../../../tools/advisories.ts";
import {
  accepted,
  advisoriesOf,
  advisoryProblems,
  readReport,
  refusalOf,
} from "../../../../tools/supply/advisories.ts";
import { capture } from "../../../../tools/terminal/process.ts";

const advisory = {
  id: 1,
  url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
  title: "Prototype pollution in weak",
  severity: "high",
  vulnerable_versions: "<1.0.1",
  cwe: [],
  cvss: { score: 0, vectorString: null },
};

let folder = "";
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-advisories-"));
  const project = { name: "p", version: "1.0.0", dependencies: { weak: "1.0.0" } };
  const packages = { "": project, "node_modules/weak": { version: "1.0.0", license: "MIT" } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(project));
  writeFileSync(
    join(folder, "package-lock.json"),
    JSON.stringify({ name: "p", version: "1.0.0", lockfileVersion: 3, packages }),
  );
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** What npm prints about the folder where the registry answers so. */
const audit = async (advisories: object | undefined): Promise<string> => {
  server = createServer((request, response) => {
    const isBulk = request.url?.endsWith("/-/npm/v1/security/advisories/bulk");
    const versions = { "1.0.0": { name: "weak", version: "1.0.0" }, "1.0.1": { name: "weak", version: "1.0.1" } };
    const answer = isBulk ? advisories : { name: "weak", "dist-tags": { latest: "1.0.1" }, versions };
    if (answer === undefined) response.writeHead(405).end();
    else
      response
        .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
        .end(gzipSync(JSON.stringify(answer)));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const registry = `--registry=http://127.0.0.1:${port}/`;
  const { stdout } = await capture(
    "npm",
    ["audit", "--json", registry, "--fetch-retries=0", `--cache=${join(folder, "cache")}`],
    { cwd: folder },
  );
  return stdout;
};

test("an argument that is none ends with the usage", () => {
  expect(() => parseAdvisories(["--strickt"])).toThrow("Usage: npm run advisories [-- --strict]");
  expect(parseAdvisories(["--strict"])).toEqual({ strict: true });
});

test("a registry without such an endpoint gives no report, which is not the same as none found", async () => {
  const stdout = await audit(undefined);
  expect(readReport(stdout)).toBeUndefined();
  expect(refusalOf(stdout)).toContain("405 Method Not Allowed");
  expect(readReport("")).toBeUndefined();
});

test("none found", async () => {
  const report = readReport(await audit({}));
  expect(report && advisoriesOf(report)).toEqual([]);
});

test("an advisory is told with its package, path and remedy, unless it is explained; an explanation that is stale fails", async () => {
  const report = readReport(await audit({ weak: [advisory] }));
  const found = report ? advisoriesOf(report) : [];
  const [problem, ...more] = advisoryProblems(found, []);
  expect(more).toEqual([]);
  expect(problem).toContain("GHSA-aaaa-bbbb-cccc (high) weak <1.0.1: Prototype pollution in weak");
  expect(problem).toContain("in node_modules/weak");
  expect(problem).toMatch(/→ npm (update weak|install --save-exact weak@1\.0\.1)/);
  const entry = { id: "GHSA-aaaa-bbbb-cccc", package: "weak", reason: "not called" };
  expect(advisoryProblems(found, [entry])).toEqual([]);
  expect(advisoryProblems([], [entry])).toEqual([
    "GHSA-aaaa-bbbb-cccc of weak is accepted in tools/supply/advisories.ts, and is not reported any more: take the entry out",
  ]);
});

test("whatever is accepted has a reason to read", () => {
  expect(accepted.filter(({ id, reason }) => !/^GHSA-/.test(id) || reason.length < 20)).toEqual([]);
});
