import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../../config/parse.ts";
import { help, operations, parseArguments } from "../../../../tools/openbao/arguments.ts";
import { targetOf } from "../../../../tools/openbao/target.ts";

describe("wrong words", () => {
  test.each([
    [["bakup"], /"bakup" is no operation. Expected one of: backup, restore, upgrade, login/],
    [["--yes"], /"" is no operation/],
    [["backup", "openbao", "full"], /Only one stack at a time, not openbao and full/],
    [["backup", "--yes"], /backup knows no --yes: that is of restore, upgrade/],
    [["upgrade", "--key", "a.snap"], /upgrade knows no --key: that is of restore/],
    [["restore", "--to", "2.6.3"], /restore knows no --to: that is of upgrade/],
    [["restore", "--key", ""], /--key is empty/],
    [["login", "--timeout", "5m"], /login knows no --timeout: that is of backup, restore, upgrade/],
    [["upgrade", "--print-token"], /upgrade knows no --print-token: that is of login/],
    [["upgrade", "--to", "2.6"], /--to "2.6" is no version. Expected one like 2.6.3/],
    [["backup", "--timeout", "10"], /--timeout "10" is no duration. Expected one like 90s, 10m or 1h/],
    [["backup", "--timeout", "0s"], /--timeout "0s" is no duration/],
    [["backup", "--timeout", "1h30m"], /--timeout "1h30m" is no duration/],
    [["backup", "--force"], /Unknown option '--force'/],
  ])("%j", (args, message) => {
    expect(() => parseArguments(args)).toThrow(message);
    expect(() => parseArguments(args)).toThrow(/All of it: npm run openbao$/);
  });
});

test("every operation has a default stack and a default patience", () => {
  expect(operations.map((one) => parseArguments([one]).timeoutSeconds)).toEqual([600, 1800, 1800, 60]);
  expect(parseArguments(["backup"])).toMatchObject({
    stack: "openbao",
    rehearse: false,
    yes: false,
    printToken: false,
  });
  expect(parseArguments(["restore", "lab", "--rehearse", "--yes", "--key", "a/b.snap", "--timeout", "90s"])).toEqual({
    operation: "restore",
    stack: "lab",
    rehearse: true,
    yes: true,
    key: "a/b.snap",
    to: undefined,
    timeoutSeconds: 90,
    printToken: false,
  });
});

test("the help names every operation", () => {
  for (const operation of operations) expect(help).toMatch(new RegExp(`^  ${operation} `, "m"));
});

describe("the stack file", () => {
  const config = (sections: Record<string, unknown>) =>
    parseConfig({
      file: "Pulumi.lab.yaml",
      sections: Object.fromEntries(
        Object.entries({ cluster: { kind: "kwok" }, ...sections }).map(([name, value]) => [
          name,
          JSON.stringify(value),
        ]),
      ),
      secrets: new Set(),
    });

  test("without OpenBao, or with a store that can't be looked into, is refused", () => {
    expect(() => targetOf("lab", config({}))).toThrow(/Pulumi.lab.yaml has no strata:openbao/);
  });
});
