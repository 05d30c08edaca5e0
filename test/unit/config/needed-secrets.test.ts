import { describe, expect, test } from "vitest";
import { parseConfig, type RawSections } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";

const issues = (sections: Record<string, unknown>, secrets?: ReadonlySet<string>): readonly string[] => {
  const raw: RawSections = Object.fromEntries(
    Object.entries({ cluster: { kind: "kind" }, ...sections }).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  try {
    parseConfig({ file: "Pulumi.test.yaml", sections: raw, ...(secrets && { secrets }) });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

const remote = (changes: object) => ({
  gitops: {
    kind: "flux",
    source: {
      kind: "remote",
      url: "https://git.example/site.git",
      revision: "0123456789abcdef".padEnd(40, "0"),
      ...changes,
    },
  },
});
const aws = (changes: object) => ({
  secrets: { kind: "external-secrets", backend: { kind: "aws", region: "eu-central-1", ...changes } },
  apps: { api: { image: "ghcr.io/acme/api:1.0.0", port: 8080 } },
});

describe("a secret that a choice needs and nobody set is told with the stack file's other mistakes", () => {
  test.each([
    [
      "a repository's token",
      remote({ auth: "token" }),
      "gitToken",
      "strata:gitops.source.auth: token needs the secret strata:gitToken, which is not set. Set it with: pulumi config set --secret gitToken",
    ],
    [
      "a repository's key",
      remote({ url: "ssh://git@git.example/site.git", auth: "ssh", knownHosts: "git.example ssh-ed25519 AAAA" }),
      "gitSshKey",
      "strata:gitops.source.auth: ssh needs the secret strata:gitSshKey, which is not set. Set it with: pulumi config set --secret gitSshKey < ~/.ssh/deploy_key",
    ],
    [
      "a backend's login",
      aws({}),
      "secretsCredentials",
      "strata:secrets.backend: AWS without a role needs the secret strata:secretsCredentials, which is not set. " +
        'Set it with: pulumi config set --secret secretsCredentials \'{"accessKeyId": "...", "secretAccessKey": "..."}\'',
    ],
  ])("%s", (_, sections, secret, message) => {
    expect(issues(sections, new Set())).toEqual([message]);
    expect(issues(sections, new Set([secret]))).toEqual([]);
    expect(issues(sections)).toEqual([]);
  });

  test("none where nothing needs one", () => {
    expect(issues({ ...remote({}), ...aws({ role: "arn:aws:iam::123456789012:role/secrets" }) }, new Set())).toEqual(
      [],
    );
  });

  test("beside another mistake", () => {
    expect(issues({ ...remote({ auth: "token" }), postgres: { storrage: "1Gi" } }, new Set())).toEqual([
      expect.stringContaining("strata:postgres.storrage: unknown key"),
      expect.stringContaining("strata:gitToken"),
    ]);
  });
});
