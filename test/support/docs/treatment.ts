// What the tests do with a documented command, by script: run it as it stands on the page, or not, and why not.

export type Treatment =
  | "executed"
  /** Not run from the page; `shownBy` are the tests that run the same command or what it calls. */
  | { readonly needs: string; readonly shownBy: readonly string[] };

const embedded = "a cluster of its own, and half a minute";
const devFast = "test/lifecycle/dev-fast.test.ts";
const itself = "minutes to half an hour: it is a suite";

export const treatments: Readonly<Record<string, Treatment>> = {
  help: "executed",
  preview: "executed",
  doctor: "executed",
  render: "executed",
  drill: "executed",
  env: "executed",
  start: { needs: embedded, shownBy: [devFast, "test/faults/still.test.ts"] },
  up: { needs: embedded, shownBy: [devFast] },
  rehearse: { needs: embedded, shownBy: [devFast] },
  destroy: { needs: embedded, shownBy: [devFast] },
  stop: { needs: embedded, shownBy: [devFast] },
  "start:cluster": { needs: embedded, shownBy: [devFast] },
  drift: { needs: embedded, shownBy: [devFast] },
  "secrets:audit": { needs: "a stack that is up", shownBy: [devFast, "test/lifecycle/state.test.ts"] },
  report: { needs: "a run to report on", shownBy: [devFast] },
  output: { needs: "a stack that is up", shownBy: ["test/unit/docs/commands.test.ts"] },
  verify: { needs: "a container engine: nothing answers in a simulated cluster", shownBy: ["test/unit/tools/verify"] },
  ca: { needs: "a container engine: nobody makes a root in a simulated cluster", shownBy: ["test/unit/tools/edge"] },
  openbao: { needs: "a running OpenBao", shownBy: ["test/lifecycle/openbao-operations.test.ts"] },
  bake: { needs: "a container engine", shownBy: ["test/lifecycle/images.test.ts"] },
  mirror: { needs: "registries to fetch from", shownBy: ["test/unit/tools/mirror"] },
  bench: { needs: "minutes and a quiet machine", shownBy: ["test/unit/tools/bench"] },
  scale: { needs: "minutes and a quiet machine", shownBy: ["test/unit/tools/scale"] },
  setup: { needs: "a network, and up to 15 minutes of builds", shownBy: ["test/unit/tools/toolchain"] },
  faults: { needs: itself, shownBy: ["test/faults"] },
  test: { needs: itself, shownBy: ["test"] },
  ci: { needs: "GitHub, or a run to report on", shownBy: ["test/unit/tools/ci"] },
  "ci:preview": { needs: "a base commit to plan", shownBy: ["test/plan/preview.test.ts"] },
  check: { needs: itself, shownBy: ["test"] },
  golden: { needs: "to write the golden files", shownBy: ["test/plan/golden.test.ts"] },
  sbom: { needs: "to write a file", shownBy: ["test/unit/tools/supply"] },
  advisories: { needs: "a registry that answers", shownBy: ["test/unit/tools/supply"] },
  schema: { needs: "to write the generated files", shownBy: ["test/unit/config"] },
};

/** Commands of an executed script that are not: a pattern of their text to the reason. */
export const exceptions: readonly (readonly [RegExp, string])[] = [
  [/^npm run preview eks$/, "Pulumi's aws plugin, which has no offline twin"],
  [/^npm run \w+ shop$/, "a stack that only its page makes; test/plan/how-to.test.ts plans it"],
  [/^npm run doctor eks$/, "an account to ask"],
  [/^npm run drill .*--yes/, "an AWS account, an hour and money"],
  [/^npm run render(?!.*--(?:check|out))/, "to write gitops/; the same with --check and --out is executed"],
];

/** Whether the tests run this command as it stands on its page. */
export const isExecuted = (script: string, text: string): boolean =>
  treatments[script] === "executed" && !exceptions.some(([pattern]) => pattern.test(text));
