// What a resource would answer, as far as the program reads it: outputs of the mocks.

type Inputs = Record<string, unknown>;

/** A kubeconfig of a cluster that does not exist: the certificate authority is the text "test". */
export const mockKubeconfig = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "mock",
  clusters: [{ name: "mock", cluster: { server: "https://127.0.0.1:6443", "certificate-authority-data": "dGVzdA==" } }],
  contexts: [{ name: "mock", context: { cluster: "mock", user: "mock" } }],
  users: [{ name: "mock", user: { token: "mock" } }],
});

const states: Record<string, (name: string, inputs: Inputs) => Inputs> = {
  "random:index/randomPassword:RandomPassword": (name) => ({ result: `password-of-${name}` }),
  "random:index/randomBytes:RandomBytes": (_name, inputs) => {
    const bytes = Buffer.alloc(Number(inputs["length"]), 0xab);
    return { hex: bytes.toString("hex"), base64: bytes.toString("base64") };
  },
  "random:index/randomId:RandomId": (_name, inputs) => {
    const bytes = Buffer.alloc(Number(inputs["byteLength"]), 0xcd);
    return { hex: bytes.toString("hex"), b64Url: bytes.toString("base64url"), dec: "1" };
  },
  "random:index/randomString:RandomString": (name) => ({ result: `string-of-${name}` }),
  "command:local:Command": () => ({
    stdout: JSON.stringify({ kubeconfig: mockKubeconfig, source: "mock" }),
    stderr: "",
  }),
};

export const valueState = (type: string, name: string, inputs: Inputs): Inputs => ({
  ...inputs,
  ...states[type]?.(name, inputs),
});
