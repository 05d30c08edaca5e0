// An image whose pull or load fails once and twice. With a double in the place of the container engine: it tests our tools, not the engine.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Captured, capture } from "../../tools/terminal/process.ts";
import { repository } from "../../tools/toolchain/paths.ts";
import { type DockerDouble, dockerDouble } from "./support/docker-double.ts";
import { attempt } from "./support/record.ts";

const reference = "registry.test/team/app:1.0";
const request = { key: reference, reference, pullThroughCache: false, timeoutSeconds: 60 };

const withDouble = async (
  pulled: boolean,
  work: (docker: DockerDouble, tool: Tool) => Promise<string>,
): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "strata-double-"));
  const docker = dockerDouble(folder, reference, pulled);
  const env = { ...process.env, PATH: `${docker.bin}:${process.env["PATH"]}`, XDG_CACHE_HOME: join(folder, "cache") };
  const tool: Tool = (verb) =>
    capture(process.execPath, [join(repository, "tools", "image.mjs"), verb], {
      env,
      timeoutMs: 60_000,
      input: JSON.stringify({ ...request, ...(verb === "load" && { cluster: "test", nodes: ["test-control-plane"] }) }),
    });
  try {
    return await work(docker, tool);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

type Tool = (verb: "pull" | "load") => Promise<Captured>;

describe("an image", () => {
  for (const times of [1, 2])
    test(`whose pull fails ${times}x with a passing reason arrives in the same run`, () =>
      attempt("image pull fails for a passing reason", `${times}x`, () =>
        withDouble(false, async (docker, tool) => {
          docker.fail("pull", times, "net/http: TLS handshake timeout");
          const { code, stderr } = await tool("pull");
          expect(code, stderr).toBe(0);
          expect(docker.calls().filter((call) => call.startsWith("pull"))).toHaveLength(times + 1);
          return "the same run succeeded";
        }),
      ));

  for (const times of [1, 2])
    test(`whose load fails ${times}x says why each time, and the next run loads it`, () =>
      attempt("image load fails", `${times}x`, () =>
        withDouble(true, async (docker, tool) => {
          docker.fail("images import", times, "ctr: failed to write blob: no space left on device");
          for (let left = times; left > 0; left -= 1) {
            const { code, stderr } = await tool("load");
            expect(code).toBe(1);
            expect(stderr).toContain(`The image ${reference} (from: engine) cannot be put into the cluster test`);
            expect(stderr).toContain("no space left on device");
            expect(stderr).not.toMatch(/^\s+at /m);
          }
          const { code, stderr } = await tool("load");
          expect(code, stderr).toBe(0);
          return "each failed run said so; the next succeeded";
        }),
      ));

  test("that is said to be loaded and is not there is an error, not a success", () =>
    attempt("image load reports success and the node has nothing", "", () =>
      withDouble(true, async (docker, tool) => {
        docker.forget();
        const { code, stderr } = await tool("load");
        expect(code).toBe(1);
        expect(stderr).toContain(`The image ${reference} was sent to test-control-plane and is not there.`);
        return "reported";
      }),
    ));
});
