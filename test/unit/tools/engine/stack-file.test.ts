import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensurePassphrase } from "../../../../tools/engine/passphrase.ts";
import { clusterSection, toolsFor } from "../../../../tools/engine/session.ts";
import {
  mergeStackFile,
  prepareStackFolder,
  readStackFile,
  secretsProvider,
  stackFolder,
} from "../../../../tools/engine/stack-file.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "strata-stack-"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: strata\n");
  writeFileSync(join(root, "Pulumi.dev-fast.yaml"), "config: {}\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("stack files", () => {
  test("an unknown stack: a guess and the list", () => {
    expect(() => readStackFile(root, "dev-fats")).toThrow(
      'There is no stack "dev-fats": Pulumi.dev-fats.yaml does not exist. Did you mean "dev-fast"?\nStacks here: dev-fast',
    );
    expect(() => readStackFile(root, "../etc/passwd")).toThrow('There is no stack "../etc/passwd"');
  });

  test("another folder of stack files by STRATA_STACKS", () => {
    expect(stackFolder({ STRATA_STACKS: root })).toBe(root);
    expect(readStackFile(stackFolder({ STRATA_STACKS: root }), "dev-fast")).toBe("config: {}\n");
    expect(readStackFile(stackFolder({}), "dev-fast")).toContain("strata:cluster");
    expect(() => readStackFile(join(root, "none"), "dev-fast")).toThrow("Stacks here: none");
  });

  test("the copy keeps the salt that Pulumi wrote into it, through changes of the repository's file", () => {
    const state = join(root, "state");
    const { configFile } = prepareStackFolder(root, state, "dev-fast", "config:\n  a: 1\n");
    writeFileSync(configFile, `${readFileSync(configFile, "utf8")}encryptionsalt: v1:x=:y\n`);
    prepareStackFolder(root, state, "dev-fast", "config:\n  a: 2\n");
    expect(readFileSync(configFile, "utf8")).toBe("config:\n  a: 2\nencryptionsalt: v1:x=:y\n");
    expect(readFileSync(join(state, "Pulumi.yaml"), "utf8")).toBe("name: strata\n");
    expect(statSync(configFile).mode & 0o077).toBe(0);
  });

  test("a salt of the repository's own wins", () => {
    expect(mergeStackFile("encryptionsalt: a\n", "encryptionsalt: b\n")).toBe("encryptionsalt: a\n");
    expect(mergeStackFile("config: {}\n", undefined)).toBe("config: {}\n");
  });

  const kms = "awskms://alias/state?region=eu-central-1";
  test.each([
    ["nothing", "config: {}\n", undefined],
    ["the backend's own", "secretsprovider: default\nconfig: {}\n", undefined],
    ["a key of a cloud", `config: {}\nsecretsprovider: ${kms}\n`, kms],
    ["a quoted one", `secretsprovider: "${kms}"\n`, kms],
    ["one deep in the configuration", `config:\n  secretsprovider: ${kms}\n`, undefined],
  ])("secrets provider of a file with %s", (_, text, provider) => {
    expect(secretsProvider(text)).toBe(provider);
  });

  test("the copy keeps the key of the provider that the repository's file names", () => {
    const own = `secretsprovider: ${kms}\nconfig: {}\n`;
    expect(mergeStackFile(own, `config: {}\nencryptedkey: abc\nsecretsprovider: ${kms}\n`)).toBe(
      `${own}encryptedkey: abc\n`,
    );
    expect(mergeStackFile(own, `secretsprovider: "${kms}"\nencryptedkey: abc\n`)).toBe(`${own}encryptedkey: abc\n`);
  });

  test("the key or salt of another provider is not taken over: the stack is changing its provider", () => {
    const own = `secretsprovider: ${kms}\nconfig: {}\n`;
    expect(mergeStackFile(own, "config: {}\nencryptionsalt: v1:x=:y\n")).toBe(own);
    expect(mergeStackFile(own, "secretsprovider: gcpkms://other\nencryptedkey: abc\n")).toBe(own);
  });

  test("a provider that somebody set with pulumi stays, where the repository's file names none", () => {
    expect(mergeStackFile("config: {}\n", `secretsprovider: ${kms}\nencryptedkey: abc\n`)).toBe(
      `config: {}\nsecretsprovider: ${kms}\nencryptedkey: abc\n`,
    );
  });

  test.each([
    ["config:\n  strata:cluster:\n    kind: kwok\n    nodes: 2\n", { kind: "kwok" }],
    ["config:\n  strata:cluster: { kind: existing, context: x }\n", { kind: "existing" }],
    [
      'config:\n  strata:cluster:\n    # ours\n    name: mine\n    kind: "kind"\n\n  strata:network:\n    ingress: { kind: traefik }\n',
      { kind: "kind", name: "mine" },
    ],
    ["config:\n  strata:objectStore:\n    kind: garage\n", { kind: "kind" }],
  ])("cluster section of %j", (text, section) => {
    expect(clusterSection(text)).toEqual(section);
  });

  test("tools of each kind", () => {
    expect(toolsFor("kind")).toEqual(["pulumi", "kind"]);
    expect(toolsFor("existing")).toEqual(["pulumi"]);
    expect(toolsFor("kwok")).toContain("etcd");
  });
});

test("a passphrase is made once, long, and for its owner's eyes only", () => {
  const file = join(root, "a", "passphrase");
  ensurePassphrase(file);
  const first = readFileSync(file, "utf8");
  expect(first).toMatch(/^[\w-]{32}\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  ensurePassphrase(file);
  expect(readFileSync(file, "utf8")).toBe(first);
});
