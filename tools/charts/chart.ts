// A chart's names: its file, and the place in the project that the engine is told. Pure.
import { type ChartKey, type ChartVersion, charts } from "../../versions.ts";

/** The chart to get, and its key in versions.ts. */
export interface Chart extends ChartVersion {
  readonly key: string;
}

export type ChartOrigin = "project" | "cache" | "mirror" | "repository";

/** As `helm pull` names it, and as a mirror folder holds it. */
export const chartFile = ({ name, version }: Chart): string => `${name}-${version}.tgz`;

/** Below the project's folder: git-ignored, and the same on every machine. */
export const projectFolder = ".strata/charts";

/** Relative to the project: an absolute path in the state would make each machine's first run an update. */
export const projectPath = (chart: Chart): string => `${projectFolder}/${chartFile(chart)}`;

/** Where a chart of versions.ts is, or would be. */
export const pathOf = (key: ChartKey): string => projectPath({ key, ...charts[key] });

/** Address of a plain manifest; undefined for a chart. */
export const manifestUrl = ({ repository, version, manifest }: Chart): string | undefined =>
  manifest === undefined ? undefined : `${repository}/${version}/${manifest}`;

export const isOci = ({ repository }: Chart): boolean => repository.startsWith("oci://");
