// What a resource would answer, as far as the program reads it: outputs of the mocks.
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { awsState } from "./mock-aws.ts";

type Inputs = Record<string, unknown>;

/** A kubeconfig of a cluster that does not exist: the certificate authority is the text "test". */
export const mockKubeconfig = (context = "mock", salt = ""): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    clusters: [
      { name: "mock", cluster: { server: "https://127.0.0.1:6443", "certificate-authority-data": "dGVzdA==" } },
    ],
    contexts: [{ name: context, context: { cluster: "mock", user: "mock" } }],
    users: [{ name: "mock", user: { token: `${salt}mock` } }],
  });

const bytes = (length: unknown, fill: number, salt: string): Buffer => {
  const filled = Buffer.alloc(Number(length), fill);
  createHash("sha256")
    .update(salt)
    .digest()
    .copy(filled, 0, 0, salt === "" ? 0 : filled.length);
  return filled;
};

// The salt comes first: part of a value may be all that is used. Random values are secret, as their provider says.
const states: Record<string, (name: string, inputs: Inputs, salt: string) => Inputs> = {
  "random:index/randomPassword:RandomPassword": (name, _inputs, salt) => ({
    result: pulumi.secret(`${salt}password-of-${name}`),
    bcryptHash: pulumi.secret(`${salt}bcrypt-of-${name}`),
  }),
  "random:index/randomBytes:RandomBytes": (_name, inputs, salt) => {
    const random = bytes(inputs["length"], 0xab, salt);
    return { hex: pulumi.secret(random.toString("hex")), base64: pulumi.secret(random.toString("base64")) };
  },
  "random:index/randomId:RandomId": (_name, inputs, salt) => {
    const random = bytes(inputs["byteLength"], 0xcd, salt);
    return { hex: random.toString("hex"), b64Url: random.toString("base64url"), dec: salt === "" ? "1" : "2" };
  },
  "random:index/randomString:RandomString": (name, _inputs, salt) => ({ result: `${salt}string-of-${name}` }),
  // A load balancer has a name as soon as it is there.
  "kubernetes:core/v1:Service": (name, inputs) =>
    (inputs["spec"] as Inputs | undefined)?.["type"] === "LoadBalancer"
      ? { status: { loadBalancer: { ingress: [{ hostname: `${name}.elb.mock.amazonaws.com` }] } } }
      : {},
  "kubernetes:helm.sh/v3:Release": (_name, { name, namespace }) => ({ status: { name, namespace } }),
  // Known to AWS alone, so what holds it is nothing for Git: it differs like a secret.
  "aws:rds/instance:Instance": (name, _inputs, salt) => ({ address: `${salt}${name}.mock.rds.amazonaws.com` }),
  "command:local:Command": (_name, _inputs, salt) => ({
    stdout: JSON.stringify({ kubeconfig: mockKubeconfig("mock", salt), source: "mock" }),
    stderr: "",
  }),
};

export const valueState = (type: string, name: string, inputs: Inputs, salt = ""): Inputs => ({
  ...inputs,
  ...awsState(type, name, inputs),
  ...states[type]?.(name, inputs, salt),
});
