// The container engine, as far as kind's nodes need it: find, start, stop, look into, and one clear error where it does not answer.
import { UserError } from "../../lib/errors.ts";
import type { Host, RunOptions, RunResult } from "./host.ts";

export interface NodeContainer {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  readonly controlPlane: boolean;
}

export interface Engine {
  /** Node containers of a kind cluster, stopped ones too; the control plane first. Throws a UserError where the engine does not answer. */
  nodes(cluster: string): Promise<readonly NodeContainer[]>;
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

const format = '{{.ID}}\t{{.Names}}\t{{.State}}\t{{.Label "io.x-k8s.kind.role"}}';

export const parseNodes = (output: string): readonly NodeContainer[] =>
  output
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [id = "", name = "", state = "", role = ""] = line.split("\t");
      return { id, name, running: state === "running", controlPlane: role === "control-plane" };
    })
    .sort((a, b) => Number(b.controlPlane) - Number(a.controlPlane) || a.name.localeCompare(b.name));

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
    nodes: async (cluster) => {
      const args = ["ps", "-a", "--no-trunc", "--filter", `label=io.x-k8s.kind.cluster=${cluster}`, "--format", format];
      const result = await docker(args, { timeoutSeconds: 10 });
      if (result.code === 124)
        throw new UserError("The container engine did not answer within 10 seconds. Restart it, then run this again.");
      if (result.code !== 0)
        throw new UserError(`The container engine could not list containers: ${result.stderr.trim()}`);
      return parseNodes(result.stdout);
    },
  };
};
