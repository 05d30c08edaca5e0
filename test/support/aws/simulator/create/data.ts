// Buckets, databases, certificates, queues, logs, budgets.
import type { Fields } from "../account.ts";
import { type Creators, given, list, nameOf, pascal, record, tagList, text } from "./types.ts";

/** A sub-resource of a bucket, made by one call. */
const ofBucket =
  (operation: string, parameters: (inputs: Fields) => Fields): Creators[string] =>
  async (account, inputs) => {
    await account.call("s3", operation, { Bucket: inputs["bucket"], ...parameters(inputs) });
    return { id: text(inputs["bucket"]), state: {} };
  };

const lifecycleRule = (rule: Fields) => {
  const { id, status, filter, expiration, noncurrentVersionExpiration, abortIncompleteMultipartUpload } = rule;
  return given({
    ID: id,
    Status: status,
    Filter: filter === undefined ? { Prefix: "" } : pascal(filter),
    Expiration: expiration === undefined ? undefined : pascal(expiration),
    NoncurrentVersionExpiration:
      noncurrentVersionExpiration === undefined ? undefined : pascal(noncurrentVersionExpiration),
    AbortIncompleteMultipartUpload:
      abortIncompleteMultipartUpload === undefined ? undefined : pascal(abortIncompleteMultipartUpload),
  });
};

export const data: Creators = {
  "aws:s3/bucket:Bucket": async (account, inputs) => {
    const name = text(inputs["bucket"]);
    await account.call("s3", "CreateBucket", {
      Bucket: name,
      CreateBucketConfiguration: { LocationConstraint: account.region },
    });
    if (tagList(inputs).length > 0)
      await account.call("s3", "PutBucketTagging", { Bucket: name, Tagging: { TagSet: tagList(inputs) } });
    return { id: name, state: { bucket: name, arn: `arn:aws:s3:::${name}` } };
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ofBucket("PutPublicAccessBlock", (inputs) => ({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: inputs["blockPublicAcls"],
      BlockPublicPolicy: inputs["blockPublicPolicy"],
      IgnorePublicAcls: inputs["ignorePublicAcls"],
      RestrictPublicBuckets: inputs["restrictPublicBuckets"],
    },
  })),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ofBucket("PutBucketOwnershipControls", (inputs) => ({
    OwnershipControls: { Rules: [{ ObjectOwnership: record(inputs["rule"])["objectOwnership"] }] },
  })),
  "aws:s3/bucketVersioning:BucketVersioning": ofBucket("PutBucketVersioning", (inputs) => ({
    VersioningConfiguration: { Status: record(inputs["versioningConfiguration"])["status"] },
  })),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ofBucket(
    "PutBucketEncryption",
    (inputs) => ({
      ServerSideEncryptionConfiguration: {
        Rules: list(inputs["rules"]).map((rule) => {
          const { sseAlgorithm, kmsMasterKeyId } = record(rule["applyServerSideEncryptionByDefault"]);
          return given({
            ApplyServerSideEncryptionByDefault: given({ SSEAlgorithm: sseAlgorithm, KMSMasterKeyID: kmsMasterKeyId }),
            BucketKeyEnabled: rule["bucketKeyEnabled"],
          });
        }),
      },
    }),
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ofBucket(
    "PutBucketLifecycleConfiguration",
    (inputs) => ({ LifecycleConfiguration: { Rules: list(inputs["rules"]).map(lifecycleRule) } }),
  ),
  "aws:s3/bucketPolicy:BucketPolicy": ofBucket("PutBucketPolicy", (inputs) => ({ Policy: inputs["policy"] })),
  "aws:cloudwatch/logGroup:LogGroup": async (account, inputs) => {
    const name = text(inputs["name"]);
    await account.call(
      "logs",
      "CreateLogGroup",
      given({ logGroupName: name, kmsKeyId: inputs["kmsKeyId"], tags: inputs["tags"] }),
    );
    await account.call("logs", "PutRetentionPolicy", {
      logGroupName: name,
      retentionInDays: inputs["retentionInDays"],
    });
    return { id: name, state: { name, arn: `arn:aws:logs:${account.region}:${account.id}:log-group:${name}` } };
  },
  "aws:sqs/queue:Queue": async (account, inputs) => {
    const attribute = (value: unknown) => (value === undefined ? undefined : text(value));
    const name = text(inputs["name"]);
    const { QueueUrl } = await account.call("sqs", "CreateQueue", {
      QueueName: name,
      Attributes: given({
        MessageRetentionPeriod: attribute(inputs["messageRetentionSeconds"]),
        KmsMasterKeyId: attribute(inputs["kmsMasterKeyId"]),
        SqsManagedSseEnabled: attribute(inputs["sqsManagedSseEnabled"]),
        Policy: attribute(inputs["policy"]),
      }),
    });
    return {
      id: text(QueueUrl),
      state: { name, url: QueueUrl, arn: `arn:aws:sqs:${account.region}:${account.id}:${name}` },
    };
  },
  "aws:sqs/queuePolicy:QueuePolicy": async (account, inputs) => {
    await account.call("sqs", "SetQueueAttributes", {
      QueueUrl: inputs["queueUrl"],
      Attributes: { Policy: inputs["policy"] },
    });
    return { id: text(inputs["queueUrl"]), state: {} };
  },
  "aws:cloudwatch/eventRule:EventRule": async (account, inputs, name) => {
    const { RuleArn } = await account.call(
      "events",
      "PutRule",
      given({ Name: nameOf(inputs, name), EventPattern: inputs["eventPattern"], Description: inputs["description"] }),
    );
    return { id: nameOf(inputs, name), state: { name: nameOf(inputs, name), arn: RuleArn } };
  },
  "aws:cloudwatch/eventTarget:EventTarget": async (account, inputs) => {
    await account.call("events", "PutTargets", {
      Rule: inputs["rule"],
      Targets: [{ Id: inputs["targetId"] ?? "target", Arn: inputs["arn"] }],
    });
    return { id: `${text(inputs["rule"])}-target`, state: {} };
  },
  "aws:budgets/budget:Budget": async (account, inputs) => {
    const { name, budgetType, limitAmount, limitUnit, timeUnit, costFilters, notifications } = inputs;
    await account.call("budgets", "CreateBudget", {
      AccountId: account.id,
      Budget: {
        BudgetName: name,
        BudgetType: budgetType,
        BudgetLimit: { Amount: limitAmount, Unit: limitUnit },
        TimeUnit: timeUnit,
        CostFilters: Object.fromEntries(list(costFilters).map((filter) => [filter["name"], filter["values"]])),
      },
      NotificationsWithSubscribers: list(notifications).map((notification) => ({
        Notification: {
          NotificationType: notification["notificationType"],
          ComparisonOperator: notification["comparisonOperator"],
          Threshold: notification["threshold"],
          ThresholdType: notification["thresholdType"],
        },
        Subscribers: (notification["subscriberEmailAddresses"] as string[]).map((Address) => ({
          SubscriptionType: "EMAIL",
          Address,
        })),
      })),
    });
    return { id: `${account.id}:${text(name)}`, state: {} };
  },
  "aws:acm/certificate:Certificate": async (account, inputs) => {
    const others = (inputs["subjectAlternativeNames"] as string[] | undefined) ?? [];
    const { CertificateArn } = await account.call(
      "acm",
      "RequestCertificate",
      given({
        DomainName: inputs["domainName"],
        // The provider leaves an empty list out.
        SubjectAlternativeNames: others.length > 0 ? others : undefined,
        ValidationMethod: inputs["validationMethod"],
        KeyAlgorithm: inputs["keyAlgorithm"],
        Tags: tagList(inputs).length > 0 ? tagList(inputs) : undefined,
      }),
    );
    const hosts = [inputs["domainName"], ...others];
    return {
      id: text(CertificateArn),
      state: {
        arn: CertificateArn,
        domainValidationOptions: [...new Set(hosts.map(text))].map((domainName) => ({
          domainName,
          resourceRecordName: `_proof.${domainName}.`,
          resourceRecordType: "CNAME",
          resourceRecordValue: "_proof.acm-validations.aws.",
        })),
      },
    };
  },
  // Its zone is somebody else's, so only the parameters are looked at.
  "aws:route53/record:Record": async (account, inputs) => {
    await account.check("route53", "ChangeResourceRecordSets", {
      HostedZoneId: inputs["zoneId"],
      ChangeBatch: {
        Changes: [
          {
            Action: "UPSERT",
            ResourceRecordSet: {
              Name: inputs["name"],
              Type: inputs["type"],
              TTL: inputs["ttl"],
              ResourceRecords: ((inputs["records"] as string[] | undefined) ?? []).map((Value) => ({ Value })),
            },
          },
        ],
      },
    });
    return { id: text(inputs["name"]), state: { fqdn: inputs["name"] } };
  },
  // Waits for AWS, and makes nothing.
  "aws:acm/certificateValidation:CertificateValidation": async (_account, inputs) => ({
    id: text(inputs["certificateArn"]),
    state: { certificateArn: inputs["certificateArn"] },
  }),
  "aws:rds/subnetGroup:SubnetGroup": async (account, inputs, title) => {
    const name = nameOf(inputs, title);
    await account.call("rds", "CreateDBSubnetGroup", {
      DBSubnetGroupName: name,
      DBSubnetGroupDescription: inputs["description"] ?? "Managed by Pulumi",
      SubnetIds: inputs["subnetIds"],
    });
    return { id: name, state: { name } };
  },
  "aws:rds/parameterGroup:ParameterGroup": async (account, inputs, title) => {
    const name = nameOf(inputs, title);
    await account.call("rds", "CreateDBParameterGroup", {
      DBParameterGroupName: name,
      DBParameterGroupFamily: inputs["family"],
      Description: inputs["description"] ?? "Managed by Pulumi",
    });
    await account.call("rds", "ModifyDBParameterGroup", {
      DBParameterGroupName: name,
      Parameters: list(inputs["parameters"]).map((parameter) => ({
        ParameterName: parameter["name"],
        ParameterValue: parameter["value"],
        ApplyMethod: parameter["applyMethod"] ?? "immediate",
      })),
    });
    return { id: name, state: { name } };
  },
  "aws:rds/instance:Instance": async (account, inputs, title) => {
    const name = nameOf(inputs, title, "identifier");
    const { DBInstance } = await account.call(
      "rds",
      "CreateDBInstance",
      given({
        DBInstanceIdentifier: name,
        Engine: inputs["engine"],
        EngineVersion: inputs["engineVersion"],
        DBInstanceClass: inputs["instanceClass"],
        AllocatedStorage: inputs["allocatedStorage"],
        MaxAllocatedStorage: inputs["maxAllocatedStorage"],
        StorageType: inputs["storageType"],
        StorageEncrypted: inputs["storageEncrypted"],
        KmsKeyId: inputs["kmsKeyId"],
        MasterUsername: inputs["username"],
        MasterUserPassword: inputs["password"],
        DBSubnetGroupName: inputs["dbSubnetGroupName"],
        DBParameterGroupName: inputs["parameterGroupName"],
        VpcSecurityGroupIds: inputs["vpcSecurityGroupIds"],
        MultiAZ: inputs["multiAz"],
        BackupRetentionPeriod: inputs["backupRetentionPeriod"],
        CopyTagsToSnapshot: inputs["copyTagsToSnapshot"],
        DeletionProtection: inputs["deletionProtection"],
        PubliclyAccessible: inputs["publiclyAccessible"],
        AutoMinorVersionUpgrade: inputs["autoMinorVersionUpgrade"],
        EnablePerformanceInsights: inputs["performanceInsightsEnabled"],
        PerformanceInsightsKMSKeyId: inputs["performanceInsightsKmsKeyId"],
        PerformanceInsightsRetentionPeriod: inputs["performanceInsightsRetentionPeriod"],
        EnableCloudwatchLogsExports: inputs["enabledCloudwatchLogsExports"],
        CACertificateIdentifier: inputs["caCertIdentifier"],
      }),
    );
    const made = record(DBInstance);
    const { Address, Port } = record(made["Endpoint"]);
    return { id: name, state: { address: Address, port: Port, arn: made["DBInstanceArn"] } };
  },
};
