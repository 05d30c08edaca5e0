// Which resources of the program GitOps delivers: what `npm run render` writes beside the manifests, and the program goes by.

/** In gitops/<stack>: component to the keys of its resources. */
export const deliveredFile = "delivered-by-gitops.yaml";

/** In gitops/<stack>: what is not there, and why. */
export const stayingFile = "stays-with-pulumi.yaml";

/** A resource as the file names it: type and name in the program, for example "kubernetes:apps/v1:StatefulSet postgres". */
export const resourceKey = (type: string, name: string): string => `${type} ${name}`;

/** Component (its folder in gitops/<stack>) to the keys of its resources. */
export type Delivered = Readonly<Record<string, readonly string[]>>;

/** What was found out before the program began (tools/gitops/facts.ts). */
export interface GitOpsFacts {
  /** gitops/<stack>, from the top of the repository. */
  readonly path: string;
  /** Of the program as it is here. */
  readonly delivered: Delivered;
  /** Keys of the resources that stay with Pulumi. */
  readonly staying: ReadonlySet<string>;
  /** 40 hex digits of the commit that is delivered. */
  readonly revision: string;
  /** Its rendered files; only of a checkout, whose Git server is ours to fill. */
  readonly files?: ReadonlyMap<string, Buffer>;
}
