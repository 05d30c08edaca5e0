// Readiness that the program states itself, in the annotation pulumi.com/waitFor.
import { type Properties, pathSteps, stringAt, type Value } from "../../rpc/values.ts";
import { condition, conditionTrue, type KubeObject } from "../object.ts";
import { failed, ready, type Verdict, waiting } from "./verdict.ts";

const expressions = (text: string): string[] => {
  try {
    const parsed = JSON.parse(text) as unknown;
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // One plain expression.
  }
  return [text];
};

/** What a condition says, where it says anything. */
const said = (found: Properties | undefined): string[] => {
  const message = found && stringAt(found, "message");
  return found && message ? [`[${stringAt(found, "reason") ?? "unknown"}] ${message}`] : [];
};

/** Controllers that use this condition tell in it what is wrong. */
const degraded = (object: KubeObject): string[] =>
  conditionTrue(object, "Degraded") ? said(condition(object, "Degraded")) : [];

const one = (object: KubeObject, expression: string): Verdict => {
  const match = /^condition=([^=]+)(?:=(.+))?$/.exec(expression);
  if (match) {
    const [type = "", status = "True"] = [match[1], match[2]];
    const found = condition(object, type);
    if (String(found?.["status"]).toLowerCase() === status.toLowerCase()) return ready;
    const missing = `Waiting for condition ${type}=${status} (is ${found ? found["status"] : "absent"})`;
    return waiting(missing, [...new Set([missing, ...said(found), ...degraded(object)])]);
  }
  const path = /^jsonpath=\{\.([^{}]+)\}(?:=(.*))?$/.exec(expression);
  if (!path)
    return failed(
      `expected "condition=Type[=Status]" or "jsonpath={.path}[=value]" in pulumi.com/waitFor, got "${expression}"`,
    );
  const found = pathSteps(path[1] ?? "").reduce<Value | undefined>(
    (value, step) =>
      typeof value === "object" && value !== null
        ? (value as Readonly<Record<string | number, Value>>)[step]
        : undefined,
    object,
  );
  const done = path[2] === undefined ? found !== undefined : String(found) === path[2];
  return done
    ? ready
    : waiting(`Waiting for ${expression} (is ${found === undefined ? "absent" : JSON.stringify(found)})`);
};

/** Ready when every expression holds: `condition=Type[=Status]` or `jsonpath={.a.b}[=value]`, one or a JSON list of them. */
export const customCondition = (object: KubeObject, text: string): Verdict => {
  const verdicts = expressions(text).map((expression) => one(object, expression));
  return verdicts.find(({ state }) => state === "failed") ?? verdicts.find(({ state }) => state === "waiting") ?? ready;
};
