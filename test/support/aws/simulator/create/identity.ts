// Roles, policies, keys.
import { type Creators, given, record, tagList, text } from "./types.ts";

export const identity: Creators = {
  "aws:iam/role:Role": async (account, inputs) => {
    const { Role } = await account.call(
      "iam",
      "CreateRole",
      given({
        RoleName: inputs["name"],
        AssumeRolePolicyDocument: inputs["assumeRolePolicy"],
        Description: inputs["description"],
        Tags: tagList(inputs),
      }),
    );
    const { Arn, RoleName } = record(Role);
    return { id: text(RoleName), state: { arn: Arn, name: RoleName } };
  },
  "aws:iam/rolePolicy:RolePolicy": async (account, inputs) => {
    await account.call("iam", "PutRolePolicy", {
      RoleName: inputs["role"],
      PolicyName: inputs["name"],
      PolicyDocument: inputs["policy"],
    });
    return { id: `${text(inputs["role"])}:${text(inputs["name"])}`, state: {} };
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": async (account, inputs) => {
    await account.call("iam", "AttachRolePolicy", { RoleName: inputs["role"], PolicyArn: inputs["policyArn"] });
    return { id: `${text(inputs["role"])}-${text(inputs["policyArn"])}`, state: {} };
  },
  "aws:iam/instanceProfile:InstanceProfile": async (account, inputs) => {
    const { InstanceProfile } = await account.call("iam", "CreateInstanceProfile", {
      InstanceProfileName: inputs["name"],
    });
    await account.call("iam", "AddRoleToInstanceProfile", {
      InstanceProfileName: inputs["name"],
      RoleName: inputs["role"],
    });
    return { id: text(inputs["name"]), state: { arn: record(InstanceProfile)["Arn"] } };
  },
  "aws:kms/key:Key": async (account, inputs) => {
    const { KeyMetadata } = await account.call(
      "kms",
      "CreateKey",
      given({
        Description: inputs["description"],
        Policy: inputs["policy"],
        Tags: Object.entries(record(inputs["tags"])).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
    );
    const { KeyId, Arn } = record(KeyMetadata);
    if (inputs["enableKeyRotation"] === true) await account.call("kms", "EnableKeyRotation", { KeyId });
    return { id: text(KeyId), state: { keyId: KeyId, arn: Arn } };
  },
  "aws:kms/alias:Alias": async (account, inputs) => {
    await account.call("kms", "CreateAlias", { AliasName: inputs["name"], TargetKeyId: inputs["targetKeyId"] });
    return { id: text(inputs["name"]), state: {} };
  },
};
