import { expect, test } from "vitest";
import { secondsOf } from "../../../lib/duration.ts";

test.each([
  ["90s", 90],
  ["30m", 1800],
  ["8h", 28_800],
])("%s", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});
