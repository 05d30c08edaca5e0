// Loads TypeScript from a bundle of it, made anew whenever one of its sources changed: transpiling and finding some hundred files
// costs each start a second of processor time. Plain JavaScript, since it runs before anything here can read TypeScript.
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, ".strata", "bundles");
/** Raised when a bundle made by an older version of this file would not do. */
const version = 1;

/** Size and time of a file, or undefined where it is gone. */
const stamp = (path) => {
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  return found && `${found.size}:${found.mtimeMs}`;
};

const isFresh = (inputs) => Object.entries(inputs).every(([path, known]) => stamp(path) === known);

/** A file finds its neighbours from where its source is, and not from the bundle. */
const ownUrls = {
  name: "own-urls",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = path.includes("node_modules") ? "" : readFileSync(path, "utf8");
      if (!text.includes("import.meta.url")) return undefined;
      return { loader: "ts", contents: text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)) };
    });
  },
};

const build = async (entries, target) => {
  const esbuild = await import("esbuild");
  const started = Date.now();
  const { metafile, outputFiles } = await esbuild.build({
    stdin: { contents: entries.map((entry) => `export * from "./${entry}";`).join("\n"), resolveDir: root },
    absWorkingDir: root,
    outdir: target,
    entryNames: "main",
    bundle: true,
    splitting: true,
    // The engine's SDK keeps its state in its module: a copy of it in the bundle would be another program's.
    external: ["@pulumi/pulumi", "@pulumi/pulumi/*", "@pulumi/policy", "@pulumi/policy/*", "esbuild"],
    platform: "node",
    format: "esm",
    target: "node20",
    outExtension: { ".js": ".mjs" },
    // CommonJS packages ask for Node's own modules by require, which an ES module has not.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    sourcemap: true,
    metafile: true,
    write: false,
    logLevel: "silent",
    plugins: [ownUrls],
  });
  mkdirSync(target, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  const isMeanwhile = (path) => (statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? started) >= started;
  // Packages change with the lock file alone.
  const own = [...Object.keys(metafile.inputs).filter((path) => !/^<|node_modules\//.test(path)), "package-lock.json"];
  return Object.fromEntries(own.map((path) => [path, isMeanwhile(path) ? "changed while it was read" : stamp(path)]));
};

const readIndex = (file) => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
};

/** A bundle that was replaced may still be loading in another process: it goes when nobody can have started with it lately. */
const sweep = (name, kept) => {
  for (const id of readdirSync(folder)) {
    if (!new RegExp(`^${name}-[0-9a-f]{8}$`).test(id) || id === kept) continue;
    const age = Date.now() - (statSync(join(folder, id), { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > 60_000) rmSync(join(folder, id), { recursive: true, force: true });
  }
};

const nameOf = (entries) => entries[0].replace(/\.ts$/, "").replaceAll("/", "-");

/** Name of the bundle that a load of these files would take as it is; undefined where it would be made anew. */
export const bundleOf = (...entries) => {
  const known = readIndex(join(folder, `${nameOf(entries)}.json`));
  return known?.version === version && isFresh(known.inputs) ? known.id : undefined;
};

/** Path of the bundle. Processes that make it at once each use a folder of their own, and one of these is remembered. */
const bundle = async (entries) => {
  const name = nameOf(entries);
  const index = join(folder, `${name}.json`);
  const file = (id) => join(folder, id, "main.mjs");
  const known = readIndex(index);
  if (known?.version === version && existsSync(file(known.id)) && isFresh(known.inputs)) return file(known.id);
  const id = `${name}-${randomUUID().slice(0, 8)}`;
  const inputs = await build(entries, join(folder, id));
  const temporary = join(folder, `${id}.json`);
  writeFileSync(temporary, JSON.stringify({ version, id, inputs }));
  renameSync(temporary, index);
  sweep(name, id);
  return file(id);
};

/** Imports TypeScript files of this repository, named from its top, as one module with the exports of all. */
export const load = async (...entries) => import(pathToFileURL(await bundle(entries)).href);
