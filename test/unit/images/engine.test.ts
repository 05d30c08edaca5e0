import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { explainPull, inspect, isWanted, pull, pullName } from "../../../tools/image/engine.ts";
import { cacheArgs, openCache } from "../../../tools/image/pull-through.ts";
import { recordingMachine } from "../../support/image-machine.ts";

const digest = `sha256:${"a".repeat(64)}`;
const other = `sha256:${"b".repeat(64)}`;
const reference = "docker.io/library/postgres:17.10";
const found = { stdout: `sha256:1\t87\t["postgres@${digest}"]\n` };

describe("what the engine has", () => {
  test("is nothing where it does not know the reference", async () => {
    const { docker } = recordingMachine(() => ({ code: 1, stderr: "No such image" }));
    expect(await inspect(docker, reference)).toBeUndefined();
  });

  test("is told with its id, size and digests", async () => {
    const { docker, ran } = recordingMachine(() => found);
    expect(await inspect(docker, reference)).toEqual({ id: "sha256:1", bytes: 87, digests: [digest] });
    expect(ran).toEqual([`docker image inspect --format {{.Id}}\t{{.Size}}\t{{json .RepoDigests}} ${reference}`]);
  });

  test("counts only with the wanted digest, unless it came from no registry", () => {
    const image = (digests: string[]) => ({ id: "sha256:1", bytes: 1, digests });
    expect(isWanted(image([other]), digest)).toBe(false);
    expect(isWanted(image([other, digest]), digest)).toBe(true);
    expect(isWanted(image([]), digest)).toBe(true);
    expect(isWanted(image([other]), undefined)).toBe(true);
  });

  test("an engine that does not answer is an error with its remedy", async () => {
    const { docker } = recordingMachine(() => ({
      code: 1,
      stderr: "Cannot connect to the Docker daemon at unix:///x",
    }));
    await expect(inspect(docker, reference)).rejects.toThrow(/^The container engine does not answer\.\nStart it/);
  });
});

describe("pull", () => {
  test("asks by digest, then gives the image its tag", async () => {
    const machine = recordingMachine((line) => (line.includes("inspect") ? found : undefined));
    expect(await pull(machine, machine.docker, { reference, digest, timeoutSeconds: 60 })).toMatchObject({
      id: "sha256:1",
    });
    expect(machine.ran.slice(0, 2)).toEqual([
      `docker pull --quiet docker.io/library/postgres@${digest}`,
      `docker tag docker.io/library/postgres@${digest} ${reference}`,
    ]);
  });

  test("asks by tag where no digest is known", async () => {
    const machine = recordingMachine((line) => (line.includes("inspect") ? found : undefined));
    await pull(machine, machine.docker, { reference, timeoutSeconds: 60 });
    expect(machine.ran[0]).toBe(`docker pull --quiet ${reference}`);
    expect(machine.ran).toHaveLength(2);
  });

  test("goes through a cache by its address, and leaves no tag of the cache behind", async () => {
    expect(pullName({ reference, digest, through: "127.0.0.1:5001", timeoutSeconds: 1 })).toBe(
      `127.0.0.1:5001/library/postgres@${digest}`,
    );
    const machine = recordingMachine((line) => (line.includes("inspect") ? found : undefined));
    await pull(machine, machine.docker, { reference, through: "127.0.0.1:5001", timeoutSeconds: 60 });
    expect(machine.ran.slice(0, 3)).toEqual([
      "docker pull --quiet 127.0.0.1:5001/library/postgres:17.10",
      `docker tag 127.0.0.1:5001/library/postgres:17.10 ${reference}`,
      "docker image rm 127.0.0.1:5001/library/postgres:17.10",
    ]);
  });

  test("tries a passing fault again, twice", async () => {
    const machine = recordingMachine((line) =>
      line.includes(" pull ") ? { code: 1, stderr: "Error response from daemon: unexpected EOF" } : undefined,
    );
    expect(await pull(machine, machine.docker, { reference, timeoutSeconds: 60 })).toBe("unexpected EOF");
    expect(machine.ran).toHaveLength(3);
    expect(machine.said).toEqual([
      `${reference}: unexpected EOF; trying again`,
      `${reference}: unexpected EOF; trying again`,
    ]);
  });

  test.each([
    [
      "toomanyrequests: You have reached your pull rate limit",
      1,
      "the registry limits how much it gives to anonymous users: log in (docker login), or set images.pullThroughCache",
    ],
    [
      "Error response from daemon: manifest unknown",
      1,
      `the registry has no image with the digest ${digest} (manifest unknown)`,
    ],
    [
      "denied: requested access is denied",
      1,
      "the registry asks for credentials (docker login): denied: requested access is denied",
    ],
    ["", 124, "no answer within 60 s"],
    ["", 3, "docker pull ended with code 3"],
    ["first\ndial tcp: lookup x: no such host", 1, "dial tcp: lookup x: no such host"],
  ])("explains %j", (stderr, code, reason) => {
    expect(explainPull(stderr, code, { digest, seconds: 60 })).toBe(reason);
  });
});

describe("the pull-through cache", () => {
  beforeEach(() => {
    vi.stubEnv("XDG_CACHE_HOME", mkdtempSync(join(tmpdir(), "cache-")));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("listens on 127.0.0.1 only and keeps its volume", () => {
    expect(cacheArgs("docker.io", "registry:3").join(" ")).toBe(
      "run --detach --name strata-cache-docker-io --restart unless-stopped --label strata.dev/cache=docker.io " +
        "--publish 127.0.0.1::5000 --volume strata-cache-docker-io:/var/lib/registry " +
        "--env REGISTRY_PROXY_REMOTEURL=https://registry-1.docker.io --env OTEL_TRACES_EXPORTER=none registry:3",
    );
  });

  test("is used as it is where it runs", async () => {
    const machine = recordingMachine(() => ({ stdout: "127.0.0.1:49153\n" }));
    const image = vi.fn();
    expect(await openCache(machine, machine.docker, "quay.io", image)).toEqual({ address: "127.0.0.1:49153" });
    expect(machine.ran).toEqual(["docker port strata-cache-quay-io 5000/tcp"]);
    expect(image).not.toHaveBeenCalled();
  });

  test("is created where it never was, and waited for", async () => {
    const server = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    let created = false;
    const machine = recordingMachine((line) => {
      if (line.startsWith("docker start")) return { code: 1, stderr: "No such container" };
      if (line.startsWith("docker run")) created = true;
      return line.startsWith("docker port") ? (created ? { stdout: `${address}\n` } : { code: 1 }) : undefined;
    });
    try {
      expect(await openCache(machine, machine.docker, "quay.io", async () => "registry:3")).toEqual({ address });
    } finally {
      server.close();
    }
    expect(machine.ran.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "docker port",
      "docker start",
      "docker run",
      "docker port",
    ]);
    expect(machine.said).toEqual(["Started the pull-through cache of quay.io"]);
  });

  test("that cannot be created or does not answer is a reason, not a crash", async () => {
    const refused = recordingMachine((line) =>
      /^docker (start|port)/.test(line) ? { code: 1 } : { code: 125, stderr: "x\ndocker: no space left" },
    );
    expect(await openCache(refused, refused.docker, "quay.io", async () => "registry:3")).toEqual({
      reason: "docker: no space left",
    });
    const silent = recordingMachine((line) => (line.startsWith("docker port") ? { code: 1 } : undefined));
    expect(await openCache(silent, silent.docker, "quay.io", async () => "registry:3")).toEqual({
      reason: "the container strata-cache-quay-io does not answer; see docker logs strata-cache-quay-io",
    });
  });
});
