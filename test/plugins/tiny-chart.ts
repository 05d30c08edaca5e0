// A chart of our own, packed as publishers pack theirs: something that starts, a secret, and a hook that may fail.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const pod = (name: string) => `
      containers:
        - name: ${name}
          image: example.com/tiny:1`;

const files: Readonly<Record<string, string>> = {
  "Chart.yaml": "apiVersion: v2\nname: tiny\nversion: 1.0.0\nappVersion: 9.8.7\n",
  "values.yaml": "message: none\npassword: none\nhook: passes\n",
  "templates/objects.yaml": `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}-settings }
data: { message: {{ .Values.message | quote }} }
---
apiVersion: v1
kind: Secret
metadata: { name: {{ .Release.Name }}-credentials }
stringData: { password: {{ .Values.password | quote }} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }} }
spec:
  selector: { matchLabels: { app: tiny } }
  template:
    metadata: { labels: { app: tiny } }
    spec:${pod("web")}
`,
  // Passes, fails at once, or waits for ever, as the values say. Nowhere is a node for the last two.
  "templates/hook.yaml": `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-check
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  backoffLimit: 0
  {{- if eq .Values.hook "fails" }}
  activeDeadlineSeconds: 2
  {{- end }}
  template:
    spec:
      restartPolicy: Never
      {{- if ne .Values.hook "passes" }}
      nodeSelector: { nowhere: "true" }
      {{- end }}${pod("check")}
`,
};

/** Writes `tiny-1.0.0.tgz` into a folder. */
export const packTinyChart = (folder: string): void => {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, "source", "tiny", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  execFileSync("tar", ["-czf", join(folder, "tiny-1.0.0.tgz"), "-C", join(folder, "source"), "tiny"]);
};
