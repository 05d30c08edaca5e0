// An issuer of tokens as an API server is one: keys of its own, and tokens with the claims that Kubernetes puts into a service account's.
import { createSign, generateKeyPairSync, randomUUID } from "node:crypto";

export interface TokenOf {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audience: string;
  /** From now. Default: 600, the least that Kubernetes issues. Negative: it has expired. */
  readonly seconds?: number;
  /** What it claims of its issuer. Default: the truth. */
  readonly issuer?: string;
}

export interface TestIssuer {
  readonly issuer: string;
  /** PEM, as ApiFacts has them. */
  readonly publicKeys: readonly string[];
  /** A signed token of a service account, as the TokenRequest API gives. */
  token(of: TokenOf): string;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export const testIssuer = (issuer = "https://kubernetes.default.svc.cluster.local"): TestIssuer => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = randomUUID();
  return {
    issuer,
    publicKeys: [publicKey.export({ type: "spki", format: "pem" }).toString()],
    token({ namespace, serviceAccount, audience, seconds = 600, issuer: claimed = issuer }) {
      const now = Math.floor(Date.now() / 1000);
      const issued = Math.min(now, now + seconds - 600);
      const text = `${encoded({ alg: "RS256", kid })}.${encoded({
        aud: [audience],
        exp: now + seconds,
        iat: issued,
        iss: claimed,
        jti: randomUUID(),
        "kubernetes.io": { namespace, serviceaccount: { name: serviceAccount, uid: randomUUID() } },
        nbf: issued,
        sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
      })}`;
      return `${text}.${createSign("sha256").update(text).sign(privateKey).toString("base64url")}`;
    },
  };
};
