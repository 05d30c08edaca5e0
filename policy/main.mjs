// What the launcher starts: the pack, from a bundle of its sources.
import { load } from "../tools/load.mjs";

// The engine names them so for every language but Node, whose SDK asks for these.
for (const name of ["PROJECT", "STACK"]) process.env[`PULUMI_NODEJS_${name}`] ??= process.env[`PULUMI_${name}`];

const { serve } = await load("policy/pack.ts");
serve();
