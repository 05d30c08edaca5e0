// S3 over HTTP: moto's, in memory, in a process of its own. It looks at no signature.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Installed } from "./install.ts";

export interface Store {
  /** http://127.0.0.1:<port>. */
  readonly endpoint: string;
  close(): Promise<void>;
}

const program = join(dirname(fileURLToPath(import.meta.url)), "store.py");

export const openStore = async ({ python, packages }: Installed): Promise<Store> => {
  const child = spawn(python, [program], {
    env: { PATH: process.env["PATH"] ?? "", PYTHONPATH: packages },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let words = "";
  child.stderr.on("data", (text) => {
    words = `${words}${text}`.slice(-4000);
  });
  const closed = once(child, "close");
  const [port] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    closed.then(() => {
      throw new Error(`The store ended: ${words}`);
    }),
  ]);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      child.stdin.end();
      await closed;
    },
  };
};
