// What the engine runs before the volumes' driver of an EKS cluster goes: tools/volumes.ts.
import { load } from "./load.mjs";

await load("tools/volumes.ts");
