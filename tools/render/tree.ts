// The rendered folder of a stack as data: path to text. The same division is the same folder, byte for byte.
import { deliveredFile, resourceKey, stayingFile } from "../../layers/platform/gitops/delivered.ts";
import type { Division, Staying } from "./divide.ts";
import { byCode, manifestOf, yamlText } from "./manifest.ts";
import { fileNames } from "./names.ts";
import type { PlannedObject } from "./objects.ts";

/** First words of every file, by which a folder is known for a rendered one. */
export const mark = "# Rendered by strata";

export { stayingFile };

const kustomizationFile = "kustomization.yaml";

/** Path in the stack's folder, with forward slashes, to text. */
export type Tree = ReadonlyMap<string, string>;

const comment = (stack: string): string =>
  `${mark.slice(2)}; a change made here is lost. Anew: npm run render ${stack}`;

const kustomization = (stack: string, resources: readonly string[]): string =>
  yamlText(
    { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources: [...resources].sort(byCode) },
    comment(stack),
  );

const identity = ({ component, kind, namespace, name }: PlannedObject) => ({
  component,
  kind,
  ...(namespace !== undefined && { namespace }),
  name,
});

const key = (object: PlannedObject): string => Object.values(identity(object)).join("\0");

const listed = (objects: readonly PlannedObject[]) =>
  [...objects].sort((a, b) => byCode(key(a), key(b))).map((object) => identity(object));

const staying = (stack: string, { staying: objects, unaware }: Division): string =>
  yamlText(
    {
      objects: [...objects]
        .sort((a: Staying, b: Staying) => byCode(key(a.object), key(b.object)))
        .map(({ object, reason }) => ({
          ...identity(object),
          reason,
          resource: resourceKey(object.resource.type, object.resource.name),
        })),
      // Their checksum is made with stand-ins for the secrets, which are in no commit.
      notRestartedByNewSecrets: listed(unaware),
    },
    comment(stack),
  );

/** What the program hands over: it reads this where the stack file has a section gitops. */
const delivered = (stack: string, components: ReadonlyMap<string, readonly PlannedObject[]>): string => {
  const entries = [...components]
    .sort(([a], [b]) => byCode(a, b))
    .map(([component, objects]) => {
      const keys = objects.map(({ resource }) => resourceKey(resource.type, resource.name));
      return [component, keys.sort(byCode)] as const;
    });
  const all = entries.flatMap(([, keys]) => keys);
  const twice = all.find((key, index) => all.indexOf(key) !== index);
  if (twice !== undefined)
    throw new Error(`Two resources are called ${twice}: who delivers which can't be told. Name one of them otherwise`);
  return yamlText(Object.fromEntries(entries), comment(stack));
};

/** Everything that belongs into gitops/<stack>. */
export const treeOf = (stack: string, division: Division): Tree => {
  const components = new Map<string, PlannedObject[]>();
  for (const object of division.delivered)
    components.set(object.component, [...(components.get(object.component) ?? []), object]);
  const files: [string, string][] = [[stayingFile, staying(stack, division)]];
  files.push([deliveredFile, delivered(stack, components)]);
  files.push([kustomizationFile, kustomization(stack, [...components.keys()])]);
  for (const [component, objects] of components) {
    const named = fileNames(objects);
    files.push([`${component}/${kustomizationFile}`, kustomization(stack, [...named.keys()])]);
    for (const [file, { resource }] of named)
      files.push([`${component}/${file}`, yamlText(manifestOf(resource.inputs), comment(stack))]);
  }
  return new Map(files.sort(([a], [b]) => byCode(a, b)));
};
