// Where things are told to be, who may read a file, and what the text of an audit says: never a value.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { documentSource, exportSources, objectSources, pathAt } from "../../../../tools/audit/documents.ts";
import { fileSource, filesBelow, lineAndColumn, textSource } from "../../../../tools/audit/files.ts";
import { accessOf, heldAs, heldFiles } from "../../../../tools/audit/held.ts";
import { type Audit, isClean, searchPlace } from "../../../../tools/audit/run.ts";
import { searchFor } from "../../../../tools/audit/search.ts";
import { renderAudit } from "../../../../tools/audit/table.ts";
import { paths } from "../../../../tools/toolchain/paths.ts";

const value = "3aliZaqv2geNjs8PUp8TCSDL";
const secret = { kind: "generated value", name: "RandomPassword db outputs.result", pieces: [value] } as const;
const search = searchFor([secret]);

let folder = "";
beforeEach(() => {
  // Not os.tmpdir(): on a Mac that is a folder which nobody else may enter.
  folder = mkdtempSync("/tmp/strata-audit-");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, mode: number, text = "x"): string => {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

describe("documents", () => {
  const pod = { metadata: { name: "web" }, spec: { containers: [{ name: "a", env: [{ name: "P", value }] }] } };

  test("a place in one is told by its keys", () => {
    const text = JSON.stringify(pod, undefined, 1);
    expect(pathAt(text, text.indexOf(value))).toBe("spec.containers[].env[].value");
    expect(pathAt(text, text.indexOf("web"))).toBe("metadata.name");
  });

  test("also after text of more bytes than characters", () => {
    const place = {
      what: "p",
      sources: [documentSource("Pod web", { note: "üüüüüüüü", ...pod })],
      remedy: "object",
    } as const;
    expect(searchPlace(place, search).findings.map(({ where }) => where)).toEqual([
      "Pod web spec.containers[].env[].value",
    ]);
  });

  test("an object that gets a secret in clear is found by the decrypted state, a Secret that has one is not", () => {
    const hidden = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify(value),
    };
    const of = (type: string, name: string) => ({
      type,
      urn: `urn:pulumi:d::strata::${type}::${name}`,
      inputs: { data: { key: hidden } },
    });
    const deployment = {
      resources: [of("kubernetes:core/v1:ConfigMap", "settings"), of("kubernetes:core/v1:Secret", "login")],
    };
    const found = (sources: readonly ReturnType<typeof textSource>[]) =>
      searchPlace({ what: "p", sources, remedy: "object" }, search).findings.map(({ where }) => where);
    expect(found(objectSources(deployment))).toEqual(["ConfigMap settings data.key"]);
    const leaked = { ...deployment, resources: [{ ...of("a:b:C", "c"), inputs: { data: { key: value } } }] };
    expect(found(exportSources(leaked))).toEqual(["C c inputs.data.key"]);
  });
});

describe("files", () => {
  test("a place in one is told by line and column", () => {
    expect(lineAndColumn(Buffer.from("one\ntwo three"), 8)).toBe("2:5");
    expect(lineAndColumn(Buffer.from("one"), 0)).toBe("1:1");
  });

  test("links are not followed, skipped folders not entered, and what is gone counts as nothing", () => {
    const kept = write("a/b", 0o600);
    write("node_modules/c", 0o600);
    symlinkSync("/etc", join(folder, "link"));
    expect(filesBelow(folder, { skip: (path) => path.endsWith("node_modules") })).toEqual([kept]);
    expect(filesBelow(join(folder, "none"))).toEqual([]);
    const place = { what: "p", sources: [fileSource(join(folder, "none"))], remedy: "log" } as const;
    expect(searchPlace(place, search)).toMatchObject({ documents: 0, findings: [] });
  });
});

describe("files that may hold a secret", () => {
  test.each([
    ["passphrase", "passphrase"],
    ["clusters/strata-dev-fast/kubeconfig", "kubeconfig"],
    ["clusters/c/kwok/clusters/c/pki/admin.key", "keys of the embedded cluster"],
    ["clusters/c/kwok/clusters/c/etcd/member/snap/db", "database of the embedded cluster"],
    ["clusters/c/kwok/clusters/c/logs/kube-apiserver.log", undefined],
    ["clusters/c/kind.yaml", undefined],
    ["stacks/dev-fast/passphrase", undefined],
    ["history/kubeconfig", undefined],
  ])("%s: %s", (path, what) => {
    expect(heldAs(path)?.what).toBe(what);
  });

  test("one that others could open is told, unless a folder keeps them out", () => {
    chmodSync(folder, 0o755);
    const file = write("state/key", 0o644);
    chmodSync(join(folder, "state"), 0o755);
    expect(accessOf(file)).toEqual({ mode: "0644", open: true });
    chmodSync(file, 0o600);
    expect(accessOf(file)).toEqual({ mode: "0600", open: false });
    chmodSync(file, 0o640);
    expect(accessOf(file)).toEqual({ mode: "0640", open: true });
    chmodSync(join(folder, "state"), 0o700);
    expect(accessOf(file)).toEqual({ mode: "0640", open: false, closedBy: join(folder, "state") });
  });

  test("are found in strata's state folder", () => {
    const where = paths({ XDG_STATE_HOME: folder, HOME: folder });
    write("strata/passphrase", 0o600);
    write("strata/stacks/dev/engine.log", 0o600);
    expect(heldFiles(where).map(({ name }) => name)).toEqual(["passphrase"]);
  });
});

describe("the text", () => {
  const auditOf = (log: string, mode: number): Audit => {
    const path = write("passphrase", mode);
    chmodSync(folder, 0o755);
    const [place] = [
      { what: "engine's events and logs", sources: [textSource("engine.log", log)], remedy: "log" } as const,
    ];
    const file = { path, name: "passphrase", place: heldAs("passphrase") ?? ({} as never) };
    return {
      stack: "dev",
      found: { secrets: [secret], leftOut: new Map([["user name", 2]]) },
      searched: [
        searchPlace(place, search),
        { place: { ...place, what: "state", sources: [], note: "elsewhere" }, documents: 0, bytes: 0, findings: [] },
      ],
      held: [{ file, secrets: 1, access: accessOf(path) }],
    };
  };

  test("of a clean stack says how much was searched, what was left out, and what could not be looked at", () => {
    const audit = auditOf("all is well", 0o600);
    const text = renderAudit(audit);
    expect(isClean(audit)).toBe(true);
    expect(text).toMatch(/engine's events and logs\s+│ 1\s+│ 1 KiB\s+│ none/);
    expect(text).toMatch(/state\s+│ nothing: elsewhere/);
    expect(text).toContain("2 user name: marked because");
    expect(text).toContain("none of 1 secret is outside of where it belongs");
  });

  test("of a leak says where, whose, in which form and what to do, and no value", () => {
    const audit = auditOf(`starting\nlogin ${Buffer.from(value).toString("base64")} ${value}\n`, 0o644);
    const text = renderAudit(audit);
    expect(isClean(audit)).toBe(false);
    expect(text).toContain("engine.log:2:7: generated value RandomPassword db outputs.result, base64, 2 times");
    expect(text).toContain("→ Delete the file, and find out what printed it");
    expect(text).toContain("docs/secrets.md, When a secret is out");
    expect(text).toMatch(/passphrase: others on this machine may read it \(0644\)\n\s+→ chmod 600/);
    expect(text).toContain("1 finding, 1 file open to others");
    expect(text).not.toContain(value);
    expect(text).not.toContain(Buffer.from(value).toString("base64"));
  });

  test("a file open to others alone is a finding", () => {
    expect(isClean(auditOf("all is well", 0o644))).toBe(false);
  });
});
