// Runs the program of a stack without cluster, engine or secrets, and keeps what it registers.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { deliversStack } from "../../config/gitops-delivers.ts";
import { program } from "../../index.ts";
import type { AskApi } from "../../layers/cluster/index.ts";
import type { GitOpsFacts } from "../../layers/platform/gitops/delivered.ts";
import type { GetChart } from "../../lib/chart-source.ts";
import { UserError } from "../../lib/errors.ts";
import { pathOf } from "../charts/chart.ts";
import { engineConfig } from "../plan/config.ts";
import { mockKubeconfig } from "../plan/mock-state.ts";
import { type Plan, recordPlan } from "../plan/record.ts";

/** They make one run's program another than the stack file's (config/load.ts). */
const overrides = ["STRATA_CLUSTER", "STRATA_IMAGES_ARCHIVE"] as const;

const withoutOverrides = async <T>(run: () => Promise<T>): Promise<T> => {
  const kept = overrides.map((name) => [name, process.env[name]] as const);
  for (const name of overrides) delete process.env[name];
  try {
    return await run();
  } finally {
    for (const [name, value] of kept) if (value !== undefined) process.env[name] = value;
  }
};

/** Another kubeconfig for a cluster that somebody else made: the machine that renders need not know the real one. */
const withKubeconfig = (section: string | undefined, folder: string): string | undefined => {
  let cluster: { kind?: unknown; kubeconfig?: unknown; context?: unknown } | null;
  try {
    cluster = JSON.parse(section ?? "null");
  } catch {
    return section;
  }
  // A mistake in the section is for the program to tell.
  if (cluster?.kind !== "existing" || typeof cluster.context !== "string") return section;
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, mockKubeconfig(cluster.context));
  return JSON.stringify({ ...cluster, ...(typeof cluster.kubeconfig === "string" && { kubeconfig }) });
};

/** Where a chart's file would be: nothing is fetched to name it. */
const chartPath: GetChart = async (key) => ({ path: pathOf(key) });

export interface StackSource {
  readonly stack: string;
  /** Text of the stack file. */
  readonly text: string;
}

/**
 * A mistake in the section is for the program to tell.
 *
 * @throws UserError where an engine is there and delivers nothing of the stack.
 */
export const refuseUndelivered = ({ stack, text }: StackSource): void => {
  const section = engineConfig(`Pulumi.${stack}.yaml`, text, () => "").config["strata:gitops"];
  let gitops: { kind: string; delivers?: string } | null;
  try {
    gitops = JSON.parse(section ?? "null");
  } catch {
    return;
  }
  if (gitops && !deliversStack(gitops))
    throw new UserError(
      `Pulumi applies ${stack} itself (strata:gitops.delivers: nothing), so there is nothing to render. If there is a folder gitops/${stack}, remove it`,
    );
};

/** No cluster is asked. What follows from its answer is in no commit (config/openbao-check.ts). */
const noApi: AskApi = async () => ({ endpoints: [], issuer: "https://not-asked", publicKeys: [] });

/** Keeps the stack's GitOps engine in the plan; `facts` say what it delivers, undefined where that is nothing. */
export interface WithEngine {
  readonly facts: GitOpsFacts | undefined;
}

/**
 * The plan of a stack.
 *
 * @param salt another text makes another value of everything that is secret.
 * @param engine default: none, so that the plan has all that is delivered, whoever does it.
 * @throws UserError for a mistake in the stack file.
 */
export const recordStack = async ({ stack, text }: StackSource, salt: string, engine?: WithEngine): Promise<Plan> => {
  const { config: whole, secretKeys } = engineConfig(
    `Pulumi.${stack}.yaml`,
    text,
    (path) => `${salt}secret-of-${path}`,
  );
  // Who delivers is no part of what is delivered.
  const { "strata:gitops": _, ...delivered } = whole;
  const config = engine ? whole : delivered;
  const folder = mkdtempSync(join(tmpdir(), "strata-render-"));
  try {
    const cluster = withKubeconfig(config["strata:cluster"], folder);
    const options = {
      stack,
      config: { ...config, ...(cluster !== undefined && { "strata:cluster": cluster }) },
      secretKeys,
      salt,
    };
    return await withoutOverrides(() =>
      recordPlan(options, () => program({ state: "absent", incarnation: 1 }, chartPath, engine?.facts, noApi)),
    );
  } catch (error) {
    throw pulumi.RunError.isInstance(error) ? new UserError(error.message) : error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
