// What the engine runs (package.json, main): the program of index.ts.
import { load } from "./load.mjs";

export default (await load("index.ts")).program;
