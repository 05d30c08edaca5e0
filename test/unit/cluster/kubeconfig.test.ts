import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { connectionOf, oneContext } from "../../../layers/cluster/kubeconfig.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

const file = `
apiVersion: v1
kind: Config
current-context: work
clusters:
  - name: work
    cluster: { server: "https://work:6443", certificate-authority-data: ${base64("work ca")} }
  - name: home
    cluster: { server: "https://home:6443", certificate-authority: pki/ca.crt }
contexts:
  - name: work
    context: { cluster: work, user: me, namespace: team }
  - name: home
    context: { cluster: home, user: root }
  - name: broken
    context: { cluster: gone, user: me }
users:
  - name: me
    user: { token: work-token }
  - name: root
    user: { client-certificate: pki/root.crt, client-key: /keys/root.key }
`;

const files: Record<string, string> = {
  "/etc/k/pki/ca.crt": "home ca",
  "/etc/k/pki/root.crt": "root cert",
  "/keys/root.key": "root key",
};

const source = {
  file: "/etc/k/config",
  folder: "/etc/k",
  read: (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error("ENOENT");
    return Buffer.from(text);
  },
};

describe("wrong input", () => {
  test("a context that is not there: those that are", () => {
    expect(() => oneContext(file, "hoem", source)).toThrow(
      '/etc/k/config has no context "hoem". It has: work, home, broken.\nSet cluster.context in the stack file to one of them.',
    );
  });

  test("a context whose cluster is not there", () => {
    expect(() => oneContext(file, "broken", source)).toThrow(
      '/etc/k/config: context "broken" names the cluster "gone", which is not there.',
    );
  });

  test("a file that is no YAML", () => {
    expect(() => oneContext("a: [", "work", source)).toThrow(/^\/etc\/k\/config is not YAML: /);
  });

  test.each(["", "hello", "clusters: []", "- 1"])("a file that is no kubeconfig: %j", (text) => {
    expect(() => oneContext(text, "work", source)).toThrow("/etc/k/config is not a kubeconfig: it has no contexts.");
  });

  test("a certificate that cannot be read", () => {
    const text = file.replace("pki/ca.crt", "pki/lost.crt");
    expect(() => oneContext(text, "home", source)).toThrow(
      "/etc/k/config points to /etc/k/pki/lost.crt (certificate-authority), which cannot be read.",
    );
  });
});

describe("one context", () => {
  test("nothing of the others is left, and it is the current one", () => {
    expect(parse(oneContext(file, "home", source).kubeconfig)).toEqual({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "home",
      clusters: [
        { name: "home", cluster: { server: "https://home:6443", "certificate-authority-data": base64("home ca") } },
      ],
      contexts: [{ name: "home", context: { cluster: "home", user: "root" } }],
      users: [
        {
          name: "root",
          user: { "client-certificate-data": base64("root cert"), "client-key-data": base64("root key") },
        },
      ],
    });
  });

  test("the context's namespace stays", () => {
    const { kubeconfig } = oneContext(file, "work", source);
    expect((parse(kubeconfig) as { contexts: unknown }).contexts).toEqual([
      { name: "work", context: { cluster: "work", user: "me", namespace: "team" } },
    ]);
  });

  test("identity follows address and CA, never credentials", () => {
    const identity = (text: string) => oneContext(text, "work", source).identity;
    expect(identity(file)).toMatch(/^[0-9a-f]{16}$/);
    expect(identity(file.replace("work-token", "another-token"))).toBe(identity(file));
    expect(identity(file.replace("work:6443", "work:6444"))).not.toBe(identity(file));
    expect(identity(file.replace(base64("work ca"), base64("another ca")))).not.toBe(identity(file));
  });
});

test("the connection of a kubeconfig that is complete in itself", () => {
  const { server, ca, cert, key } = connectionOf(oneContext(file, "home", source).kubeconfig);
  expect([server.href, ca?.toString(), cert?.toString(), key?.toString()]).toEqual([
    "https://home:6443/",
    "home ca",
    "root cert",
    "root key",
  ]);
});
