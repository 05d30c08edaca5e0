// Mistakes around OpenBao, each with the one message that a user sees.
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../config/parse.ts";
import { ConfigError } from "../../../lib/errors.ts";

type Sections = Record<string, object>;

const base: Sections = {
  cluster: { kind: "kind" },
  network: { ingress: { kind: "traefik" } },
  objectStore: { kind: "garage" },
};
const existing = { kind: "existing", kubeconfig: "~/.kube/config", context: "prod" };

const parse = (openbao: object, sections: Sections = base) =>
  parseConfig({
    file: "Pulumi.test.yaml",
    sections: Object.fromEntries(
      Object.entries({ ...sections, openbao: { kind: "operator", ...openbao } }).map(([name, value]) => [
        name,
        JSON.stringify(value),
      ]),
    ),
  });

const issues = (openbao: object, sections?: Sections): readonly string[] => {
  try {
    parse(openbao, sections);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
};

describe("refused", () => {
  test.each<[string, object, string]>([
    [
      "an even number of replicas",
      { replicas: 4 },
      "strata:openbao.replicas: 4 replicas bear no more failures than 3, and a cut in the middle stops all of them. Set it to 3 or 5",
    ],
    [
      "an upgrade backwards",
      { version: "2.6.3", upgrade: { to: "2.6.2" } },
      "strata:openbao.upgrade.to: 2.6.2 is not newer than 2.6.3, which the cluster starts with, and the operator refuses to go back. Set a newer one, or remove it",
    ],
    [
      "an upgrade to where it is",
      { version: "2.6.2", upgrade: { to: "2.6.2" } },
      "strata:openbao.upgrade.to: 2.6.2 is not newer than 2.6.2, which the cluster starts with, and the operator refuses to go back. Set a newer one, or remove it",
    ],
    [
      "blue-green across 2.6",
      { version: "2.5.5", upgrade: { to: "2.6.2" } },
      "strata:openbao.upgrade.strategy: OpenBao 2.5.5 and 2.6.2 do not forward each other's requests, so the operator refuses blue-green across 2.6.0. Set it to rolling, or version to 2.6.0 or later",
    ],
    [
      "a version that can't be unsealed",
      { version: "2.3.9" },
      "strata:openbao.version: 2.3.9 can't be unsealed by the operator, which needs 2.4.0 or later. Set a later one",
    ],
    [
      "backups that are too old before the next",
      { backup: { keep: "20m" } },
      "strata:openbao.backup.keep: A backup would be too old (20m) before the next is made, after 30 minutes. Set it to 30m or more",
    ],
    [
      "too little memory",
      { memory: "64Mi" },
      "strata:openbao.memory: 64Mi is too little for a server of OpenBao. Set it to 128Mi or more",
    ],
  ])("%s", (_, openbao, message) => {
    expect(issues(openbao)).toEqual([message]);
  });

  test("GitOps that delivers the stack", () => {
    expect(issues({}, { ...base, gitops: { kind: "argocd" } })).toEqual([
      "strata:openbao: Its logins hold keys that only the running API server knows, so a commit can't hold the cluster. Remove strata:gitops, or set it to kind: argocd with delivers: nothing",
    ]);
    expect(issues({}, { ...base, gitops: { kind: "argocd", delivers: "nothing" } })).toEqual([]);
  });

  test("no object store", () => {
    const { objectStore: _, ...without } = base;
    expect(issues({}, without)).toEqual([
      "strata:openbao.backup: Backups go to the object store, and there is none. Add strata:objectStore with kind: rustfs or garage",
    ]);
  });

  test("a password for the admin where others can reach it", () => {
    const policy = { kind: "none", byTag: { openbao: "no digest of it is known to versions.ts" } };
    expect(issues({ demoLogin: true }, { ...base, cluster: existing, policy })).toEqual([
      "strata:openbao.demoLogin: A login of the admin by a password is allowed on local clusters only (kind, k3d, kwok), not on existing. Set it to false; npm run openbao -- login gives a token for an hour",
    ]);
  });

  test("a store whose buckets have no keys", () => {
    expect(issues({}, { ...base, objectStore: { kind: "s3" } })).toContain(
      "strata:openbao.backup.bucket: A bucket of S3 is opened by a role and has no key, without which the operator deletes no old backup. Set objectStore.kind to rustfs or garage",
    );
  });
});

describe("accepted", () => {
  test.each<[string, object]>([
    ["the defaults", {}],
    ["a single replica", { replicas: 1 }],
    ["a rolling upgrade across 2.6", { version: "2.5.5", upgrade: { to: "2.6.2", strategy: "rolling" } }],
    ["blue-green within 2.6, by numbers and not by letters", { version: "2.6.9", upgrade: { to: "2.6.10" } }],
    ["a demo login on this machine", { demoLogin: true }],
  ])("%s", (_, openbao) => {
    expect(issues(openbao)).toEqual([]);
  });
});
