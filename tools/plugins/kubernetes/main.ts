// Entry of the kubernetes plugin.
import { plugins } from "../../../versions.ts";
import { serve } from "../rpc/server.ts";
import { KubernetesPlugin } from "./provider.ts";

serve((log) => new KubernetesPlugin(plugins.kubernetes, log));
