// The suites: what runs in milliseconds, what needs the whole program, what needs checkers, and what needs real programs.
import { defineConfig } from "vitest/config";

const minute = 60_000;

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      {
        test: {
          name: "plan",
          include: ["test/plan/**/*.test.ts"],
          // A stack is planned in seconds, and in minutes where two cores do everything else beside it.
          testTimeout: 5 * minute,
          hookTimeout: 5 * minute,
        },
      },
      {
        test: {
          name: "checks",
          include: ["test/checks/**/*.test.ts"],
          testTimeout: 2 * minute,
          hookTimeout: 30 * minute,
        },
      },
      {
        test: {
          name: "lifecycle",
          include: ["test/lifecycle/**/*.test.ts"],
          // Each file brings a control plane of its own up: side by side they starve each other on a small machine.
          pool: "forks",
          poolOptions: { forks: { singleFork: true } },
          // After everything else, which would slow their waits.
          sequence: { groupOrder: 1 },
          testTimeout: 10 * minute,
          hookTimeout: 10 * minute,
        },
      },
      {
        test: {
          name: "faults",
          // All of them take half an hour: `npm run faults` sets the variable, and the other suites run the short ones.
          include: [process.env["STRATA_FAULTS"] ? "test/faults/**/*.test.ts" : "test/faults/**/*.short.test.ts"],
          pool: "forks",
          poolOptions: { forks: { singleFork: true } },
          sequence: { groupOrder: 2 },
          testTimeout: 15 * minute,
          hookTimeout: 10 * minute,
        },
      },
    ],
  },
});
