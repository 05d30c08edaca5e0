// A password as PostgreSQL keeps it: what proves that somebody knows it, and does not tell it.
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

const iterations = 4096;
const saltBytes = 16;

const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** SCRAM-SHA-256 verifier of RFC 7677, as ALTER ROLE takes it in the place of a password. */
export const verifier = (password: string, salt: Buffer): string => {
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const stored = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${hmac(salted, "Server Key").toString("base64")}`;
};

/**
 * Of a random password, always the same one: another would run the setup Job at every `up`. The salt tells nothing that could be used,
 * because there is no list of 32 random letters to try.
 */
export const stableVerifier = (role: string, password: string): string =>
  verifier(password, createHash("sha256").update(`${role}\0${password}`).digest().subarray(0, saltBytes));
