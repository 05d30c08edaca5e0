// Text of the page: escaping, and how numbers are written.
import { kindOf } from "../../engine/events.ts";
import { bytes, duration } from "../../terminal/duration.ts";
import type { RunRecord, RunResource } from "../record.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Everything that comes from a record goes through it: messages are not ours. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? "");

/** A share of the run, for positions. */
export const percent = (part: number, whole: number): string =>
  `${whole <= 0 ? 0 : Math.round(Math.min(100, Math.max(0, (part / whole) * 100)) * 1000) / 1000}%`;

/** +1.2 s, -0.4 s. */
export const difference = (ms: number): string => `${ms < 0 ? "−" : "+"}${duration(Math.abs(ms))}`;

export const signedPercent = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(0)} %`;

export const rate = (bytesPerSecond: number): string =>
  bytesPerSecond >= 2 ** 20
    ? `${(bytesPerSecond / 2 ** 20).toFixed(1)} MiB/s`
    : `${Math.round(bytesPerSecond / 1024)} KiB/s`;

/** "StatefulSet postgres". */
export const titleOf = ({ type, name }: Pick<RunResource, "type" | "name">): string => `${kindOf(type)} ${name}`;

/** 2026-01-02 03:04:05 UTC. */
export const moment = (rfc3339: string): string => `${rfc3339.slice(0, 10)} ${rfc3339.slice(11, 19)} UTC`;

export const machineLine = ({ os, arch, cpu, cores, memoryBytes, engine, wsl }: RunRecord["machine"]): string =>
  [
    `${cpu}, ${cores} cores`,
    bytes(memoryBytes),
    `${os}/${arch}${wsl ? " (WSL)" : ""}`,
    ...(engine ? [engine] : []),
  ].join(" · ");

export { bytes, duration, kindOf };
