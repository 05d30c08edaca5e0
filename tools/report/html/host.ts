// Charts of the host: processor, memory and disk while the run lasted.
import type { RunRecord, Sample } from "../record.ts";
import { mean } from "../statistics.ts";
import { bytes, duration, escapeHtml, rate } from "./text.ts";

const width = 1000;
const height = 100;

interface Line {
  readonly values: readonly number[];
  readonly marks: string;
}

const points = (samples: readonly Sample[], values: readonly number[], wholeMs: number, top: number): string =>
  samples
    .map(({ atMs }, index) => {
      const x = wholeMs > 0 ? (atMs / wholeMs) * width : 0;
      const y = height - Math.min(1, (values[index] ?? 0) / top) * height;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");

interface Chart {
  readonly title: string;
  readonly says: string;
  /** What the upper edge stands for. */
  readonly top: number;
  readonly topLabel: string;
  readonly lines: readonly Line[];
}

function chart({ title, says, top, topLabel, lines }: Chart, run: RunRecord): string {
  const { samples } = run.host;
  const drawn = lines.map(({ values, marks }, index) => {
    const path = points(samples, values, run.durationMs, top);
    const first = path.split(",", 1)[0];
    const last = path.split(" ").at(-1)?.split(",")[0];
    const area =
      index === 0 ? `<polygon class="area ${marks}" points="${first},${height} ${path} ${last},${height}"/>` : "";
    return `${area}<polyline class="line ${marks}" points="${path}"/>`;
  });
  return `<div class="host"><h3>${title}</h3><div class="note">${escapeHtml(says)}</div><svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(`${title} over time: ${says}`)}">${drawn.join("")}</svg><div class="x"><span>0</span><span class="y">upper edge: ${escapeHtml(topLabel)}</span><span>${duration(run.durationMs)}</span></div></div>`;
}

/** Next power of two: an edge that does not move with every run. */
const above = (value: number): number => 2 ** Math.ceil(Math.log2(Math.max(value, 2 ** 20)));

export function hostCharts(run: RunRecord): string {
  const { samples } = run.host;
  if (samples.length < 2) return `<p class="note">The run was too short for the host's samples, one a second.</p>`;
  const cpu = samples.map(({ cpuPercent }) => cpuPercent);
  const memory = samples.map(({ memoryUsedBytes }) => memoryUsedBytes);
  const read = samples.map((sample) => sample.diskReadBytesPerSecond);
  const written = samples.map((sample) => sample.diskWriteBytesPerSecond);
  const disk = above(Math.max(...read, ...written));
  return `<div class="hosts">${[
    chart(
      {
        title: "Processor",
        says: `${mean(cpu).toFixed(0)} % on average, ${Math.max(...cpu).toFixed(0)} % at most, of ${run.machine.cores} cores together`,
        top: 100,
        topLabel: "100 %",
        lines: [{ values: cpu, marks: "l-cluster" }],
      },
      run,
    ),
    chart(
      {
        title: "Memory",
        says: `${bytes(memory[0] ?? 0)} at the start, ${bytes(Math.max(...memory))} at most, of ${bytes(run.machine.memoryBytes)}`,
        top: run.machine.memoryBytes,
        topLabel: bytes(run.machine.memoryBytes),
        lines: [{ values: memory, marks: "l-platform" }],
      },
      run,
    ),
    chart(
      {
        title: "Disk",
        says: `written (solid) up to ${rate(Math.max(...written))}, read (dashed) up to ${rate(Math.max(...read))}`,
        top: disk,
        topLabel: rate(disk),
        lines: [
          { values: written, marks: "l-apps" },
          { values: read, marks: "l-network dashed" },
        ],
      },
      run,
    ),
  ].join("")}</div>`;
}
