import { expect, test } from "vitest";
import { drillReport } from "../../../../tools/ci/drill-report.ts";

test("a drill that left the stack file alone has its report, and nothing to commit", () => {
  expect(drillReport("# Drill\n", "eks", "\n")).toBe("# Drill\n");
});

test("what the drill changed in the stack file stands at the end, to be committed", () => {
  expect(drillReport("# Drill\n", "eks", "-  cluster: postgres\n+  cluster: postgres-2\n")).toBe(
    `# Drill

### To review and commit: Pulumi.eks.yaml

It says what the stack was restored from. An \`up\` of the file as it was would make the old one anew.

\`\`\`diff
-  cluster: postgres
+  cluster: postgres-2
\`\`\`
`,
  );
});
