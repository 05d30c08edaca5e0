// Runs helm: values by stdin, the kubeconfig in a private file that goes with the call, nothing of the user's own helm.
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import type { Properties } from "../../rpc/values.ts";
import type { Context } from "../context.ts";
import { loadKubeconfig } from "../kubeconfig.ts";

export interface HelmCall {
  readonly args: readonly string[];
  readonly values?: Properties;
  /** Of one step of helm's. */
  readonly timeoutSeconds: number;
}

export interface HelmResult {
  readonly ok: boolean;
  /** What helm says of its failure; empty where it did not fail. */
  readonly message: string;
}

/** Helm gives each hook and the final wait its time anew; one that outlives so many of them hangs. */
const steps = 4;
const graceSeconds = 60;
const killAfterMs = 10_000;

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** STRATA_HELM, else the first on PATH. */
export const findHelm = (env: NodeJS.ProcessEnv): string => {
  const given = env["STRATA_HELM"];
  const folders = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const found = [...(given ? [given] : []), ...folders.map((folder) => join(folder, "helm"))].find(isProgram);
  if (found !== undefined) return found;
  throw new Error(
    "helm is needed to install charts beside the offline kubernetes plugin, and it is not on PATH. " +
      "Run `npm run setup helm`, and name what it prints in STRATA_HELM",
  );
};

/** Nothing of the user's helm: a plugin, a repository or a variable of theirs would change what is installed. */
export const helmEnvironment = (env: NodeJS.ProcessEnv, folder: string, rate: { qps: number; burst: number }) => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("HELM_") && name !== "KUBECONFIG")),
  HELM_CACHE_HOME: join(folder, "cache"),
  HELM_CONFIG_HOME: join(folder, "config"),
  HELM_DATA_HOME: join(folder, "data"),
  KUBECONFIG: join(folder, "kubeconfig"),
  HELM_QPS: String(rate.qps),
  HELM_BURST_LIMIT: String(rate.burst),
});

/** Helm's own sentence, without what it logs beside it. */
export const messageIn = (stderr: string): string => {
  const start = stderr.lastIndexOf("\nError: ");
  const text = start >= 0 ? stderr.slice(start + 1) : stderr;
  return text.replace(/^Error: /, "").trim();
};

const run = (file: string, call: HelmCall, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<HelmResult> =>
  new Promise((resolve) => {
    // A group of its own: a cancel ends the login helpers that it started too.
    const child = spawn(file, call.args, { env, stdio: ["pipe", "ignore", "pipe"], detached: true });
    let stderr = "";
    let hangs = false;
    let killer: NodeJS.Timeout | undefined;
    const kill = (name: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // Ended already.
      }
    };
    // Helm writes down that the release failed before it ends.
    const stop = (): void => {
      kill("SIGTERM");
      killer = setTimeout(() => kill("SIGKILL"), killAfterMs);
    };
    const limitSeconds = steps * call.timeoutSeconds + graceSeconds;
    const limit = setTimeout(() => {
      hangs = true;
      stop();
    }, limitSeconds * 1000);
    const end = (ok: boolean, message: string): void => {
      signal.removeEventListener("abort", stop);
      clearTimeout(killer);
      clearTimeout(limit);
      resolve({ ok, message });
    };
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (error) => end(false, `${file} can't be run: ${error.message}`));
    child.on("close", (code, by) => {
      if (code === 0) return end(true, "");
      const why = hangs ? `helm was ended after ${limitSeconds} s` : signal.aborted ? "cancelled" : undefined;
      end(false, why ?? (messageIn(`\n${stderr}`) || `helm ended with ${by ?? code}`));
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(call.values === undefined ? "" : JSON.stringify(call.values));
  });

export const helm = async ({ settings, signal }: Context, call: HelmCall): Promise<HelmResult> => {
  const file = findHelm(process.env);
  const folder = await mkdtemp(join(tmpdir(), "strata-helm-"));
  try {
    const kubeconfig = loadKubeconfig(settings.selection).exportConfig();
    await writeFile(join(folder, "kubeconfig"), kubeconfig, { mode: 0o600 });
    const rate = { qps: settings.requestsPerSecond, burst: settings.burst };
    return await run(file, call, helmEnvironment(process.env, folder, rate), signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
