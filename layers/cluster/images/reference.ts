// Image references: their parts, and the one spelling under which containerd and the kubelet know an image.
import { UserError } from "../../../lib/errors.ts";

export interface Reference {
  /** Host of the registry, with its port if any. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** sha256:<64 hex> */
  readonly digest?: string;
}

const pattern =
  /^(?<name>(?:[a-z0-9][a-z0-9.-]*(?::\d+)?\/)?[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$/;

const isRegistry = (part: string): boolean => /[.:]/.test(part) || part === "localhost";

/** Parts of a reference; the defaults are the container engines': docker.io, library/, latest. Throws a UserError. */
export const parseReference = (text: string): Reference => {
  const groups = pattern.exec(text)?.groups;
  if (!groups?.["name"])
    throw new UserError(
      `"${text}" is not an image reference. Expected registry/repository:tag, for example ghcr.io/stefanprodan/podinfo:6.9.2`,
    );
  const parts = groups["name"].split("/");
  const [first = ""] = parts;
  const named = parts.length > 1 && isRegistry(first);
  const registry = named && first !== "index.docker.io" ? first : "docker.io";
  const path = (named ? parts.slice(1) : parts).join("/");
  return {
    registry,
    repository: registry === "docker.io" && !path.includes("/") ? `library/${path}` : path,
    tag: groups["tag"] ?? "latest",
    ...(groups["digest"] !== undefined && { digest: groups["digest"] }),
  };
};

/** registry/repository, without tag and digest. */
export const repositoryOf = ({ registry, repository }: Reference): string => `${registry}/${repository}`;

/** registry/repository:tag: two texts name the same image exactly if this is equal. */
export const canonical = (text: string): string => {
  const reference = parseReference(text);
  return `${repositoryOf(reference)}:${reference.tag}`;
};

/** Part of a resource or file name: lower-case letters, digits and dashes. */
export const slug = (text: string): string =>
  text
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
