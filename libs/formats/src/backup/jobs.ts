import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId, shortened } from '../reading/event-id.js';
import { fromEpoch, parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();
const count = z.number().int().nonnegative().nullish();
const time = z.union([z.string(), z.number()]).nullish();

const jobBody = z.object({
  BackupJobId: z.string().min(1),
  ResourceArn: z.string().min(1).max(1_024),
  State: z.string(),
  CompletionDate: time,
  BackupSizeInBytes: count,
  MessageCategory: text,
  StatusMessage: text,
});
type Job = z.infer<typeof jobBody>;

const AWS_OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['COMPLETED', 'success'],
  ['PARTIAL', 'failure'],
  ['FAILED', 'failure'],
  ['ABORTED', 'failure'],
  ['EXPIRED', 'failure'],
]);

export const isAwsJob = (record: JsonObject): boolean => Object.hasOwn(record, 'BackupJobId');

/** A job of AWS Backup; one that has not ended says nothing yet. */
export function awsJob(record: JsonObject): ItemResult {
  const fields = fieldsOf(jobBody, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const { BackupJobId, ResourceArn: asset, State, CompletionDate, BackupSizeInBytes: size } = fields.value;
  const outcome = hadIssues(fields.value) ? 'failure' : AWS_OUTCOMES.get(State);
  if (outcome === undefined) return ignored(`${State.slice(0, 40)}: has not ended, or in no way that is known here`);
  const timeMs = typeof CompletionDate === 'number' ? fromEpoch(CompletionDate) : parseRfc3339(CompletionDate ?? '');
  if (timeMs === undefined) return rejected('/CompletionDate', 'is no instant');
  const data = { asset, outcome, ...(typeof size === 'number' ? { sizeBytes: size } : {}) };
  return event({ id: eventId(BackupJobId, State), source: 'aws-backup', type: 'backup.completed', subject: asset, timeMs, data });
}

/** The console calls it "completed with issues": a category other than success, or, where none is told, any message. */
const hadIssues = ({ State, MessageCategory: category, StatusMessage: message }: Job): boolean =>
  State === 'COMPLETED' && category !== 'SUCCESS' && [category, message].some((told) => (told ?? '').trim() !== '');

const veleroBody = z.object({
  metadata: z.object({ name: z.string().min(1).max(256), namespace: text, uid: text, creationTimestamp: text, labels: z.record(z.string(), z.unknown()).nullish() }),
  status: z
    .object({
      phase: text,
      completionTimestamp: text,
      errors: count,
      volumeSnapshotsAttempted: count,
      volumeSnapshotsCompleted: count,
      csiVolumeSnapshotsAttempted: count,
      csiVolumeSnapshotsCompleted: count,
      backupItemOperationsFailed: count,
    })
    .nullish(),
});
type Status = NonNullable<z.infer<typeof veleroBody>['status']>;

const FAILED: ReadonlySet<string> = new Set(['PartiallyFailed', 'Failed', 'FailedValidation']);

export const isVeleroBackup = (record: JsonObject): boolean => record.kind === 'Backup' && typeof record.apiVersion === 'string' && record.apiVersion.startsWith('velero.io/');

/** A backup of Velero. */
export function veleroBackup(record: JsonObject): ItemResult {
  const fields = fieldsOf(veleroBody, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const { metadata, status } = fields.value;
  const outcome = veleroOutcome(status ?? {});
  if (outcome === undefined) return ignored('has not ended, or does not say how');
  // One that never began has no end: it is known since it was asked for.
  const ended = status?.completionTimestamp ?? (outcome === 'failure' ? metadata.creationTimestamp : undefined) ?? '';
  const timeMs = parseRfc3339(ended);
  if (timeMs === undefined) return rejected('/status/completionTimestamp', 'is no instant');
  const { id, asset } = namesOf(metadata);
  return event({ id: eventId(id, ended), source: 'velero', type: 'backup.completed', subject: asset, timeMs, data: { asset, outcome } });
}

/** What is backed up is named by its schedule, else by the backup. */
function namesOf({ namespace, name, uid, labels }: z.infer<typeof veleroBody>['metadata']): { readonly id: string; readonly asset: string } {
  const schedule = labels?.['velero.io/schedule-name'];
  const within = namespace ?? 'velero';
  return { id: uid ?? `${within}/${name}`, asset: shortened(`${within}/${typeof schedule === 'string' ? schedule : name}`, 1_024) };
}

/** A backup that lost volumes is not a success, whatever its phase says. */
function veleroOutcome(status: Status): string | undefined {
  const phase = status.phase ?? '';
  const ended = typeof status.completionTimestamp === 'string';
  if (FAILED.has(phase) || (ended && lostVolumes(status))) return 'failure';
  if (phase !== 'Completed') return undefined;
  return (status.errors ?? 0) > 0 ? 'failure' : 'success';
}

/** Snapshots of Velero's own, those through the storage driver, and what is copied after them. */
function lostVolumes(status: Status): boolean {
  const lost = (status.volumeSnapshotsAttempted ?? 0) > (status.volumeSnapshotsCompleted ?? 0);
  const lostByDriver = (status.csiVolumeSnapshotsAttempted ?? 0) > (status.csiVolumeSnapshotsCompleted ?? 0);
  return lost || lostByDriver || (status.backupItemOperationsFailed ?? 0) > 0;
}
