// The container engine, as far as the nodes of kind and k3d need it: find, start, stop, look into, and one clear error where it does not answer.
import type { ContainerKind } from "../../lib/cluster-kinds.ts";
import { UserError } from "../../lib/errors.ts";
import type { Host, RunOptions, RunResult } from "./host.ts";

export interface NodeContainer {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** What its tool calls it: control-plane, worker; server, agent, noRole. */
  readonly role: string;
}

interface Labels {
  /** Label with the cluster's name. */
  readonly cluster: string;
  /** Label with the node's role. */
  readonly role: string;
  /** Role of the node that the others need first. */
  readonly first: string;
}

/** What the tools write on their containers. */
export const nodeLabels: Readonly<Record<ContainerKind, Labels>> = {
  kind: { cluster: "io.x-k8s.kind.cluster", role: "io.x-k8s.kind.role", first: "control-plane" },
  k3d: { cluster: "k3d.cluster", role: "k3d.role", first: "server" },
};

export interface Engine {
  /** Containers of a cluster, stopped ones too; the control plane first. Throws a UserError where the engine does not answer. */
  nodes(cluster: string, kind: ContainerKind): Promise<readonly NodeContainer[]>;
  /** Runs a command of the engine; throws a UserError where the engine itself does not answer. */
  docker(args: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** Explains a failed call where the reason is the engine and not the call. */
export const engineProblem = (stderr: string): string | undefined => {
  if (/permission denied.*(docker|podman).*sock|Got permission denied/is.test(stderr))
    return (
      "This user may not use the container engine's socket.\n" +
      "Add the user to the engine's group (for Docker: sudo usermod -aG docker $USER, then log in again)."
    );
  if (
    /cannot connect to|is the docker daemon running|connection refused|no such file or directory.*\.sock|error during connect/is.test(
      stderr,
    )
  )
    return (
      "The container engine does not answer.\n" +
      "Start it (Docker Desktop, OrbStack, Colima, or: sudo systemctl start docker), " +
      "or rehearse without one: npm run rehearse"
    );
  return undefined;
};

export const parseNodes = (output: string, first: string): readonly NodeContainer[] =>
  output
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [id = "", name = "", state = "", role = ""] = line.split("\t");
      return { id, name, running: state === "running", role };
    })
    .sort((a, b) => Number(b.role === first) - Number(a.role === first) || a.name.localeCompare(b.name));

/** The engine behind the `docker` command line. */
export const openEngine = async (host: Host): Promise<Engine> => {
  const program = await host.locate("docker");
  const docker: Engine["docker"] = async (args, options) => {
    const result = await host.run(program, args, options);
    const problem = result.code === 0 ? undefined : engineProblem(result.stderr);
    if (problem !== undefined) throw new UserError(problem);
    return result;
  };
  return {
    docker,
    nodes: async (cluster, kind) => {
      const labels = nodeLabels[kind];
      const format = `{{.ID}}\t{{.Names}}\t{{.State}}\t{{.Label "${labels.role}"}}`;
      const args = ["ps", "-a", "--no-trunc", "--filter", `label=${labels.cluster}=${cluster}`, "--format", format];
      const result = await docker(args, { timeoutSeconds: 10 });
      if (result.code === 124)
        throw new UserError("The container engine did not answer within 10 seconds. Restart it, then run this again.");
      if (result.code !== 0)
        throw new UserError(`The container engine could not list containers: ${result.stderr.trim()}`);
      return parseNodes(result.stdout, labels.first);
    },
  };
};
