import { describe, expect, it } from '@jest/globals';
import { backup } from './backup.format.js';
import { sampleFiles, sampleText, send, sendSample, type Shown, shown } from './samples.testkit.js';

const EFS = 'arn:aws:elasticfilesystem:us-west-2:123456789012:file-system/fs-12345678';
const EXPECTED: Record<string, object[]> = {
  'aws-backup.list-backup-jobs.json': [
    { index: 0, ignored: 'CREATED: has not ended, or in no way that is known here' },
    {
      index: 1,
      id: 'a1b2c3d4-5678-90ab-cdef-EXAMPLE22222@COMPLETED',
      source: 'aws-backup',
      type: 'backup.completed',
      subject: EFS,
      time: '2020-09-21T20:55:44.488Z',
      data: { asset: EFS, outcome: 'success', sizeBytes: 71 },
    },
  ],
  'velero.backup.yaml': [
    {
      index: 0,
      id: 'velero/a@2019-04-29T15:58:56Z',
      source: 'velero',
      type: 'backup.completed',
      subject: 'velero/a',
      time: '2019-04-29T15:58:56.000Z',
      data: { asset: 'velero/a', outcome: 'failure' },
    },
  ],
  'broken.completion.json': [
    {
      index: 0,
      id: 'j1@FAILED',
      source: 'aws-backup',
      type: 'backup.completed',
      subject: 'arn:db',
      time: '2026-01-31T12:00:00.000Z',
      data: { asset: 'arn:db', outcome: 'failure' },
    },
    { index: 1, rejected: '/CompletionDate', message: 'is no instant' },
    { index: 2, rejected: '/ResourceArn', message: 'expected string, but it is missing' },
  ],
};
const typeOf = (file: string): { contentType: string } => ({ contentType: file.endsWith('.yaml') ? 'application/yaml' : 'application/json' });

describe('samples of backups', () => {
  it('are all written out here', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('backup'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(backup, file, typeOf(file)))).toEqual(EXPECTED[file]);
  });
});

describe('results of backups', () => {
  const outcomeOf = (item: Shown | undefined): string => {
    if (item === undefined || !('data' in item)) return 'none';
    return (item.data as { outcome: string }).outcome;
  };
  const job = (State: string): Shown | undefined =>
    shown(send(backup, JSON.stringify([{ BackupJobId: 'j', ResourceArn: 'a', State, CompletionDate: '2026-01-31T12:00:00Z' }])))[0];
  const velero = (status: object): Shown | undefined =>
    shown(send(backup, JSON.stringify({ apiVersion: 'velero.io/v1', kind: 'Backup', metadata: { name: 'b', labels: { 'velero.io/schedule-name': 'daily' } }, status })))[0];
  const ENDED = { completionTimestamp: '2026-01-31T12:00:00Z' };

  it.each([
    ['COMPLETED', 'success'],
    ['PARTIAL', 'failure'],
    ['FAILED', 'failure'],
    ['ABORTED', 'failure'],
    ['EXPIRED', 'failure'],
    ['RUNNING', 'none'],
    ['completed', 'none'],
  ])('of AWS Backup that are %s are %s', (state, outcome) => {
    expect(outcomeOf(job(state))).toBe(outcome);
  });

  it.each([
    [{ MessageCategory: 'SUCCESS' }, 'success'],
    [{ MessageCategory: 'SUCCESS', StatusMessage: 'done' }, 'success'],
    [{ MessageCategory: null, StatusMessage: '' }, 'success'],
    [{ MessageCategory: 'VSS_ERROR' }, 'failure'],
    [{ MessageCategory: '', StatusMessage: 'lost a disk' }, 'failure'],
    [{ StatusMessage: 'Windows VSS Backup Job Error encountered, trying for regular backup' }, 'failure'],
  ])('of AWS Backup that are completed and tell %j are %s', (told, outcome) => {
    const job = { BackupJobId: 'j', ResourceArn: 'a', State: 'COMPLETED', CompletionDate: '2026-01-31T12:00:00Z', ...told };
    expect(outcomeOf(shown(send(backup, JSON.stringify([job])))[0])).toBe(outcome);
  });

  it.each([
    [{ ...ENDED, phase: 'Completed', errors: 0 }, 'success'],
    [{ ...ENDED, phase: 'Completed', errors: 1 }, 'failure'],
    [{ ...ENDED, phase: 'Completed', volumeSnapshotsAttempted: 2, volumeSnapshotsCompleted: 1 }, 'failure'],
    [{ ...ENDED, phase: 'Completed', csiVolumeSnapshotsAttempted: 2, csiVolumeSnapshotsCompleted: 1 }, 'failure'],
    [{ ...ENDED, phase: 'Completed', backupItemOperationsAttempted: 2, backupItemOperationsCompleted: 1, backupItemOperationsFailed: 1 }, 'failure'],
    [{ ...ENDED, phase: 'Completed', csiVolumeSnapshotsAttempted: 2, csiVolumeSnapshotsCompleted: 2 }, 'success'],
    [{ ...ENDED, phase: 'PartiallyFailed' }, 'failure'],
    [{ ...ENDED, phase: 'FailedValidation' }, 'failure'],
    [{ phase: 'InProgress', volumeSnapshotsAttempted: 2 }, 'none'],
    [{ ...ENDED, phase: '' }, 'none'],
  ])('of Velero with %j are %s', (status, outcome) => {
    expect(outcomeOf(velero(status))).toBe(outcome);
  });

  it('of Velero that never began are failures of the time when they were asked for', () => {
    const asked = (phase: string): Shown | undefined =>
      shown(send(backup, JSON.stringify({ apiVersion: 'velero.io/v1', kind: 'Backup', metadata: { name: 'b', uid: 'u', creationTimestamp: '2026-01-31T11:00:00Z' }, status: { phase } })))[0];
    expect(asked('FailedValidation')).toMatchObject({ id: 'u@2026-01-31T11:00:00Z', time: '2026-01-31T11:00:00.000Z', data: { outcome: 'failure' } });
    expect(asked('Completed')).toMatchObject({ rejected: '/status/completionTimestamp' });
  });

  it('of Velero are about their schedule; without an end they are refused, without a status ignored', () => {
    expect(velero({ ...ENDED, phase: 'Completed' })).toMatchObject({ subject: 'velero/daily' });
    expect(velero({ phase: 'Completed' })).toMatchObject({ rejected: '/status/completionTimestamp' });
    const text = sampleText('backup', 'velero.backup.yaml').replace(/\nstatus:[\s\S]*/, '\n');
    expect(shown(send(backup, text, { contentType: 'application/yaml' }))).toEqual([{ index: 0, ignored: 'has not ended, or does not say how' }]);
  });
});
