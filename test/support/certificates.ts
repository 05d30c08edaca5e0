// Certificates of an authority made in the test: X.509 in DER, which Node.js reads but does not write.
import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { isIP } from "node:net";

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80
      ? Buffer.from([content.length])
      : content.length < 0x100
        ? Buffer.from([0x81, content.length])
        : Buffer.from([0x82, content.length >> 8, content.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const octets = (content: Buffer): Buffer => der(0x04, content);
const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content);
const yes = der(0x01, Buffer.from([0xff]));

/** Object identifiers, as their content. */
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
const commonName = oid("550403");
const subjectAltName = oid("551d11");
const basicConstraints = oid("551d13");

const name = (text: string): Buffer => sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(text)))));
const time = (date: Date): Buffer =>
  der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));

const altName = (text: string): Buffer =>
  isIP(text) === 4 ? der(0x87, Buffer.from(text.split(".").map(Number))) : der(0x82, Buffer.from(text));

const pem = (content: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${content.toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;

const hour = 3_600_000;

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

export interface Authority {
  /** Its own certificate, PEM. */
  readonly certificate: string;
  /** Certificate of a server, good for a day. Names are DNS names or IPv4 addresses. */
  issue(names: readonly string[]): Certificate;
}

/** A root of its own, in memory. */
export const testAuthority = (authority = "test authority"): Authority => {
  const root = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = (subject: string, key: KeyObject, extension: Buffer): string => {
    const body = sequence(
      der(0xa0, der(0x02, Buffer.from([2]))),
      // The first byte keeps it positive.
      der(0x02, Buffer.concat([Buffer.from([0x4d]), randomBytes(8)])),
      ecdsaWithSha256,
      name(authority),
      sequence(time(new Date(Date.now() - hour)), time(new Date(Date.now() + 24 * hour))),
      name(subject),
      key.export({ type: "spki", format: "der" }),
      der(0xa3, sequence(extension)),
    );
    return pem(sequence(body, ecdsaWithSha256, bits(createSign("sha256").update(body).sign(root.privateKey))));
  };
  return {
    certificate: certificate(authority, root.publicKey, sequence(basicConstraints, yes, octets(sequence(yes)))),
    issue(names) {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const extension = sequence(subjectAltName, octets(sequence(...names.map(altName))));
      return {
        certificate: certificate(names[0] ?? "server", publicKey, extension),
        key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
};
