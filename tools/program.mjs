// What the engine runs (package.json, main): the program of index.ts.
import { createRequire } from "node:module";
import { load } from "./load.mjs";

/** Lines of the sources instead of the bundle's: looked up only now, because it is slow (see preload.mjs). */
const withSources = (error) => {
  const require = createRequire(import.meta.url);
  createRequire(require.resolve("@pulumi/pulumi/package.json"))("source-map-support").install();
  throw error;
};

const { program } = await load("index.ts").catch(withSources);

export default () => program().catch(withSources);
