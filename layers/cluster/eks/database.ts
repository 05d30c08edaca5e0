// PostgreSQL on RDS: in the private subnets, encrypted, over TLS only, and open to the cluster alone.
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Instance } from "@pulumi/aws/rds/instance.js";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup.js";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomString } from "@pulumi/random/randomString.js";
import type { Database, DatabaseArgs } from "../../../lib/aws/handle.ts";
import { Component } from "../../../lib/component.ts";
import { mostStorage, parameterFamily, parameters } from "./database-settings.ts";
import { createLogGroup, databaseLogGroup } from "./logs.ts";
import type { AccountScope } from "./scope.ts";

const port = 5432;

/** Days of Performance Insights that cost nothing. */
const insightDays = 7;

export interface EksDatabaseArgs extends DatabaseArgs {
  readonly account: AccountScope;
}

/** The instance waits for subnets and key, not for the control plane: both take long, and so take it at once. */
export class EksDatabase extends Component implements Database {
  readonly host: pulumi.Output<string>;
  readonly port = port;

  constructor(name: string, args: EksDatabaseArgs, options?: pulumi.ComponentResourceOptions) {
    super("cluster", "EksDatabase", name, options);
    const { scope, keyArn, vpcId, privateSubnetIds, clusterSecurityGroupId } = args.account;
    const child = { parent: this };
    const keepsData = scope.config.protect !== false;
    const protect = args.protect ?? keepsData;
    const identifier = `${scope.clusterName}-${args.name}`;

    const securityGroup = new SecurityGroup(
      name,
      {
        namePrefix: `${identifier}-`,
        description: "PostgreSQL, for the cluster alone",
        vpcId,
        tags: { Name: identifier },
      },
      child,
    );
    const admitted = new SecurityGroupIngressRule(
      name,
      {
        securityGroupId: securityGroup.id,
        referencedSecurityGroupId: clusterSecurityGroupId,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        description: "Nodes and pods of the cluster",
      },
      child,
    );
    const subnets = new SubnetGroup(
      name,
      { name: identifier, description: "Private subnets", subnetIds: privateSubnetIds },
      child,
    );
    const settings = new ParameterGroup(
      name,
      {
        namePrefix: `${identifier}-`,
        description: "TLS only",
        family: parameterFamily(args.engineVersion),
        parameters,
      },
      child,
    );
    const log = createLogGroup(name, { name: databaseLogGroup(identifier), days: scope.config.logDays, keyArn }, child);
    // A second deletion would find the first one's snapshot.
    const suffix = new RandomString(
      `${name}-final`,
      { length: 8, special: false, upper: false, keepers: { snapshot: args.snapshot ?? "" } },
      child,
    ).result;
    const instance = new Instance(
      name,
      {
        identifier,
        engine: "postgres",
        engineVersion: args.engineVersion,
        // Versions are changed where they can be reviewed, in versions.ts. RDS replaces one that it no longer supports all the same.
        autoMinorVersionUpgrade: false,
        instanceClass: args.instanceClass,
        allocatedStorage: args.storageGiB,
        maxAllocatedStorage: mostStorage(args.storageGiB),
        storageType: "gp3",
        storageEncrypted: true,
        kmsKeyId: keyArn,
        multiAz: args.multiAz,
        username: args.masterUser,
        password: args.masterPassword,
        ...(args.snapshot !== undefined && { snapshotIdentifier: args.snapshot }),
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [securityGroup.id],
        parameterGroupName: settings.name,
        publiclyAccessible: false,
        port,
        backupRetentionPeriod: args.backupDays,
        // UTC, and apart from each other, as RDS demands.
        backupWindow: "01:00-02:00",
        maintenanceWindow: "sun:03:00-sun:04:00",
        copyTagsToSnapshot: true,
        deleteAutomatedBackups: !keepsData,
        deletionProtection: protect,
        skipFinalSnapshot: !keepsData,
        finalSnapshotIdentifier: pulumi.interpolate`${identifier}-final-${suffix}`,
        enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: keyArn,
        performanceInsightsRetentionPeriod: insightDays,
        // Otherwise a change would wait for the maintenance window, and `up` would have said that it is done.
        applyImmediately: true,
        tags: { Name: identifier },
      },
      {
        ...child,
        protect,
        // RDS would make the log's group itself, without an end and without the key.
        dependsOn: [log],
        // Where the instance came from is read at its first start; another snapshot later on must not replace it.
        ignoreChanges: ["snapshotIdentifier"],
        customTimeouts: { create: "60m", update: "80m", delete: "60m" },
      },
    );
    this.host = pulumi.all([instance.address, admitted.id]).apply(([address]) => address);
    this.registerOutputs({ identifier });
  }
}
