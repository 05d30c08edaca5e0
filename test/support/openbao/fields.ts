// The fields of OpenBao's operator that its API reference documents (0.5), by hand: what is not listed here is a mistake in what strata makes.
// Left out are fields that no object of strata has. Of the real definitions only those of a later or much earlier version were at hand.
import { z } from "zod";

/** In a definition, but not in JSON Schema: what `definitions` takes over as it is. */
const kubernetes = (schema: z.ZodType, extra: Readonly<Record<string, unknown>>) => schema.meta(extra);

const text = z.string().min(1);
const time = z.string().meta({ format: "date-time" });
const count = z.int().min(0);
const texts = z.record(z.string(), z.string());
/** Any JSON object. */
const payload = kubernetes(z.record(z.string(), z.unknown()), { "x-kubernetes-preserve-unknown-fields": true });
/** A version as the pattern of `spec.version` admits it, without pre-releases. */
const version = z.string().regex(/^v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$/);
const quantity = z.string().regex(/^[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/);
const reference = z.strictObject({ name: text });

const resources = z.strictObject({
  requests: z.record(z.string(), quantity).optional(),
  limits: z.record(z.string(), quantity).optional(),
});

const selector = z.strictObject({ matchLabels: texts.optional() });
const peer = z.strictObject({
  namespaceSelector: selector.optional(),
  podSelector: selector.optional(),
  ipBlock: z.strictObject({ cidr: text, except: z.array(text).optional() }).optional(),
});
const port = z.strictObject({ port: z.int().min(1).max(65535), protocol: z.enum(["TCP", "UDP", "SCTP"]).optional() });

/** A name of the admission policy: an address of the pod itself or of the node is no store. */
const endpoint = z
  .string()
  .regex(/^https?:\/\/[^/?#@]+$/)
  .refine((url) => !/localhost|127\.|169\.254\.|\[::1\]|\[fe80:/.test(url), {
    error: "loopback and link-local endpoints are refused by admission",
  });

export const backupTargetFields = z.strictObject({
  provider: z.enum(["s3", "gcs", "azure"]).default("s3"),
  endpoint: endpoint.optional(),
  bucket: text,
  pathPrefix: z.string().optional(),
  region: z.string().default("us-east-1"),
  usePathStyle: z.boolean().default(false),
  credentialsSecretRef: reference.optional(),
});

const cron = z.string().regex(/^\S+( \S+){4}$/, { error: "expected five fields" });

const backup = z.strictObject({
  schedule: cron,
  target: backupTargetFields,
  retention: z
    .strictObject({
      maxCount: count.optional(),
      maxAge: z
        .string()
        .regex(/^([0-9]+[hms])+$/)
        .optional(),
    })
    .optional(),
  image: z.string().optional(),
  jwtAuthRole: z.string().optional(),
});

export const requestFields = z
  .strictObject({
    name: z
      .string()
      .max(64)
      .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/),
    operation: z.enum(["create", "read", "update", "delete", "list", "patch"]),
    path: z.string().min(1).max(256),
    authMethod: z.strictObject({ type: text, description: z.string().optional(), config: texts.optional() }).optional(),
    secretEngine: z
      .strictObject({ type: text, description: z.string().optional(), options: texts.optional() })
      .optional(),
    policy: z.strictObject({ policy: text }).optional(),
    data: payload.optional(),
    allowFailure: z.boolean().optional(),
  })
  .superRefine(({ path, authMethod, secretEngine, policy, data }, context) => {
    const given = { authMethod, secretEngine, policy, data };
    const used = Object.entries(given).filter(([, value]) => value !== undefined);
    const structured = Object.entries({
      authMethod: "sys/auth/",
      secretEngine: "sys/mounts/",
      policy: "sys/policies/",
    });
    const expected = structured.find(([, prefix]) => path.startsWith(prefix))?.[0] ?? "data";
    if (used.length !== 1 || used[0]?.[0] !== expected)
      context.addIssue(
        `${path} takes ${expected} and nothing else, got ${used.map(([key]) => key).join(", ") || "none"}`,
      );
  });

const selfInit = z
  .strictObject({
    enabled: z.boolean(),
    oidc: z
      .strictObject({ enabled: z.boolean(), audience: z.string().optional(), issuer: z.string().optional() })
      .optional(),
    requests: z.array(requestFields).max(64).optional(),
  })
  .superRefine(({ enabled: on, requests = [] }, context) => {
    if (on && requests.length === 0) context.addIssue("admission wants requests where self-init is on");
    if (new Set(requests.map(({ name }) => name)).size !== requests.length)
      context.addIssue("admission wants names that differ");
    requests.forEach(({ path }, index) => {
      const mount = /^auth\/([^/]+)\//.exec(path)?.[1];
      const mounted = requests.findIndex((request) => request.path === `sys/auth/${mount}`);
      if (mount !== undefined && (mounted === -1 || mounted > index))
        context.addIssue(`${path} comes before any request for sys/auth/${mount}`);
    });
  });

const gateway = z.strictObject({
  enabled: z.boolean(),
  listenerName: z.string().optional(),
  gatewayRef: z.strictObject({ name: text, namespace: z.string().optional() }),
  hostname: text,
  path: z.string().optional(),
  backendTLS: z.strictObject({ enabled: z.boolean().default(true), hostname: z.string().optional() }).optional(),
  tlsPassthrough: z.boolean().optional(),
});

const network = z.strictObject({
  apiServerCIDR: z.string().optional(),
  apiServerEndpointIPs: z.array(z.union([z.ipv4(), z.ipv6()])).optional(),
  dnsNamespace: z.string().default("kube-system"),
  egressRules: z.array(z.strictObject({ to: z.array(peer).optional(), ports: z.array(port).optional() })).optional(),
  ingressRules: z.array(z.strictObject({ from: z.array(peer).optional(), ports: z.array(port).optional() })).optional(),
  trustedIngressPeers: z.array(peer).optional(),
});

const blueGreen = z.strictObject({
  autoPromote: z.boolean().default(true),
  maxJobFailures: z.int().min(1).default(5),
  verification: z
    .strictObject({
      minSyncDuration: text.optional(),
      prePromotionHook: z
        .strictObject({ image: text, command: z.array(z.string()).optional(), timeoutSeconds: z.int().default(300) })
        .optional(),
    })
    .optional(),
  autoRollback: z
    .strictObject({
      enabled: z.boolean().default(true),
      onJobFailure: z.boolean().default(true),
      onValidationFailure: z.boolean().default(true),
    })
    .optional(),
});

const upgrade = z.strictObject({
  image: z.string().optional(),
  preUpgradeSnapshot: z.boolean().optional(),
  jwtAuthRole: z.string().optional(),
  strategy: z.enum(["RollingUpdate", "BlueGreen"]).default("RollingUpdate"),
  blueGreen: blueGreen.optional(),
  requests: z.strictObject({ retry: text.optional(), promote: text.optional(), rollback: text.optional() }).optional(),
});

const observability = z.strictObject({
  metrics: z
    .strictObject({
      enabled: z.boolean().default(false),
      scrapeProfile: z.enum(["Active", "AllNodes"]).default("Active"),
      metricsOnlyListener: z
        .strictObject({
          enabled: z.boolean().optional(),
          port: z.int().min(1).max(65535).default(8202),
          unauthenticatedMetricsAccess: z.boolean().optional(),
        })
        .optional(),
      serviceMonitor: z
        .strictObject({
          enabled: z.boolean().default(true),
          interval: z.string().optional(),
          scrapeTimeout: z.string().optional(),
          labels: texts.optional(),
          annotations: texts.optional(),
          tlsConfig: z
            .strictObject({
              serverName: z.string().optional(),
              caConfigMap: z.strictObject({ name: text, key: z.string().optional() }).optional(),
            })
            .optional(),
        })
        .optional(),
    })
    .optional(),
});

export const clusterSpecFields = z
  .strictObject({
    version,
    image: z.string().optional(),
    replicas: z.int().min(1).default(3),
    resources: resources.optional(),
    paused: z.boolean().optional(),
    // Optional in the definition; admission insists on it.
    profile: z.enum(["Hardened", "Development"]),
    breakGlassAck: z.string().optional(),
    tls: kubernetes(
      z.strictObject({
        enabled: z.boolean(),
        mode: z.enum(["OperatorManaged", "External", "ACME"]).default("OperatorManaged"),
        rotationPeriod: text.optional(),
        extraSANs: z.array(z.string()).optional(),
      }),
      {
        "x-kubernetes-validations": [
          {
            rule: "self.mode != 'OperatorManaged' || has(self.rotationPeriod)",
            message: "spec.tls.rotationPeriod is required when spec.tls.mode is OperatorManaged",
          },
        ],
      },
    ),
    storage: z.strictObject({ size: quantity, storageClassName: z.string().optional() }),
    configuration: z
      .strictObject({
        ui: z.boolean().default(true),
        logLevel: z.enum(["trace", "debug", "info", "warn", "err"]).default("info"),
        logging: z.strictObject({ format: z.enum(["standard", "json"]).optional() }).optional(),
        raft: z.strictObject({ performanceMultiplier: count.optional() }).optional(),
        defaultLeaseTTL: z.string().optional(),
        maxLeaseTTL: z.string().optional(),
        cacheSize: count.optional(),
      })
      .optional(),
    deletionPolicy: z.enum(["Retain", "DeletePVCs", "DeleteAll"]).optional(),
    selfInit: selfInit.optional(),
    gateway: gateway.optional(),
    network: network.optional(),
    backup: backup.optional(),
    restore: z.strictObject({ jwtAuthRole: z.string().optional() }).optional(),
    upgrade: upgrade.optional(),
    initContainer: z.strictObject({ enabled: z.literal(true), image: z.string().optional() }).optional(),
    workloadHardening: z.strictObject({ appArmorEnabled: z.boolean().optional() }).optional(),
    observability: observability.optional(),
  })
  .superRefine((spec, context) => {
    if (spec.upgrade?.preUpgradeSnapshot && !spec.backup)
      context.addIssue("admission wants spec.backup where preUpgradeSnapshot is on");
  });

const condition = z.strictObject({
  type: text,
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.string().regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/),
  message: z.string().max(32768),
  lastTransitionTime: time,
  observedGeneration: count.optional(),
});

const conditions = kubernetes(z.array(condition), {
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["type"],
});

const strategy = z.enum(["RollingUpdate", "BlueGreen"]);

export const blueGreenPhases = [
  "Idle",
  "DeployingGreen",
  "JoiningMesh",
  "Syncing",
  "Promoting",
  "DemotingBlue",
  "Cleanup",
  "RestoringReadReplicas",
  "RollingBack",
  "RollbackCleanup",
] as const;

export const restorePhases = ["Pending", "Validating", "Running", "Completed", "Failed", "Unknown"] as const;

const controllerError = z.strictObject({
  reason: z.string().optional(),
  message: z.string().optional(),
  at: time.optional(),
});

export const clusterStatusFields = z.strictObject({
  observedGeneration: count.optional(),
  phase: z.enum(["Initializing", "Running", "Upgrading", "BackingUp", "Failed"]).optional(),
  activeLeader: z.string().optional(),
  readyReplicas: count.optional(),
  currentVersion: z.string().optional(),
  acceptedUpgradeStrategy: strategy.optional(),
  initialized: z.boolean().optional(),
  selfInitialized: z.boolean().optional(),
  upgrade: z
    .strictObject({
      targetVersion: z.string(),
      fromVersion: z.string(),
      startedAt: time.optional(),
      currentPartition: z.int(),
      completedPods: z.array(z.int()).optional(),
      lastStepDownTime: time.optional(),
      failure: controllerError.optional(),
    })
    .optional(),
  upgradeRequests: z
    .strictObject({
      lastHandledRetry: z.string().optional(),
      lastHandledPromote: z.string().optional(),
      lastHandledRollback: z.string().optional(),
    })
    .optional(),
  backup: z
    .strictObject({
      lastBackupTime: time.optional(),
      lastAttemptTime: time.optional(),
      lastAttemptScheduledTime: time.optional(),
      lastHandledManualTrigger: z.string().optional(),
      lastBackupSize: count.optional(),
      lastBackupDuration: z.string().optional(),
      lastBackupName: z.string().optional(),
      nextScheduledBackup: time.optional(),
      consecutiveFailures: count.optional(),
      lastFailureReason: z.string().optional(),
      lastFailureMessage: z.string().optional(),
      lastFailureTime: time.optional(),
    })
    .optional(),
  blueGreen: z
    .strictObject({
      phase: z.enum(blueGreenPhases).optional(),
      operationID: z.string().optional(),
      blueRevision: z.string().optional(),
      blueImage: z.string().optional(),
      blueReplicas: count.optional(),
      greenImage: z.string().optional(),
      greenVersion: z.string().optional(),
      greenReplicas: count.optional(),
      greenRevision: z.string().optional(),
      manualPromotionRequired: z.boolean().optional(),
      startTime: time.optional(),
      jobFailureCount: count.optional(),
      lastJobFailure: z.string().optional(),
      preUpgradeSnapshotJobName: z.string().optional(),
      rollbackReason: z.string().optional(),
      rollbackStartTime: time.optional(),
      rollbackAttempt: count.optional(),
    })
    .optional(),
  operationLock: z
    .strictObject({
      operation: z.enum(["Upgrade", "Backup", "Restore"]).optional(),
      holder: z.string().optional(),
      message: z.string().optional(),
      acquiredAt: time.optional(),
      renewedAt: time.optional(),
    })
    .optional(),
  breakGlass: z
    .strictObject({
      active: z.boolean().optional(),
      reason: z.enum(["RollbackConsensusRepairFailed", "RollbackCleanupPeerRemovalFailed"]).optional(),
      message: z.string().optional(),
      nonce: z.string().optional(),
      enteredAt: time.optional(),
      steps: z.array(z.string()).optional(),
      acknowledgedAt: time.optional(),
    })
    .optional(),
  workload: z.strictObject({ lastError: controllerError.optional() }).optional(),
  adminOps: z.strictObject({ lastError: controllerError.optional() }).optional(),
  conditions: conditions.optional(),
});

export const restoreSpecFields = z.strictObject({
  cluster: text,
  source: z.strictObject({ target: backupTargetFields, key: text }),
  jwtAuthRole: z.string().optional(),
  image: text.optional(),
  force: z.boolean().default(false),
  overrideOperationLock: z.boolean().default(false),
});

export const restoreStatusFields = z.strictObject({
  phase: z.enum(restorePhases).default("Pending"),
  startTime: time.optional(),
  completionTime: time.optional(),
  snapshotKey: z.string().optional(),
  snapshotSize: count.optional(),
  message: z.string().optional(),
  conditions: conditions.optional(),
});

export const tenantSpecFields = z.strictObject({
  targetNamespace: kubernetes(text.max(63), {
    "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "spec.targetNamespace is immutable" }],
  }),
  quota: z.strictObject({ hard: z.record(z.string(), quantity) }).optional(),
  limitRange: z.strictObject({ limits: z.array(z.record(z.string(), z.unknown())) }).optional(),
});

export const tenantStatusFields = z.strictObject({
  provisioned: z.boolean().optional(),
  lastError: z.string().optional(),
  conditions: conditions.optional(),
});

/** The kinds of the group, with what is documented of each. */
export const kinds = {
  OpenBaoCluster: {
    plural: "openbaoclusters",
    shortNames: ["bao", "baoc"],
    spec: clusterSpecFields,
    status: clusterStatusFields,
  },
  OpenBaoRestore: {
    plural: "openbaorestores",
    shortNames: ["obrestore"],
    spec: restoreSpecFields,
    status: restoreStatusFields,
  },
  OpenBaoTenant: {
    plural: "openbaotenants",
    shortNames: ["obt"],
    spec: tenantSpecFields,
    status: tenantStatusFields,
  },
} as const;

export type OpenBaoKind = keyof typeof kinds;
