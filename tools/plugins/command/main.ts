// Entry of the command plugin.
import { plugins } from "../../../versions.ts";
import { serve } from "../rpc/server.ts";
import { CommandPlugin } from "./provider.ts";

serve((log) => new CommandPlugin(plugins.command, log));
