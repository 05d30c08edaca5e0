// The state file after a crash of the machine: cut short, empty, beside the rest of a half write, with a half lock. Short enough for `npm test`.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Strata } from "../support/strata.ts";
import { expectConverged, expectPlain } from "./support/converge.ts";
import { attempt } from "./support/record.ts";

let strata: Strata;
let before: Readonly<Record<string, string>>;

beforeAll(async () => {
  strata = new Strata();
  await strata.up();
  before = await strata.secrets();
  expect(Object.keys(before).length).toBeGreaterThan(0);
});
afterAll(() => strata?.close());

const half = (file: string): void => truncateSync(file, Math.floor(readFileSync(file).length / 2));

describe.sequential("the state file", () => {
  test("cut short: put back from the copy beside it", () =>
    attempt("state file cut short", "", async () => {
      half(strata.stateFile);
      expect(await strata.up()).toContain("The state file was damaged: put back from Pulumi's own copy");
      expect(existsSync(`${strata.stateFile}.damaged`)).toBe(true);
      await expectConverged(strata, { before });
      return "repaired from Pulumi's copy";
    }));

  test("empty: the same", () =>
    attempt("state file empty", "", async () => {
      truncateSync(strata.stateFile, 0);
      await expectConverged(strata, { before });
      return "repaired from Pulumi's copy";
    }));

  test("the rest of a half write and a half lock beside it do no harm", () =>
    attempt("rest of a half write beside the state, and half a lock", "", async () => {
      const locks = join(strata.state, "strata", "backend", ".pulumi", "locks", "organization", "strata", strata.stack);
      mkdirSync(locks, { recursive: true });
      writeFileSync(join(locks, "5c2b1f2e-0000-4000-8000-000000000000.json"), '{"pid":12');
      const rests = [
        `${strata.stateFile}.tmp1234`,
        join(dirname(strata.stateFile), "fileblob1234"),
        `${strata.stateFile}.attrs.tmp`,
      ];
      for (const rest of rests) writeFileSync(rest, readFileSync(strata.stateFile, "utf8").slice(0, 1000));
      await expectConverged(strata, { before });
      for (const rest of rests) unlinkSync(rest);
      return "left alone";
    }));

  test("cut short with its copy: the message names the last whole one, and doing what it says works", () =>
    attempt("state file and its copy cut short", "", async () => {
      half(strata.stateFile);
      half(`${strata.stateFile}.bak`);
      const run = await strata.run("start");
      expect(run.code).toBe(1);
      expectPlain(run);
      const [, older = ""] = / {2}cp (\S+) /.exec(run.output) ?? [];
      expect(run.output).toContain(`The state in ${strata.stateFile} is damaged, and so is the copy beside it.`);
      expect(run.output).toContain(`cp ${older} ${strata.stateFile}`);
      copyFileSync(older, strata.stateFile);
      await expectConverged(strata, { before });
      return "the message names the remedy, and it works";
    }));

  test("lost with everything else of the backend: the cluster is built anew", () =>
    attempt("state lost, cluster still there", "", async () => {
      unlinkSync(strata.stateFile);
      unlinkSync(`${strata.stateFile}.bak`);
      await expectConverged(strata);
      expect(readdirSync(join(strata.state, "strata", "clusters"))).toEqual([`strata-${strata.stack}`]);
      return "the cluster was rebuilt";
    }));
});
