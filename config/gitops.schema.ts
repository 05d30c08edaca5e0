// GitOps in the stack file: which engine delivers layers 3 and 4, from which repository, at which commit.
import { z } from "zod";
import { Duration } from "./scalars.ts";

/** A commit and nothing that moves: a branch or a tag is another commit tomorrow, without a review of this file. */
const Revision = z.string().regex(/^[0-9a-f]{40}$/, {
  error:
    'Expected the 40 hex digits of a commit, for example "1f0c2b7e9d4a5c3b8e6f7a9d0c1b2e3f4a5b6c7d". Branches and tags move, so they are refused; this prints one: git rev-parse HEAD',
});

const RepositoryUrl = z
  .string()
  .regex(/^(https:\/\/[^\s@]+|ssh:\/\/([^\s@/]+@)?[^\s@]+|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/\S+)$/, {
    error:
      'Expected the https or ssh address of a repository without a password in it, for example "https://github.com/acme/platform.git" or "ssh://git@github.com/acme/platform.git"',
  });

const Checkout = z
  .strictObject({
    kind: z.literal("checkout"),
    revision: Revision.exactOptional().describe("Commit of this checkout. Default: the one that is checked out"),
  })
  .describe("This checkout's gitops/<stack>, served by a small Git server in the cluster: nothing need be pushed");

const Remote = z
  .strictObject({
    kind: z.literal("remote"),
    url: RepositoryUrl,
    revision: Revision.describe("The commit to deliver. A promotion is a change of this line"),
    auth: z
      .enum(["none", "token", "ssh"])
      .default("none")
      .describe("token: the secret strata:gitToken; ssh: the secret strata:gitSshKey, with knownHosts"),
    knownHosts: z.string().min(1).exactOptional().describe("Lines of known_hosts for the server. Needed by ssh"),
  })
  .describe("A repository that the cluster can reach");

const common = {
  source: z.discriminatedUnion("kind", [Checkout, Remote]).prefault({ kind: "checkout" }),
  timeout: Duration.default("10m").describe("How long one component may take to become healthy after its turn came"),
};

export const GitOpsSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("flux"), ...common }).describe("Flux: a Kustomization for each component"),
    z
      .strictObject({
        kind: z.literal("argocd"),
        delivers: z
          .enum(["stack", "nothing"])
          .default("stack")
          .describe("nothing: Pulumi applies the stack itself, and Argo CD is there for Applications of its users"),
        ...common,
      })
      .describe("Argo CD: an Application for each component"),
  ])
  .describe("Who delivers layers 3 and 4 from a commit. Left out: Pulumi applies them itself");
