// What the nodes of kind and k3d have in common, being containers: addresses that must come back, and volumes of their own.
import type { ContainerKind } from "../../lib/cluster-kinds.ts";
import { UserError } from "../../lib/errors.ts";
import { explainFailure } from "./creation-errors.ts";
import type { Part } from "./driver.ts";
import type { Engine } from "./engine.ts";

const addressFormat = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";

/** IPv4 addresses in their order, 0 for anything else. */
const addressNumber = (address: string): number => {
  const bytes = address.trim().split(".").map(Number);
  return bytes.length === 4 ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : 0;
};

/**
 * The engine gives the lowest free address to whoever starts first: in this order every node gets its old one again,
 * and no certificate has to be made for a new one.
 */
export const byAddress = async (engine: Engine, parts: readonly Part[]): Promise<readonly Part[]> => {
  const ids = parts.map((part) => part.id);
  const result = await engine.docker(["inspect", "--format", addressFormat, ...ids], { timeoutSeconds: 10 });
  const addresses = result.stdout.trim().split("\n").map(addressNumber);
  return parts
    .map((part, index) => ({ part, address: addresses[index] ?? 0 }))
    .sort((a, b) => a.address - b.address)
    .map(({ part }) => part);
};

/** @throws UserError with what the engine said. */
export const startContainers = async (
  engine: Engine,
  parts: readonly Part[],
  cluster: { readonly tool: ContainerKind; readonly name: string },
): Promise<void> => {
  const result = await engine.docker(["start", ...parts.map((part) => part.id)], { timeoutSeconds: 60 });
  if (result.code !== 0) throw new UserError(explainFailure({ ...cluster, output: result.stderr }));
};

/** Removes the containers that are left of a cluster. @throws UserError where the engine keeps one. */
export const removeContainers = async (engine: Engine, list: () => Promise<readonly Part[]>): Promise<void> => {
  const left = await list();
  if (left.length > 0)
    await engine.docker(["rm", "--force", "--volumes", ...left.map(({ id }) => id)], { timeoutSeconds: 120 });
  const stuck = await list();
  if (stuck.length > 0)
    throw new UserError(
      `The engine does not remove ${stuck.map((node) => node.name).join(", ")}. Restart it and try again.`,
    );
};

const volumeFormat = '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}';

/** Names of the volumes in these containers. */
export const mountedVolumes = async (engine: Engine, parts: readonly Part[]): Promise<readonly string[]> => {
  const ids = parts.map((part) => part.id);
  const result = await engine.docker(["inspect", "--format", volumeFormat, ...ids], { timeoutSeconds: 10 });
  return result.stdout.split("\n").filter((volume) => volume !== "");
};

/** Names that the engine made up: a volume with a name of its own belongs to somebody. */
export const isAnonymous = (volume: string): boolean => /^[0-9a-f]{64}$/.test(volume);
