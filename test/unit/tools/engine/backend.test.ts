import { describe, expect, test } from "vitest";
import { backendFolder, chooseBackend, credentialsFolder } from "../../../../tools/engine/backend.ts";
import { engineEnvironment, shellExports } from "../../../../tools/engine/environment.ts";
import { paths } from "../../../../tools/toolchain/paths.ts";

const where = paths({ HOME: "/h" });
const cloud = { current: "https://api.pulumi.com" };

describe("chooseBackend", () => {
  test("a local folder for a user who chose nothing, or logged out", () => {
    expect(chooseBackend({}, undefined, where)).toEqual({ kind: "local", folder: "/h/.local/state/strata/backend" });
    expect(chooseBackend({}, { current: "" }, where).kind).toBe("local");
  });

  test("a login is respected", () => {
    expect(chooseBackend({}, cloud, where)).toEqual({
      kind: "user",
      url: "https://api.pulumi.com",
      because: "you are logged in to it",
    });
  });

  test("the environment comes before a login, as in Pulumi itself", () => {
    expect(chooseBackend({ PULUMI_BACKEND_URL: "s3://bucket" }, cloud, where)).toEqual({
      kind: "user",
      url: "s3://bucket",
      because: "PULUMI_BACKEND_URL is set",
    });
    expect(chooseBackend({ PULUMI_ACCESS_TOKEN: "x" }, undefined, where)).toMatchObject({
      url: "https://api.pulumi.com",
    });
  });

  test("what npm run env exported is our own folder, and no choice of the user's", () => {
    const env = { PULUMI_BACKEND_URL: "file:///h/.local/state/strata/backend" };
    expect(chooseBackend(env, cloud, where).kind).toBe("local");
  });

  test("the folder of any backend on this machine", () => {
    const user = (url: string) => backendFolder({ kind: "user", url, because: "" }, { HOME: "/h" });
    expect(user("file://~")).toBe("/h");
    expect(user("file:///a/b?x=1")).toBe("/a/b");
    expect(user("https://api.pulumi.com")).toBeUndefined();
  });

  test("credentials are looked for where Pulumi does", () => {
    expect(credentialsFolder({ HOME: "/h" })).toBe("/h/.pulumi");
    expect(credentialsFolder({ HOME: "/h", PULUMI_HOME: "/p" })).toBe("/p");
    expect(credentialsFolder({ HOME: "/h", PULUMI_HOME: "/p", PULUMI_CREDENTIALS_PATH: "/c" })).toBe("/c");
  });
});

describe("engineEnvironment", () => {
  const base = { where, pulumi: "/c/bin/pulumi", env: { HOME: "/h", PATH: "/usr/bin" } };
  const local = { kind: "local", folder: "/b" } as const;

  test("local: our home, folder and passphrase", () => {
    expect(engineEnvironment({ ...base, backend: local })).toEqual({
      PULUMI_HOME: "/h/.cache/strata/pulumi-home",
      PULUMI_BACKEND_URL: "file:///b",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/h/.local/state/strata/passphrase",
      PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PATH: "/c/bin:/usr/bin",
    });
  });

  test("a user's passphrase, even an empty one, is left alone", () => {
    const variables = engineEnvironment({ ...base, env: { PULUMI_CONFIG_PASSPHRASE: "" }, backend: local });
    expect(variables).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE");
  });

  test("a user's backend: no folder of ours, and the CLI finds the login that our PULUMI_HOME lacks", () => {
    const backend = { kind: "user", url: "https://api.pulumi.com", because: "" } as const;
    const variables = engineEnvironment({ ...base, backend, cluster: "kwok" });
    expect(variables).not.toHaveProperty("PULUMI_BACKEND_URL");
    expect(variables["PULUMI_CREDENTIALS_PATH"]).toBe("/h/.pulumi");
    expect(variables["STRATA_CLUSTER"]).toBe("kwok");
  });

  test("exports survive a shell: blanks and quotes, and PATH is only extended", () => {
    expect(shellExports({ A: "it's here", B: "/plain/x-1", PATH: "/c/my bin:/usr/bin" }, "/c/bin")).toBe(
      `export A='it'\\''s here'\nexport B=/plain/x-1\nexport PATH='/c/my bin':"$PATH":/c/bin\n`,
    );
  });
});
