// A CycloneDX bill of materials with the Go modules that tools are built from. Pure.
import { type Group, goPurl, type Module } from "./go.ts";

interface Component {
  readonly "bom-ref": string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly scope?: string;
  readonly purl: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** As `npm sbom` writes it; only what is touched here. */
export interface Bom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly Component[];
}

/** Each module once, with the groups that use it. None of them is in the program: they make tools that run beside it. */
export function withModules(bom: Bom, groups: readonly Group[]): Bom {
  const users = new Map<string, { readonly module: Module; readonly names: string[] }>();
  for (const { name, modules } of groups)
    for (const module of modules) {
      const known = users.get(goPurl(module)) ?? { module, names: [] };
      known.names.push(name);
      users.set(goPurl(module), known);
    }
  const components = [...users].map(
    ([purl, { module, names }]): Component => ({
      "bom-ref": purl,
      type: "library",
      name: module.path,
      version: module.version,
      scope: "excluded",
      purl,
      properties: [...new Set(names)].map((value) => ({ name: "strata:tool", value })),
    }),
  );
  return {
    ...bom,
    // npm names it by its folder.
    metadata: { ...bom.metadata, component: { ...bom.metadata.component, name: "strata" } },
    components: [...bom.components, ...components],
  };
}
