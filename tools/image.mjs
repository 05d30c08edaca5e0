// What an image command runs: tools/image.ts.
import { load } from "./load.mjs";

await load("tools/image.ts");
