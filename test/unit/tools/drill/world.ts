// A world for the drill: an account, a cluster and a stack file that behave as far as the drill looks, and that tests can break.
import { parse } from "yaml";
import { type Answer, type Command, describeCommand, type Machine } from "../../../../tools/drill/machine.ts";
import type { StateStore } from "../../../../tools/drill/state.ts";

export const stackText = (postgres: string): string => `config:
  # Kept.
  strata:cluster:
    kind: eks
    region: eu-central-1
    account: "111122223333"
    apiServer: { access: private }
  strata:objectStore: { kind: s3, buckets: [exports] }
  strata:postgres:
${postgres}
    databases:
      auth_db: { owner: devuser }
  strata:secrets:
    kind: external-secrets
    backend: { kind: aws }
  strata:apps:
    api: { image: "ghcr.io/acme/api:1.0.0@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", port: 8080 }
`;

const ok = (stdout: unknown = ""): Answer => ({
  code: 0,
  stdout: typeof stdout === "string" ? stdout : JSON.stringify(stdout),
  stderr: "",
});
const notFound: Answer = { code: 254, stdout: "", stderr: "An error occurred (ResourceNotFoundException)" };

export class World implements Machine, StateStore {
  readonly ran: string[] = [];
  text: string;
  clock = Date.UTC(2026, 2, 1, 12, 0, 0);
  account = "111122223333";
  simulated = false;
  up = true;
  row: string | undefined;
  backedUp: string | undefined;
  restoresRow = true;
  readonly objects = new Map<string, string>();
  secret: { version: string; text: string } | undefined;
  saved: string | undefined;
  /** Part of a command that fails. */
  breaks: string | undefined;
  #log = "";

  constructor(postgres: string) {
    this.text = stackText(postgres);
  }

  now = (): number => this.clock;
  sleep = async (milliseconds: number): Promise<void> => {
    this.clock += milliseconds;
  };
  readStackFile = (): string => this.text;
  writeStackFile = (text: string): void => {
    if (this.breaks === "write stack file") throw new Error("EACCES");
    this.text = text;
  };
  keepKubeconfig = (): string => "/tmp/kubeconfig";
  read = (): string | undefined => this.saved;
  write = (text: string): void => {
    this.saved = text;
  };
  remove = (): void => {
    this.saved = undefined;
  };

  run = async (command: Command): Promise<Answer> => {
    this.clock += 1000;
    const line = describeCommand(command);
    this.ran.push(line);
    if (this.breaks !== undefined && line.includes(this.breaks)) return { code: 1, stdout: "", stderr: "it broke" };
    return this.#answer(command, line);
  };

  #answer({ program, args, input = "" }: Command, line: string): Answer {
    if (program === "node") return this.#strata(args);
    if (program === "kubectl") return this.up ? this.#kubectl(args, input) : { code: 1, stdout: "", stderr: "refused" };
    const verb = args.slice(0, 2).join(" ");
    switch (verb) {
      case "sts get-caller-identity":
        return ok({ Account: this.account });
      case "eks describe-cluster":
        return this.up ? ok({}) : notFound;
      case "rds describe-db-instances":
        return this.up ? ok({}) : { ...notFound, stderr: "An error occurred (DBInstanceNotFound)" };
      case "rds create-db-snapshot":
        if (this.backedUp !== undefined) return { code: 254, stdout: "", stderr: "(DBSnapshotAlreadyExists)" };
        this.backedUp = this.row ?? "";
        return ok({});
      case "rds describe-db-snapshots":
        return ok({ DBSnapshots: [{ Status: "available" }] });
      case "s3 cp":
        return this.#copy(args, input);
      case "s3 rm":
        this.objects.delete(String(args[2]));
        return ok();
      case "secretsmanager put-secret-value":
        if (!this.secret) return notFound;
        this.secret = { version: `v${Number(this.secret.version.slice(1)) + 1}`, text: String(args[5]) };
        return ok({});
      case "secretsmanager create-secret":
        this.secret = { version: "v1", text: String(args[5]) };
        return ok({});
      case "secretsmanager get-secret-value":
        return this.secret ? ok({ VersionId: this.secret.version, SecretString: this.secret.text }) : notFound;
      case "secretsmanager delete-secret":
        this.secret = undefined;
        return ok({});
    }
    throw new Error(`Nobody expected: ${line}`);
  }

  #copy([, , from = "", to = ""]: readonly string[], input: string): Answer {
    if (from === "-") {
      this.objects.set(to, input);
      return ok();
    }
    const text = this.objects.get(from);
    return text === undefined ? { code: 1, stdout: "", stderr: "404" } : ok(text);
  }

  #strata(args: readonly string[]): Answer {
    switch (args[1]) {
      case "output":
        if (!this.up) return { code: 1, stdout: "", stderr: "it has no output" };
        if (args[3] === "cluster") return ok({ kind: "eks", simulated: this.simulated });
        if (args[3] === "versions")
          return ok({ postgres: "docker.io/postgres:17", postgresCloudNative: "ghcr.io/pg:17" });
        return ok("kubeconfig");
      case "destroy":
        this.up = false;
        this.row = undefined;
        return ok();
      case "start": {
        if (!this.up) {
          const config = (parse(this.text) as { config: Record<string, Record<string, unknown>> }).config;
          const { restore, snapshot } = config["strata:postgres"] ?? {};
          if ((restore || snapshot) && this.restoresRow) this.row = this.backedUp;
        }
        this.up = true;
        return ok();
      }
    }
    throw new Error(`Nobody expected the script ${args[1]}`);
  }

  #kubectl(args: readonly string[], input: string): Answer {
    if (args.includes("apply")) return this.#apply(input);
    if (args.includes("logs")) return ok(this.#log);
    if (args.includes("secrets")) return ok({ items: [{ metadata: { name: "keys" }, data: { token: "c2VjcmV0" } }] });
    if (args.includes("backup")) return ok({ status: { phase: this.backedUp === undefined ? "" : "completed" } });
    return ok();
  }

  #apply(input: string): Answer {
    if (input.includes('"kind":"Backup"')) {
      this.backedUp = this.row ?? "";
      return ok();
    }
    const [, id = ""] = /values \('(drill-[\d-]+)'/.exec(input) ?? [];
    if (input.includes("insert into")) this.row = `${id} 1772366400`;
    if (input.includes("drop table")) this.row = undefined;
    this.#log = this.row ?? "";
    return ok();
  }
}
