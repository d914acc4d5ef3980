import { stateChangeMessage } from '@tickmark/contracts';
import type { StateChangeMessage } from '@tickmark/contracts';
import { NOTHING_ON_RECORD } from './desk.js';
import type { OnRecord, Plan, PlanContext } from './desk.js';
import { everythingTo } from './routing.js';

export const NOW_MS = Date.parse('2026-03-02T12:00:00.000Z');

/** Everything goes to one receiver with one channel, at once. */
export const context = (over: Partial<PlanContext> = {}): PlanContext => ({
  routing: everythingTo({ name: 'first', channels: { webhook: {} } }),
  lookup: () => undefined,
  nowMs: NOW_MS,
  consoleUrl: 'https://tickmark.example',
  ...over,
});

interface DeviationChoices {
  readonly id?: string;
  readonly key?: string;
  readonly control?: string;
  readonly severity?: string;
  readonly owner?: string;
  readonly sequence?: number;
  readonly epoch?: number;
  readonly combined?: boolean;
  readonly backfill?: boolean;
  readonly occurredAt?: string;
}

const STATUS = { opened: 'open', closed: 'closed', withdrawn: 'withdrawn' } as const;
let lastSequence = 0;

const PRESET = {
  id: 'd1',
  key: 'a1',
  control: 'admin-mfa',
  severity: 'critical',
  owner: 'it-operations',
  epoch: 1,
  combined: false,
  backfill: false,
  occurredAt: '2026-03-02T11:00:00.000Z',
};
const ENDS = {
  opened: {},
  closed: { remediatedAt: '2026-03-02T11:30:00.000Z' },
  withdrawn: { withdrawnAt: '2026-03-02T11:40:00.000Z' },
};

/** A message as the evaluator sends it; parsed by the schema so that no spec builds nonsense. */
export function deviationMessage(kind: keyof typeof STATUS, choices: DeviationChoices = {}): StateChangeMessage {
  lastSequence += 1;
  const { id, occurredAt, ...rest } = { ...PRESET, sequence: lastSequence, ...choices };
  return stateChangeMessage.parse({
    ...rest,
    schemaVersion: 1,
    id: `m${rest.sequence}`,
    occurredAt,
    causedBy: 'e1',
    kind: `deviation-${kind}`,
    check: 'second-factor',
    title: 'Administrators sign in with a second factor',
    version: 'abc',
    receivedAt: '2026-03-02T11:59:59.000Z',
    deviation: { id, status: STATUS[kind], occurredAt, detectedAt: '2026-03-02T11:00:01.000Z', ...ENDS[kind], evidenceIds: ['e1'] },
  });
}

export function gapMessage(kind: 'opened' | 'closed', choices: { id?: string; controls?: string[]; sequence?: number } = {}): StateChangeMessage {
  const { id = 'g1', controls = ['admin-mfa', 'leaver-access-removed'] } = choices;
  lastSequence += 1;
  return stateChangeMessage.parse({
    schemaVersion: 1,
    id: `m${lastSequence}`,
    epoch: 1,
    sequence: choices.sequence ?? lastSequence,
    occurredAt: '2026-03-02T11:00:00.000Z',
    causedBy: 'feed hr',
    kind: `gap-${kind}`,
    gap: {
      id,
      cause: 'feed-silent',
      feed: 'hr',
      from: '2026-03-02T10:00:00.000Z',
      ...(kind === 'closed' ? { to: '2026-03-02T11:50:00.000Z' } : {}),
      controls,
    },
  });
}

/** The record after a plan was written. */
export function written(record: OnRecord, plan: Plan): OnRecord {
  const entries = new Map(record.entries);
  for (const [key, entry] of plan.entries) {
    if (entry === undefined) entries.delete(key);
    else entries.set(key, entry);
  }
  return {
    seen: new Map([...record.seen, ...plan.seen]),
    told: new Map([...record.told, ...plan.told]),
    entries,
    groups: new Map([...record.groups, ...plan.groups]),
  };
}

export const blank = NOTHING_ON_RECORD;
