// What counts as a secret of a state, and in which pieces it is looked for.
import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { Collection, type Found } from "../../../../tools/audit/secrets.ts";

const signature = "4dabf18193072939515e22adb298388d";
const hidden = (value: unknown) => ({
  [signature]: "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const resource = (type: string, name: string, parts: object) => ({
  urn: `urn:pulumi:dev::strata::${type}::${name}`,
  type,
  ...parts,
});
const secretOf = (data: Record<string, string>) =>
  resource("kubernetes:core/v1:Secret", "login", { inputs: { data: hidden(data) } });
const collect = (...resources: ReturnType<typeof resource>[]): Found => {
  const collection = new Collection();
  collection.addState({ resources });
  return collection.found;
};
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const keyLines = privateKey.split("\n").filter((line) => line.length === 64);

test("what bears no mark is no secret", () => {
  expect(
    collect(resource("kubernetes:core/v1:ConfigMap", "c", { inputs: { data: { a: "looks like a password" } } })),
  ).toEqual({
    secrets: [],
    leftOut: new Map(),
  });
});

test("a generated value is named by its resource, also where Secret and outputs repeat it", () => {
  const value = "3aliZaqv2geNjs8PUp8TCSDL";
  const { secrets } = collect(
    resource("pulumi:pulumi:Stack", "s", { outputs: { credentials: hidden({ grafana: { password: value } }) } }),
    resource("random:index/randomPassword:RandomPassword", "grafana-key", { outputs: { result: hidden(value) } }),
    secretOf({ "secret-key": base64(value) }),
  );
  expect(secrets).toEqual([
    { kind: "generated value", name: "RandomPassword grafana-key outputs.result", pieces: [value] },
  ]);
});

test.each([
  ["user name", "admin-user", "administrator"],
  ["bucket or address", "S3_BUCKET", "tempo-traces"],
  ["key's identifier", "S3_ACCESS_KEY_ID", "GK99f6a1a4bb9df49dfd010a67"],
  ["certificate", "tls.crt", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
  ["too short", "password", "admin"],
])("%s is left out, and counted", (reason, key, value) => {
  expect(collect(secretOf({ [key]: base64(value) }))).toEqual({ secrets: [], leftOut: new Map([[reason, 1]]) });
});

test("a password stays one whatever its user is called", () => {
  const { secrets } = collect(
    secretOf({ PASSWORD_user: base64("correct horse"), "token-id": base64("battery staple") }),
  );
  expect(secrets.map(({ pieces }) => pieces[0])).toEqual(["correct horse", "battery staple"]);
});

test("a private key is looked for line by line, wherever it lies", () => {
  const kubeconfig = stringify({
    clusters: [{ cluster: { server: "https://127.0.0.1:6443", "certificate-authority-data": base64("x".repeat(50)) } }],
    users: [{ user: { "client-certificate-data": base64("y".repeat(50)), "client-key-data": base64(privateKey) } }],
  });
  for (const found of [
    collect(secretOf({ "tls.key": base64(privateKey) })),
    collect(resource("pulumi:providers:kubernetes", "p", { inputs: { kubeconfig: hidden(kubeconfig) } })),
    collect(resource("command:local:Command", "c", { outputs: { stdout: hidden(JSON.stringify({ kubeconfig })) } })),
  ]) {
    const keys = found.secrets.filter(({ kind }) => kind === "private key");
    expect(keys).toHaveLength(1);
    expect(keys[0]?.pieces.slice(0, keyLines.length)).toEqual(keyLines);
  }
});

test("of a document, the members that make it secret; where none does, the whole", () => {
  const { secrets } = collect(
    secretOf({
      "config.yaml": base64("server: https://example.com/long\npassword: correct horse\n"),
      "rules.yaml": base64("a: longer than that\nb: and that\n"),
    }),
  );
  expect(secrets.map(({ name, pieces }) => [name, pieces[0]])).toEqual([
    ["Secret login inputs.data.config.yaml.password", "correct horse"],
    ["Secret login inputs.data.rules.yaml", "a: longer than that\nb: and that\n"],
  ]);
});

test("configuration, passphrase, and Secrets that an operator made", () => {
  const collection = new Collection();
  collection.addConfiguration({
    "strata:tunnelCredentials": { value: '{"TunnelSecret":"0123456789abcdef"}', secret: true },
    "strata:cluster": { value: '{"kind":"kind"}' },
  });
  collection.addPassphrase("saUeuvYx-AP3saUeuvYx\n");
  collection.addLive([{ name: "database/app", data: { password: base64("made by an operator") } }]);
  expect(collection.found.secrets).toEqual([
    {
      kind: "configuration",
      name: "configuration strata:tunnelCredentials.TunnelSecret",
      pieces: ["0123456789abcdef"],
    },
    { kind: "passphrase", name: "passphrase of the state", pieces: ["saUeuvYx-AP3saUeuvYx"] },
    { kind: "Secret's data", name: "live Secret database/app data.password", pieces: ["made by an operator"] },
  ]);
});
