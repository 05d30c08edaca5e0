// Charts as values: each is fetched when somebody asks for it, once a run, beside everything that does not use it.
import * as pulumi from "@pulumi/pulumi";
import { type ChartKey, charts } from "../versions.ts";
import type { ChartFile, ChartSource } from "./handles.ts";

/** Puts a chart's file into the project, and says where. */
export type GetChart = (key: ChartKey) => Promise<{ readonly path: string }>;

export const chartSource = (get: GetChart): ChartSource => {
  const asked = new Map<ChartKey, ChartFile>();
  return {
    chart: (key) => {
      const known = asked.get(key);
      if (known) return known;
      const { name, version } = charts[key];
      const file = { name, version, path: pulumi.output(get(key).then(({ path }) => path)) };
      asked.set(key, file);
      return file;
    },
  };
};
