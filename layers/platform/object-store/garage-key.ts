// Random secrets in hexadecimal, and S3 keys made of them: kept in the stack's state, so that a rebuilt cluster gets the same ones.
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";

/** Secret of that many hexadecimal digits. */
export const hexSecret = (
  name: string,
  digits: number,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> => {
  // Digits and the "special" characters a to f: the alphabet is the sixteen of them, evenly.
  const alphabet = { numeric: true, special: true, overrideSpecial: "abcdef", upper: false, lower: false };
  return pulumi.secret(new RandomPassword(name, { length: digits, ...alphabet }, options).result);
};

export interface AccessKey {
  readonly id: pulumi.Output<string>;
  /** Secret. */
  readonly secret: pulumi.Output<string>;
}

const idDigits = 24;
const secretDigits = 64;

/** Splits hexadecimal digits into the form that Garage imports: id `GK` and 24 digits, secret 64 digits. */
export const splitKey = (hex: string): { id: string; secret: string } => ({
  id: `GK${hex.slice(0, idDigits)}`,
  secret: hex.slice(idDigits, idDigits + secretDigits),
});

export const accessKey = (name: string, options: pulumi.CustomResourceOptions): AccessKey => {
  const hex = hexSecret(name, idDigits + secretDigits, options);
  return {
    // The id names the key; no digit of the secret is in it.
    id: pulumi.unsecret(hex.apply((digits) => splitKey(digits).id)),
    secret: hex.apply((digits) => splitKey(digits).secret),
  };
};
