// What the cluster's command runs: tools/cluster.ts.
import { load } from "./load.mjs";

await load("tools/cluster.ts");
