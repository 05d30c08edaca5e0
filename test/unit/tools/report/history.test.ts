import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  comparable,
  historyFolder,
  listRuns,
  pageOf,
  prune,
  readRun,
  runsOfStack,
  writeRun,
} from "../../../../tools/report/history.ts";
import { imageUses, noteImage, readImageLog } from "../../../../tools/report/image-log.ts";
import { checkManualSteps, readManualSteps } from "../../../../tools/report/manual-steps.ts";
import { paths, repository } from "../../../../tools/toolchain/paths.ts";
import { sampleRun } from "./sample.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "history-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const run = (minute: number, changes: Parameters<typeof sampleRun>[0] = {}) =>
  sampleRun({ id: `20260102T03${String(minute).padStart(2, "0")}00000Z-up`, ...changes });

describe("the history", () => {
  test("gives back what was written, for its owner only", () => {
    const file = writeRun(root, run(1));
    expect(readRun(file)).toEqual(run(1));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("keeps the newest runs, and a page goes with its record", () => {
    for (let minute = 1; minute <= 5; minute += 1) {
      writeRun(root, run(minute));
      writeFileSync(pageOf(root, run(minute).id), "");
    }
    prune(root, 2);
    expect(listRuns(root).map(({ id }) => id)).toEqual([run(4).id, run(5).id]);
    expect(readdirSync(root)).toHaveLength(4);
  });

  test("compares with succeeded runs alike that came before, and no others", () => {
    const wanted = run(9);
    for (const other of [
      run(1),
      run(2, { outcome: "failed" }),
      run(3, { temperature: "unchanged" }),
      run(4, { cluster: "kind" }),
      { ...run(5), id: "20260102T030500000Z-destroy", action: "destroy" as const },
      run(6),
      run(7),
      wanted,
    ])
      writeRun(root, other);
    expect(comparable(root, wanted).map(({ id }) => id)).toEqual([run(1).id, run(6).id, run(7).id]);
    expect(comparable(root, wanted, 2).map(({ id }) => id)).toEqual([run(6).id, run(7).id]);
  });

  test("leaves alone what is no record, or of another version", () => {
    writeFileSync(join(root, "a_b_c_d.json"), "{");
    writeFileSync(join(root, "e_b_c_d.json"), JSON.stringify({ ...run(1), version: 99 }));
    expect(listRuns(root).map(({ file }) => readRun(file))).toEqual([undefined, undefined]);
    expect(listRuns(join(root, "nothing"))).toEqual([]);
  });

  test("a stack's runs on every machine, by time", () => {
    const where = paths({ HOME: root, XDG_STATE_HOME: root });
    writeRun(historyFolder(where, "s", "m1"), run(2));
    writeRun(historyFolder(where, "s", "m2"), run(1));
    expect(runsOfStack(where, "s").map(({ id }) => id)).toEqual([run(1).id, run(2).id]);
  });
});

describe("where images came from", () => {
  test("the first source of each counts, and half a line does no harm", () => {
    const file = join(root, "images.jsonl");
    const env = { STRATA_IMAGE_LOG: file };
    noteImage({ image: "a", source: "registry" }, env);
    noteImage({ image: "a", source: "engine" }, env);
    writeFileSync(file, '{"image":"b"', { flag: "a" });
    expect(readImageLog(file)).toEqual([{ image: "a", source: "registry" }]);
    expect(readImageLog(join(root, "none"))).toEqual([]);
  });

  test("without a log, or where it can't be written, an image is had all the same", () => {
    expect(() => noteImage({ image: "a", source: "registry" }, {})).not.toThrow();
    expect(() =>
      noteImage({ image: "a", source: "registry" }, { STRATA_IMAGE_LOG: join(root, "no", "x") }),
    ).not.toThrow();
  });

  test("what this run did not fetch says why", () => {
    const fetched = [{ image: "b", source: "registry" }];
    expect(imageUses(fetched, ["a", "b", "a"], false, true)).toEqual([
      { image: "a", source: "kept from an earlier run" },
      { image: "b", source: "registry" },
    ]);
    expect(imageUses([], ["a"], false, false)).toEqual([{ image: "a", source: "pulled by the nodes" }]);
    expect(imageUses([], ["a"], true, false)).toEqual([{ image: "a", source: "none (simulated nodes)" }]);
  });
});

describe("manual steps", () => {
  test("the repository's own are right", () => {
    const steps = readManualSteps(repository);
    expect(steps.map(({ id }) => id)).toContain("install-container-engine");
  });

  test("every mistake is told at once", () => {
    const good = { id: "a", layer: "machine", why: "w", owner: "o", remove: "r" };
    expect(checkManualSteps({ steps: [good] })).toEqual([good]);
    expect(() => checkManualSteps({ steps: [good, { ...good, layer: "sky", owner: "", extra: 1 }] })).toThrow(
      'manual-steps.yaml:\n  - a: "owner" must be a text\n  - a: unknown key "extra". Allowed: id, layer, why, owner, remove\n  - a: layer "sky". Allowed: machine, cluster, network, platform, apps\n  - a: the id is there twice',
    );
    expect(() => checkManualSteps([])).toThrow('expected a list under "steps"');
  });
});
