import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import { awsJob, isAwsJob, isVeleroBackup, veleroBackup } from './backup/jobs.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { ignored, type ItemResult } from './reading/items.js';
import { JSON_LINES_TYPES } from './reading/records.js';
import { readYamlRecords } from './reading/yaml-records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };
const YAML = 'application/yaml';

/** Results of AWS Backup (`list-backup-jobs`) and Velero (`kubectl get backups`). */
export const backup: Format = {
  id: 'backup',
  title: 'Backups (AWS Backup, Velero)',
  contentTypes: ['application/json', YAML, ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'AWS Backup COMPLETED', ours: 'backup.completed success', why: 'it proves a backup, not that it can be restored' },
    { theirs: 'AWS Backup COMPLETED with a MessageCategory other than SUCCESS, or with a StatusMessage and no category', ours: 'backup.completed failure', why: 'completed with issues, as the console calls it: not all that was wanted' },
    { theirs: 'AWS Backup PARTIAL, FAILED, ABORTED, EXPIRED', ours: 'backup.completed failure', why: 'it ended, and not whole' },
    { theirs: 'AWS Backup CREATED, PENDING, RUNNING, ABORTING', ours: 'ignored', why: 'it has not ended' },
    { theirs: 'Velero Completed', ours: 'backup.completed success', why: 'without errors, and with all volumes' },
    { theirs: 'Velero PartiallyFailed, Failed, FailedValidation', ours: 'backup.completed failure', why: 'it ended, and not whole' },
    { theirs: 'Velero with fewer snapshots completed than attempted, or errors', ours: 'backup.completed failure', why: 'whatever its phase says, something is missing' },
    { theirs: 'any other Velero phase', ours: 'ignored', why: 'it has not ended, or does not say how' },
    { theirs: 'no backup in the list', ours: 'nothing', why: 'what was not backed up is found by the control that waits for it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      BackupJobs: [
        {
          BackupJobId: 'a1b2c3d4-5678-90ab-cdef-000000000001',
          ResourceArn: 'arn:aws:rds:eu-central-1:123456789012:db:payroll',
          State: 'COMPLETED',
          CompletionDate: 1769860800.5,
          BackupSizeInBytes: 7340032000,
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readYamlRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['BackupJobs', 'items'], map: backupOf });
}

function backupOf(record: JsonObject): ItemResult {
  if (isAwsJob(record)) return awsJob(record);
  return isVeleroBackup(record) ? veleroBackup(record) : ignored('neither a job of AWS Backup nor a backup of Velero');
}
