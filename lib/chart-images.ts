// The images of a chart, for its values: in the nodes like every other image before the chart's pods ask for them.
import * as pulumi from "@pulumi/pulumi";
import type { ChartImageRole, ChartWithImages } from "../chart-images.ts";
import type { ImageKey } from "../versions.ts";
import type { ImageSource } from "./handles.ts";

/** A reference, and its parts in the ways in which charts ask for them. Each waits until the image is in the nodes. */
export interface ImageParts {
  /** registry/repository:tag, with @digest where the nodes pull by themselves. */
  readonly reference: pulumi.Input<string>;
  /** registry/repository. */
  readonly name: pulumi.Input<string>;
  /** What follows the colon after that: the tag, with @digest where there is one. */
  readonly version: pulumi.Input<string>;
  readonly registry: pulumi.Input<string>;
  /** Without the registry. */
  readonly repository: pulumi.Input<string>;
  readonly tag: pulumi.Input<string>;
  /** sha256:<64 hex>; empty where the image was loaded into the nodes, which know it by its tag only. */
  readonly digest: pulumi.Input<string>;
  /** The digest's 64 hex digits; empty like it. */
  readonly sha: pulumi.Input<string>;
}

/** Parts of registry/repository:tag[@digest], as an ImageSource writes it. */
export const imageParts = (reference: string) => {
  const [name = "", digest = ""] = reference.split("@");
  const [slash, colon] = [name.indexOf("/"), name.lastIndexOf(":")];
  return {
    reference,
    name: name.slice(0, colon),
    version: digest === "" ? name.slice(colon + 1) : `${name.slice(colon + 1)}@${digest}`,
    registry: name.slice(0, Math.max(slash, 0)),
    repository: name.slice(slash + 1, colon),
    tag: name.slice(colon + 1),
    digest,
    sha: digest.replace(/^sha256:/, ""),
  };
};

/** Image of a chart by its role; asking is what puts it on the list to fetch, so ask only for what the chart's pods use. */
export type ChartImage<Chart extends ChartWithImages> = (role: ChartImageRole<Chart>) => ImageParts;

export const chartImage =
  <Chart extends ChartWithImages>(images: ImageSource, chart: Chart): ChartImage<Chart> =>
  (role) =>
    pulumi.output(images.reference(`${chart}.${role}`)).apply(imageParts);

/** Image of `versions.ts` for a chart that runs the same program as strata does elsewhere. */
export const sharedImage = (images: ImageSource, key: ImageKey): ImageParts =>
  pulumi.output(images.reference(key)).apply(imageParts);
