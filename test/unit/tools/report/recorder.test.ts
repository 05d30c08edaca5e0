import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runAction } from "../../../../tools/engine/commands.ts";
import type { Session } from "../../../../tools/engine/session.ts";
import { runSchema } from "../../../../tools/report/record.ts";
import type { Screen } from "../../../../tools/terminal/live.ts";
import { urns } from "./sample.ts";

const secret = "hunter2-never-in-a-file";

/** An engine that tells of one resource, with a secret among its inputs and outputs, and ends with `code`. */
const engine = (code: number): string => {
  const resource = {
    urn: urns.server,
    type: "kubernetes:apps/v1:StatefulSet",
    custom: true,
    inputs: { password: secret },
    outputs: { password: secret },
  };
  const metadata = { op: "create", urn: resource.urn, type: resource.type, old: null, new: resource };
  const events = [
    { resourcePreEvent: { metadata } },
    code === 0 ? { resOutputsEvent: { metadata } } : { resOpFailedEvent: { metadata } },
    { diagnosticEvent: { urn: urns.server, severity: code === 0 ? "info" : "error", message: `token=${secret}` } },
  ];
  const lines = events.map((event, sequence) => JSON.stringify({ sequence, timestamp: 0, ...event }));
  return `#!/bin/sh\nfor file; do :; done\ncat >> "$file" <<'END'\n${lines.join("\n")}\nEND\necho '{"image":"a","source":"registry"}' >> "$STRATA_IMAGE_LOG"\nexit ${code}\n`;
};

let root: string;
let said: string[];
const screen: Screen = {
  interactive: false,
  columns: 80,
  rows: 24,
  print: (line) => void said.push(line),
  show: () => undefined,
  close: () => undefined,
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "recorder-"));
  said = [];
  vi.stubEnv("XDG_STATE_HOME", root);
  vi.stubEnv("XDG_CACHE_HOME", join(root, "cache"));
  vi.stubEnv("CI", "");
  writeFileSync(join(root, "package.json"), '{"version":"1.2.3"}');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const session = (code = 0): Session => {
  const pulumi = join(root, "pulumi");
  writeFileSync(pulumi, engine(code));
  chmodSync(pulumi, 0o755);
  const state = join(root, "backend", ".pulumi", "stacks", "strata");
  mkdirSync(state, { recursive: true });
  writeFileSync(
    join(state, "s.json"),
    JSON.stringify({ checkpoint: { latest: { manifest: { version: "v3.250.0" }, resources: [] } } }),
  );
  return {
    name: "s",
    cluster: "kwok",
    root,
    pulumi,
    plugins: "offline",
    backend: { kind: "local", folder: join(root, "backend") },
    variables: {},
    configFile: join(root, "Pulumi.s.yaml"),
    folder: join(root, "stack"),
  };
};

const records = (): string[] => {
  const folder = join(root, "strata", "history", "s");
  return readdirSync(folder).flatMap((machine) =>
    readdirSync(join(folder, machine)).map((file) => readFileSync(join(folder, machine, file), "utf8")),
  );
};

describe("a run through the engine commands", () => {
  test("leaves one record, of the schema's shape and without the secret", async () => {
    const { record } = await runAction("up", session(), screen, { purpose: "bench" });
    const [text = "", ...others] = records();
    expect(others).toEqual([]);
    expect(text).not.toContain(secret);
    expect(runSchema.parse(JSON.parse(text))).toEqual(record);
    expect(record).toMatchObject({
      stack: "s",
      purpose: "bench",
      outcome: "succeeded",
      temperature: "changed",
      counts: { create: 1 },
      versions: { strata: "1.2.3", pulumi: "3.250.0" },
      images: [{ image: "a", source: "registry" }],
      resources: [{ urn: urns.server, outcome: "done" }],
    });
  });

  test("that failed says why, without what must not be kept", async () => {
    const { record, result } = await runAction("up", session(3), screen);
    expect(result.code).toBe(3);
    expect(record).toMatchObject({
      outcome: "failed",
      purpose: "start",
      failures: [{ urn: urns.server, messages: ["token=[secret]"] }],
      resources: [{ outcome: "failed" }],
    });
    expect(records().join("")).not.toContain(secret);
  });

  test("a preview leaves none", async () => {
    expect((await runAction("preview", session(), screen)).record).toBeUndefined();
    expect(() => records()).toThrow("ENOENT");
  });

  test("a history that can't be written is one line, and the run is what it was", async () => {
    mkdirSync(join(root, "strata"));
    writeFileSync(join(root, "strata", "history"), "a file in the folder's place");
    const { result, record } = await runAction("up", session(), screen);
    expect([result.code, record]).toEqual([0, undefined]);
    expect(said.filter((line) => line.includes("This run is not in the history"))).toHaveLength(1);
  });
});
