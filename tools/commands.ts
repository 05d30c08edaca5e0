// Every npm script with its arguments and one line on what it does, as `npm run help` shows them. Data only; a test holds it to package.json.

export interface CommandHelp {
  /** Name of the script in package.json. */
  readonly script: string;
  /** What follows the script's name; npm hands flags on only after `--`. */
  readonly args?: string;
  readonly does: string;
  /** Page, and heading of it, that says more. */
  readonly docs: string;
}

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CommandHelp[];
}

const stack = "[STACK]";

export const commandGroups: readonly CommandGroup[] = [
  {
    title: "Every day",
    commands: [
      {
        script: "start",
        args: "[STACK] [-- -- FLAGS OF PULUMI]",
        does: "sets up what is missing and brings a stack up (default: dev-fast)",
        docs: "docs/tools.md#what-npm-start-does",
      },
      { script: "up", args: stack, does: "the same as npm start", docs: "docs/tools.md#what-npm-start-does" },
      {
        script: "preview",
        args: stack,
        does: "what an up would change; needs neither engine nor cluster",
        docs: "docs/tools.md",
      },
      { script: "destroy", args: stack, does: "removes the cluster and its state", docs: "docs/cluster.md#destroy" },
      {
        script: "stop",
        args: stack,
        does: "turns a local cluster off, its data kept",
        docs: "docs/cluster.md#stop-and-start",
      },
      { script: "start:cluster", args: stack, does: "turns it on again", docs: "docs/cluster.md#stop-and-start" },
      {
        script: "rehearse",
        args: stack,
        does: "the same stack on a real API server with simulated nodes",
        docs: "docs/tools.md",
      },
    ],
  },
  {
    title: "Look",
    commands: [
      {
        script: "verify",
        args: stack,
        does: "asks the running platform: a query, an object, targets, a log line, a trace",
        docs: "docs/tools.md",
      },
      {
        script: "drift",
        args: stack,
        does: "what somebody changed by hand, field by field; exit code 2 if anything",
        docs: "docs/tools.md#drift",
      },
      {
        script: "doctor",
        args: stack,
        does: "every prerequisite, with a remedy for what fails",
        docs: "docs/tools.md",
      },
      {
        script: "output",
        args: "[STACK] NAME",
        does: "one output in clear: urls, credentials, kubeconfig, versions, cluster",
        docs: "docs/tools.md",
      },
      {
        script: "env",
        args: stack,
        does: 'shell exports for plain pulumi and kubectl: eval "$(npm run -s env)"',
        docs: "docs/tools.md",
      },
      {
        script: "ca",
        args: stack,
        does: "the root of the edge's certificate, to trust on this machine",
        docs: "docs/network.md#the-edge",
      },
      {
        script: "secrets:audit",
        args: stack,
        does: "whether a secret of the stack is anywhere but where it belongs",
        docs: "docs/secrets.md#is-one-out",
      },
      {
        script: "report",
        args: "[STACK] [-- --format html|md|json]",
        does: "a run of the history as a page: timeline, critical path, comparison",
        docs: "docs/report.md",
      },
      {
        script: "bench",
        args: "[-- RUNS [STACK]]",
        does: "cold and warm runs on a stack of their own, and whether they got slower",
        docs: "docs/report.md",
      },
    ],
  },
  {
    title: "Operate",
    commands: [
      {
        script: "drill",
        args: "[STACK] [-- --yes]",
        does: "the rebuild test: backup, destroy, up, restore, compare; a plan until --yes",
        docs: "docs/restore.md",
      },
      {
        script: "openbao",
        args: "[-- OPERATION [STACK] OPTIONS]",
        does: "backup, restore, upgrade or login of a running OpenBao",
        docs: "docs/openbao.md#operations",
      },
      {
        script: "render",
        args: "[STACK] [-- --check]",
        does: "the objects that GitOps delivers, as files without secrets",
        docs: "docs/gitops.md",
      },
      {
        script: "mirror",
        args: "[STACK] -- --out DIR",
        does: "images and charts of a stack into a folder, for a machine without a network",
        docs: "docs/charts.md",
      },
      {
        script: "bake",
        args: stack,
        does: "a node image with the stack's images inside; npm start does it in the background",
        docs: "docs/images.md",
      },
      {
        script: "setup",
        args: "[TOOL...]",
        does: "installs the tools and does nothing else",
        docs: "docs/tools.md",
      },
    ],
  },
  {
    title: "Change strata itself",
    commands: [
      {
        script: "check",
        does: "types, style, workflows, generated files, rendered objects, advisories, units and plans",
        docs: "docs/tools.md",
      },
      {
        script: "ci:preview",
        args: "[-- --base COMMIT]",
        does: "what this branch changes in each stack: the comment on its pull request, as a file",
        docs: "docs/ci.md",
      },
      { script: "ci", args: "-- STEP ...", does: "a step of a workflow, here as there", docs: "docs/ci.md" },
      { script: "test", does: "every suite that needs no container engine", docs: "docs/tools.md" },
      { script: "golden", does: "plans every stack anew and writes test/golden", docs: "docs/tools.md" },
      {
        script: "schema",
        does: "writes the JSON schema, docs/configuration.md and docs/licenses.md",
        docs: "docs/configuration.md",
      },
      {
        script: "sbom",
        args: "[FILE]",
        does: "a bill of materials of packages and tools, in CycloneDX",
        docs: "docs/supply-chain.md#bill-of-materials",
      },
      {
        script: "advisories",
        args: "[-- --strict]",
        does: "what the registry knows against the packages; exit code 1 for what nobody has explained",
        docs: "docs/supply-chain.md#advisories",
      },
      {
        script: "faults",
        args: "[PART OF A NAME...]",
        does: "kills and breaks runs, and says what the next one did",
        docs: "docs/faults.md",
      },
      {
        script: "scale",
        args: "[-- RESOURCES...]",
        does: "stacks of 100, 500 and 2,000 resources: cold, warm, one change, destroy",
        docs: "docs/performance.md",
      },
      { script: "help", args: "[COMMAND]", does: "this list, or one command", docs: "docs/tools.md" },
    ],
  },
];

export const commands: readonly CommandHelp[] = commandGroups.flatMap((group) => group.commands);

/** As it is typed: `npm start [STACK]`. Three scripts need no `run`. */
export const usage = ({ script, args }: Pick<CommandHelp, "script" | "args">): string =>
  `npm ${["start", "stop", "test"].includes(script) ? "" : "run "}${script}${args === undefined ? "" : ` ${args}`}`;
