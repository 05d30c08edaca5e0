// Backups and restores of the simulated operator.
import { triggerBackupAnnotation } from "../../../lib/openbao.ts";
import type { BaoCluster, BaoRestore } from "../../../tools/openbao/objects.ts";
import { me, SimulationKit } from "./simulated-kit.ts";
import { condition } from "./simulated-objects.ts";

export type RestoreRequest = BaoRestore & { readonly spec: { readonly source: { readonly key: string } } };

export abstract class SimulatedData extends SimulationKit {
  private backupJob: string | undefined;

  protected async backup(cluster: BaoCluster): Promise<void> {
    const { world, bucket, data, names } = this.args;
    const token = cluster.metadata.annotations?.[triggerBackupAnnotation];
    if (this.backupJob !== undefined) {
      if (!this.ripe) return;
      const job = this.backupJob;
      this.backupJob = undefined;
      const idle = { phase: "Running", operationLock: null };
      if (this.breaks.has("backup-job")) {
        await this.end(job, "Failed");
        const failures = (cluster.status?.backup?.consecutiveFailures ?? 0) + 1;
        const failure = { lastFailureReason: "JobFailed", lastFailureMessage: `Backup Job ${job} failed` };
        return void (await this.status({ ...idle, backup: { consecutiveFailures: failures, ...failure } }));
      }
      const bytes = await data.snapshot();
      const time = new Date().toISOString().replace(/\.\d+/, "");
      const key = `${names.backupPrefix}/${names.namespace}/${names.cluster}/${time.replace(/[-:]/g, "")}-${this.count}.snap`;
      bucket.set(key, bytes);
      await this.end(job, "Complete");
      const last = { lastBackupName: key, lastBackupSize: bytes.length, lastBackupTime: time };
      const backup = { ...last, lastBackupDuration: `${this.args.phaseMs}ms`, consecutiveFailures: 0 };
      return void (await this.status({ ...idle, backup }));
    }
    if (token === undefined || this.breaks.has("backup-ignored") || cluster.status?.operationLock?.operation) return;
    if (this.breaks.has("backup-configuration"))
      return this.condition(
        cluster,
        condition("BackupConfigurationReady", "False", "SecretMissing", `Secret ${names.backupSecret} was not found`),
      );
    const job = `backup-${names.cluster}-${this.next()}`;
    await this.job(job, "backup");
    await this.status({
      phase: "BackingUp",
      operationLock: { operation: "Backup", holder: `backup/${job}` },
      backup: { lastHandledManualTrigger: token },
    });
    this.backupJob = job;
    await world.patch(this.paths.cluster, { metadata: { annotations: { [triggerBackupAnnotation]: null } } }, me);
  }

  protected async restore(cluster: BaoCluster, restore: RestoreRequest): Promise<void> {
    const { world, bucket, data } = this.args;
    const name = restore.metadata.name ?? "";
    const set = (changes: object): Promise<unknown> =>
      world.patch(`${this.paths.restore(name)}/status`, { status: changes }, me);
    const job = `restore-${name}`;
    switch (restore.status?.phase) {
      case undefined:
        this.next();
        return void (await set({ phase: "Pending" }));
      case "Pending":
        if (!this.ripe || cluster.status?.operationLock?.operation) return;
        this.next();
        return void (await set({ phase: "Validating" }));
      case "Validating": {
        if (!this.ripe) return;
        this.next();
        if (this.breaks.has("restore-validation")) {
          const message = "restore authentication is required: set jwtAuthRole or tokenSecretRef";
          const broken = condition("RestoreConfigurationReady", "False", "AuthenticationRequired", message);
          const failed = condition("RestoreComplete", "False", "RestoreFailed", message);
          return void (await set({ phase: "Failed", message, conditions: [broken, failed] }));
        }
        await this.status({ operationLock: { operation: "Restore", holder: `restore/${name}` } });
        await this.job(job, "restore");
        return void (await set({
          phase: "Running",
          conditions: [condition("RestoreConfigurationReady", "True", "Ready")],
        }));
      }
      case "Running": {
        if (!this.ripe) return;
        this.next();
        if (this.breaks.has("restore-unknown")) {
          const message = `Restore Job ${job} is missing after its creation was committed`;
          const unknown = condition("RestoreComplete", "Unknown", "OutcomeUnknown", message);
          return void (await set({ phase: "Unknown", message, conditions: [unknown] }));
        }
        const bytes = bucket.get(restore.spec.source.key);
        if (this.breaks.has("restore-job") || !bytes) {
          const message = `Restore Job ${job} failed: the object ${restore.spec.source.key} was not found`;
          await this.end(job, "Failed");
          await this.status({ operationLock: null });
          return void (await set({
            phase: "Failed",
            message,
            conditions: [condition("RestoreComplete", "False", "RestoreFailed", message)],
          }));
        }
        await data.restore(bytes);
        await this.end(job, "Complete");
        await this.status({ operationLock: null });
        return void (await set({
          phase: "Completed",
          conditions: [condition("RestoreComplete", "True", "RestoreSucceeded")],
        }));
      }
    }
  }
}
