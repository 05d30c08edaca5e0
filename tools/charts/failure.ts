// What a user reads when a chart cannot be had: which, where it was looked for, why each failed, and what to do. Pure.
import { type Chart, type ChartOrigin, chartFile, isOci, manifestUrl, projectFolder } from "./chart.ts";

export interface Attempt {
  readonly origin: ChartOrigin;
  readonly reason: string;
}

export interface Places {
  /** Folder of the user's cache. */
  readonly cache: string;
  /** Mirror folder; undefined where none is set. */
  readonly dir?: string;
}

/** A file that is whole, and not the one that versions.ts names. */
export const mismatch = (actual: string, wanted: string): string =>
  `the file has the sha256 ${actual}, and versions.ts says ${wanted}`;

const nameOf = (origin: ChartOrigin, chart: Chart, { cache, dir }: Places): string => {
  switch (origin) {
    case "project":
      return `project (${projectFolder})`;
    case "cache":
      return `cache (${cache})`;
    case "mirror":
      return `charts.dir (${dir})`;
    case "repository":
      return `repository ${manifestUrl(chart) ?? chart.repository}`;
  }
};

const pullCommand = (chart: Chart): string => {
  const { repository, name, version } = chart;
  // Its publisher has no .tgz to pull: the mirror is what packs it.
  if (chart.manifest !== undefined) return "npm run mirror STACK -- --out DIR, which packs it into DIR/charts";
  return isOci(chart)
    ? `helm pull ${repository} --version ${version}`
    : `helm pull ${name} --repo ${repository} --version ${version}`;
};

const remedies = (chart: Chart, attempts: readonly Attempt[], { dir }: Places): readonly string[] => {
  const file = chartFile(chart);
  const where =
    dir === undefined
      ? `put ${file} into a folder of this machine and name the folder in charts.dir`
      : `put ${file} into ${dir}`;
  const isOther = attempts.some(({ reason }) => chart.sha256 !== undefined && reason.endsWith(chart.sha256));
  return [
    "make the repository reachable, then run this again",
    `on a machine that reaches it: ${pullCommand(chart)}\n    then ${where}`,
    ...(isOther
      ? [
          `if its publisher changed the file on purpose: look at what changed, then write its sha256 to versions.ts (charts.${chart.key})`,
        ]
      : []),
  ];
};

/** The whole message, without a stack trace. */
export const failureMessage = (chart: Chart, attempts: readonly Attempt[], places: Places): string => {
  const tried = attempts.map(({ origin, reason }) => `  - ${nameOf(origin, chart, places)}: ${reason}`).join("\n");
  const todo = remedies(chart, attempts, places)
    .map((remedy) => `  - ${remedy}`)
    .join("\n");
  return `The chart ${chart.name} ${chart.version} cannot be had. Tried:\n${tried}\nTo go on, one of:\n${todo}`;
};
