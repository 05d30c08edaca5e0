// Reads a list from the API server of an EKS cluster, by a token of whoever runs this.
import { request } from "node:https";
import type { EksEndpoint } from "../../layers/cluster/eks/kubeconfig.ts";
import { UserError } from "../../lib/errors.ts";
import { capture } from "../terminal/process.ts";

/** A token as the kubeconfig's own command gets it. */
const token = async ({ name, region }: EksEndpoint): Promise<string> => {
  const { code, stdout, stderr } = await capture(
    "aws",
    ["eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"],
    { timeoutMs: 60_000 },
  );
  if (code === 127) throw new UserError("The aws CLI is not on PATH: it gets the token for the cluster. Install it");
  if (code !== 0) throw new UserError(`aws eks get-token failed: ${stderr.trim()}`);
  return (JSON.parse(stdout) as { status: { token: string } }).status.token;
};

/** Body of a GET. */
export const read = async (cluster: EksEndpoint, path: string): Promise<string> => {
  const bearer = await token(cluster);
  return new Promise((resolve, reject) => {
    const fail = (reason: string) =>
      reject(new UserError(`The API server of ${cluster.name} could not be asked for ${path}: ${reason}`));
    const call = request(
      new URL(path, cluster.endpoint),
      {
        ca: Buffer.from(cluster.certificateAuthority, "base64"),
        headers: { accept: "application/json", authorization: `Bearer ${bearer}` },
        signal: AbortSignal.timeout(30_000),
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          body += part;
        });
        response.on("error", (error) => fail(error.message));
        response.on("end", () =>
          response.statusCode === 200 ? resolve(body) : fail(`${response.statusCode} ${body.slice(0, 200)}`),
        );
      },
    );
    call.on("error", (error) => fail(error.message));
    call.end();
  });
};
