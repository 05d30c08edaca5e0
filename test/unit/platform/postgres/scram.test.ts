import { createHash, createHmac, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { stableVerifier, verifier } from "../../../../layers/platform/postgres/rds/scram.ts";

// The exchange of RFC 7677, section 3.
const password = "pencil";
const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
const authMessage =
  "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const proof = Buffer.from("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "base64");
const serverSignature = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

const parts = (text: string) => {
  const [, iterations, salted, stored = "", server = ""] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(text) ?? [];
  return { iterations, salted, stored: Buffer.from(stored, "base64"), server: Buffer.from(server, "base64") };
};

test("takes the proof of RFC 7677's client, and answers as its server", () => {
  const { iterations, salted, stored, server } = parts(verifier(password, salt));
  expect([iterations, salted]).toEqual(["4096", salt.toString("base64")]);
  const signature = createHmac("sha256", stored).update(authMessage).digest();
  const clientKey = proof.map((byte, index) => byte ^ (signature[index] ?? 0));
  expect(createHash("sha256").update(clientKey).digest()).toEqual(stored);
  expect(createHmac("sha256", server).update(authMessage).digest("base64")).toBe(serverSignature);
});

test("is another one for another password or role, and the same one again", () => {
  const one = randomBytes(16).toString("hex");
  expect(stableVerifier("app", one)).toBe(stableVerifier("app", one));
  expect(stableVerifier("app", one)).not.toBe(stableVerifier("app", `${one}x`));
  expect(parts(stableVerifier("app", one)).salted).not.toBe(parts(stableVerifier("other", one)).salted);
  expect(stableVerifier("app", one)).not.toContain(one);
});
