// What the program looks up outside the engine, loaded at first use: most stacks install no chart, and have no section gitops.
import * as pulumi from "@pulumi/pulumi";
import type { ChartsConfig, GitOpsConfig } from "../../config/schema.ts";
import type { AskApi } from "../../layers/cluster/index.ts";
import type { GitOpsFacts } from "../../layers/platform/gitops/delivered.ts";
import type { GetChart } from "../../lib/chart-source.ts";
import { UserError } from "../../lib/errors.ts";

/** A user's mistake is printed as it is: the engine hides the stack of a RunError only. */
export const plainly = (error: unknown): never => {
  throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
};

/** A chart's file, from mirror or publisher. */
export const chartsFrom =
  (config: ChartsConfig): GetChart =>
  async (key) => {
    const [{ ensureChart }, { pathOf }] = await Promise.all([
      import("../charts/ensure.ts"),
      import("../charts/chart.ts"),
    ]);
    return ensureChart(key, config).catch((error: unknown) => {
      if (!pulumi.runtime.isDryRun() || !(error instanceof UserError)) return plainly(error);
      // A pull request's machine may reach no publisher: what would be installed is known all the same.
      // Where it was looked for is what an up would tell, and there may be a dozen.
      const [what = ""] = error.message.split(" Tried:");
      void pulumi.log.warn(`${what.replace(/\.$/, "")}: previewed without its file`);
      return { path: pathOf(key) };
    });
  };

/** Looked up in the checkout, or in nothing at all for a remote repository. */
export const gitOpsFrom = async (stack: string, config: GitOpsConfig): Promise<GitOpsFacts> => {
  const [{ gitOpsFacts }, { stackFolder }] = await Promise.all([
    import("../gitops/facts.ts"),
    import("../engine/stack-file.ts"),
  ]);
  return gitOpsFacts({ folder: stackFolder(), stack, config, say: (line) => void pulumi.log.warn(line) });
};

/** What only the running API server knows. */
export const askApi: AskApi = async (kubeconfig) => (await import("./api-facts.ts")).apiFacts(kubeconfig);
