// Charts from each source, against a server on this machine: what is asked for, what is checked, what a user reads.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../../lib/errors.ts";
import type { Chart } from "../../../tools/charts/chart.ts";
import { obtainChart } from "../../../tools/charts/ensure.ts";
import { sha256Of } from "../../../tools/charts/sha256.ts";
import { type ChartServer, chartServer } from "./server.ts";

const data = gzipSync("a chart");
const other = gzipSync("another chart");

let folder: string;
let server: ChartServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "strata-charts-"));
  server = await chartServer();
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const https = (more: Partial<Chart> = {}): Chart => ({
  key: "tiny",
  repository: `${server.url}/charts`,
  name: "tiny",
  version: "1.2.3",
  sha256: sha256Of(data),
  ...more,
});

const oci = (more: Partial<Chart> = {}): Chart => https({ repository: `oci://${server.host}/acme/tiny`, ...more });

const at = (...parts: string[]): string => join(folder, ...parts);
const project = (): string => at("project", ".strata", "charts", "tiny-1.2.3.tgz");

const obtain = (chart: Chart, dir?: string) =>
  obtainChart(chart, { root: at("project"), cache: at("cache"), ...(dir !== undefined && { dir }) });

const failure = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("it was had");
};

const put = (file: string, content: Buffer | string): void => {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
};

describe("a chart that cannot be had", () => {
  test("names every source, and what to do", async () => {
    server.index({});
    const text = await failure(obtain(https(), at("mirror")));
    expect(text).toBe(`The chart tiny 1.2.3 cannot be had. Tried:
  - project (.strata/charts): it has no tiny-1.2.3.tgz
  - cache (${at("cache")}): it has no tiny-1.2.3.tgz
  - charts.dir (${at("mirror")}): it has no tiny-1.2.3.tgz
  - repository ${server.url}/charts: its index.yaml has no chart tiny
To go on, one of:
  - make the repository reachable, then run this again
  - on a machine that reaches it: helm pull tiny --repo ${server.url}/charts --version 1.2.3
    then put tiny-1.2.3.tgz into ${at("mirror")}`);
  });

  test("without a mirror it says how to name one, and how an OCI chart is pulled", async () => {
    const text = await failure(obtain(oci()));
    expect(text).toContain(`  - repository oci://${server.host}/acme/tiny: it has no tag 1.2.3\n`);
    expect(text).toContain(`helm pull oci://${server.host}/acme/tiny --version 1.2.3\n`);
    expect(text).toContain("then put tiny-1.2.3.tgz into a folder of this machine and name the folder in charts.dir");
    expect(text).not.toContain("charts.dir (");
  });

  test("a repository that is not there", async () => {
    await server.close();
    const text = await failure(obtain(https()));
    expect(text).toContain(`repository ${server.url}/charts: ${server.url}/charts/index.yaml: ECONNREFUSED`);
  });

  test("a version that its repository does not have", async () => {
    server.index({ tiny: [{ version: "1.3.0" }, { version: "1.2.4" }] });
    expect(await failure(obtain(https()))).toContain(
      "its index.yaml has no tiny 1.2.3; the first it has: 1.3.0, 1.2.4",
    );
  });

  test("an answer that is no index", async () => {
    server.file("/charts/index.yaml", "<html>log in</html>");
    expect(await failure(obtain(https()))).toContain("its index.yaml lists no charts");
    server.file("/charts/index.yaml", "a: [");
    expect(await failure(obtain(https()))).toContain("its index.yaml is not YAML");
  });

  test("a file that is not the one of versions.ts, and what to do about that", async () => {
    server.index({ tiny: [{ version: "1.2.3", urls: ["tiny-1.2.3.tgz"] }] });
    server.file("/charts/tiny-1.2.3.tgz", other);
    const text = await failure(obtain(https()));
    expect(text).toContain(`the file has the sha256 ${sha256Of(other)}, and versions.ts says ${sha256Of(data)}`);
    expect(text).toContain("look at what changed, then write its sha256 to versions.ts (charts.tiny)");
    expect(existsSync(project())).toBe(false);
    expect(existsSync(at("cache"))).toBe(false);
  });

  test("a file that is not what its own index says", async () => {
    server.index({ tiny: [{ version: "1.2.3", urls: ["tiny-1.2.3.tgz"], digest: sha256Of(data) }] });
    server.file("/charts/tiny-1.2.3.tgz", other);
    const { sha256: _sha256, ...chart } = https();
    expect(await failure(obtain(chart))).toContain(
      `${server.url}/charts/tiny-1.2.3.tgz has the sha256 ${sha256Of(other)}, and the repository's index says ${sha256Of(data)}`,
    );
  });

  test("a page under the chart's name, where no sha256 tells", async () => {
    server.index({ tiny: [{ version: "1.2.3", urls: ["tiny-1.2.3.tgz"] }] });
    server.file("/charts/tiny-1.2.3.tgz", "<html>log in</html>");
    const { sha256: _sha256, ...chart } = https();
    expect(await failure(obtain(chart))).toContain(`repository ${server.url}/charts: the file is no .tgz`);
  });

  test("an image under the chart's tag, and a registry that wants a login", async () => {
    server.oci({ data, token: "t", mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" });
    expect(await failure(obtain(oci()))).toContain("what has the tag 1.2.3 is no chart");
    server.oci({ data, challenge: "Basic realm=x" });
    expect(await failure(obtain(oci()))).toContain("it wants credentials, and charts are fetched without any");
  });
});

describe("a chart is fetched once", () => {
  test("from an https repository, whose file may lie anywhere", async () => {
    server.index({ tiny: [{ version: "1.2.3", urls: [`${server.url}/elsewhere/t.tgz`], digest: sha256Of(data) }] });
    server.file("/elsewhere/t.tgz", data);
    expect(await obtain(https())).toEqual({
      path: ".strata/charts/tiny-1.2.3.tgz",
      origin: "repository",
      sha256: sha256Of(data),
    });
    expect(readFileSync(project())).toEqual(data);
    expect(readdirSync(at("project", ".strata", "charts"))).toEqual(["tiny-1.2.3.tgz"]);
    expect(server.requests).toEqual(["/charts/index.yaml", "/elsewhere/t.tgz"]);
    expect((await obtain(https())).origin).toBe("project");
    rmSync(at("project"), { recursive: true });
    expect((await obtain(https())).origin).toBe("cache");
    expect(server.requests).toHaveLength(2);
  });

  test("from a registry, with the token that it hands out", async () => {
    server.oci({ data, token: "anonymous" });
    expect((await obtain(oci())).origin).toBe("repository");
    expect(readFileSync(project())).toEqual(data);
    expect(server.requests).toEqual([
      "/v2/acme/tiny/manifests/1.2.3",
      "/token?service=registry&scope=repository%3Aacme%2Ftiny%3Apull",
      "/v2/acme/tiny/manifests/1.2.3",
      `/v2/acme/tiny/blobs/sha256:${sha256Of(data)}`,
    ]);
  });

  test("a version with build metadata has an underscore in its tag", async () => {
    server.oci({ data, tag: "1.2.3_b1" });
    expect((await obtain(oci({ version: "1.2.3+b1" }))).path).toBe(".strata/charts/tiny-1.2.3+b1.tgz");
  });

  test("from a mirror folder, relative to the project, without a request", async () => {
    put(at("project", "mirror", "tiny-1.2.3.tgz"), data);
    expect((await obtain(https(), "mirror")).origin).toBe("mirror");
    expect(readFileSync(at("cache", "tiny-1.2.3.tgz"))).toEqual(data);
    expect(server.requests).toEqual([]);
  });

  test("a damaged copy of ours is replaced", async () => {
    put(project(), other);
    put(at("cache", "tiny-1.2.3.tgz"), data.subarray(0, 10));
    put(at("mirror", "tiny-1.2.3.tgz"), data);
    expect((await obtain(https(), at("mirror"))).origin).toBe("mirror");
    expect(readFileSync(project())).toEqual(data);
    expect(readFileSync(at("cache", "tiny-1.2.3.tgz"))).toEqual(data);
  });
});
