// Entry of the random plugin.
import { plugins } from "../../../versions.ts";
import { serve } from "../rpc/server.ts";
import { RandomPlugin } from "./provider.ts";

serve(() => new RandomPlugin(plugins.random));
