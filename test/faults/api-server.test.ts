// The API server stands still, restarts, or ends in the middle of an `up`.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { signal } from "../support/processes.ts";
import { type Run, Strata, until } from "../support/strata.ts";
import { expectConverged, expectPlain } from "./support/converge.ts";
import { attempt } from "./support/record.ts";

/** Starts an `up` and returns when its API server has taken some objects. In an object: a bare promise would be waited for. */
const upInTheMiddle = async (strata: Strata): Promise<{ readonly ended: Promise<Run> }> => {
  const { ended } = strata.start("start");
  await until(
    "objects are being created",
    () => strata.operations.some((line) => /^create (Secret|Service) /.test(line)),
    180,
  );
  return { ended };
};

/** The same process again, as its supervisor would start it. */
const startAgain = (strata: Strata, args: readonly string[]): void => {
  const [program = "", ...rest] = args;
  const child = spawn(program, rest, { detached: true, stdio: "ignore", env: strata.env });
  child.unref();
  const pids = join(strata.clusterFolder, "kwok", "clusters", `strata-${strata.stack}`, "pids");
  writeFileSync(join(pids, "kube-apiserver.pid"), String(child.pid));
};

const withStrata = async (work: (strata: Strata) => Promise<string>): Promise<string> => {
  const strata = new Strata();
  try {
    return await work(strata);
  } finally {
    await strata.close();
  }
};

describe("in the middle of an up, the API server", () => {
  test("stands still for ten seconds", () =>
    attempt("API server stopped (SIGSTOP) for 10 s in an up", "", () =>
      withStrata(async (strata) => {
        const { ended: run } = await upInTheMiddle(strata);
        const server = strata.part("kube-apiserver");
        signal([server], "SIGSTOP");
        await sleep(10_000);
        signal([server], "SIGCONT");
        const { code, output } = await run;
        expect(code, output).toBe(0);
        await expectConverged(strata);
        return "the same up succeeded";
      }),
    ));

  test("stands still for longer than a request may take", () =>
    attempt("API server stopped (SIGSTOP) for 75 s in an up", "", () =>
      withStrata(async (strata) => {
        const { ended: run } = await upInTheMiddle(strata);
        const server = strata.part("kube-apiserver");
        signal([server], "SIGSTOP");
        await sleep(75_000);
        signal([server], "SIGCONT");
        const ended = await run;
        expectPlain(ended);
        if (ended.code !== 0) expect(ended.output).toMatch(/no answer within \d+ s/);
        await expectConverged(strata);
        return ended.code === 0 ? "the same up succeeded" : "the up failed and named it; the next succeeded";
      }),
    ));

  test("is killed, and started again after five seconds", () =>
    attempt("API server killed and restarted in an up", "", () =>
      withStrata(async (strata) => {
        const { ended: run } = await upInTheMiddle(strata);
        const server = strata.part("kube-apiserver");
        const args = readFileSync(`/proc/${server}/cmdline`, "utf8").split("\0").slice(0, -1);
        signal([server], "SIGKILL");
        await sleep(5000);
        startAgain(strata, args);
        const { code, output } = await run;
        expect(code, output).toBe(0);
        await expectConverged(strata);
        return "the same up succeeded";
      }),
    ));

  test("is killed and stays away", () =>
    attempt("API server killed in an up, and not restarted", "", () =>
      withStrata(async (strata) => {
        const { ended: run } = await upInTheMiddle(strata);
        signal([strata.part("kube-apiserver")], "SIGKILL");
        const ended = await run;
        expect(ended.code).not.toBe(0);
        expect(ended.output).toMatch(/ECONNREFUSED|unreachable/);
        expectPlain(ended);
        await expectConverged(strata);
        return "the up failed and named it; the next started it";
      }),
    ));
});
