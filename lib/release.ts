// One release of a publisher's chart: installed from a file, ready when Helm says so, and never for longer than a set time.
import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ChartFile } from "./handles.ts";

export interface ReleaseArgs {
  /** Name of the release: most charts name their objects after it. */
  readonly name: string;
  readonly chart: ChartFile;
  /** Must exist: who makes it sets its pod security. */
  readonly namespace: pulumi.Input<string>;
  /** Values on top of the chart's own; mark what is secret. */
  readonly values?: pulumi.Inputs;
  /** For each hook, and for everything to become ready. Default: 600. */
  readonly timeoutSeconds?: number;
  /**
   * What becomes of the definitions in the chart's `crds` folder. Helm installs them once, and neither updates nor deletes them;
   * `skip` where a resource of its own does. Default: install.
   */
  readonly crds?: "install" | "skip";
}

const defaultTimeoutSeconds = 600;
/** Each is a Secret with the whole chart in it. */
const keptRevisions = 3;

/** Installs a chart. Whoever needs what is in it running reads an output, for example `status.name`. */
export const createRelease = (name: string, args: ReleaseArgs, options: pulumi.CustomResourceOptions): Release =>
  new Release(
    name,
    {
      name: args.name,
      namespace: args.namespace,
      chart: args.chart.path,
      version: args.chart.version,
      values: args.values ?? {},
      timeout: args.timeoutSeconds ?? defaultTimeoutSeconds,
      skipCrds: args.crds === "skip",
      skipAwait: false,
      waitForJobs: true,
      // A failed release stays to be looked at, and the next run goes on from there.
      atomic: false,
      createNamespace: false,
      maxHistory: keptRevisions,
    },
    options,
  );
