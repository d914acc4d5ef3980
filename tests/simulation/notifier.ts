import { NOTHING_ON_RECORD, everythingTo, planNotices } from '@tickmark/alerting';
import type { NoticeBody, OnRecord, Plan, PlannedNotice } from '@tickmark/alerting';
import type { StateChangeMessage } from '@tickmark/contracts';

const CONTEXT = { routing: everythingTo({ name: 'first', channels: { webhook: {} } }), lookup: () => undefined, nowMs: Date.parse('2026-04-01T00:00:00Z'), consoleUrl: 'https://tickmark.example' };

function after(record: OnRecord, plan: Plan): OnRecord {
  const entries = new Map(record.entries);
  for (const [key, entry] of plan.entries) {
    if (entry === undefined) entries.delete(key);
    else entries.set(key, entry);
  }
  return { seen: new Map([...record.seen, ...plan.seen]), told: new Map([...record.told, ...plan.told]), entries, groups: new Map([...record.groups, ...plan.groups]) };
}

export function plannedAtOnce(messages: readonly StateChangeMessage[]): readonly PlannedNotice[] {
  return planNotices(messages, NOTHING_ON_RECORD, CONTEXT).notices;
}

/** The notifier over rows and a queue that are played. Rows last; jobs may vanish; what was sent may not be recorded. */
export class SimulatedNotifier {
  offset = 0;
  record: OnRecord = NOTHING_ON_RECORD;
  readonly rows = new Map<string, { readonly notice: PlannedNotice; sent: boolean }>();
  jobs: string[] = [];
  /** What the receiver took: each arrival. */
  readonly arrivals: NoticeBody[] = [];

  constructor(private readonly topic: readonly StateChangeMessage[]) {}

  /** Plan, rows and offset in one transaction; only then the jobs, unless it crashes in between. */
  plan(from: number, most: number, crashesAfter: boolean): void {
    if (from !== this.offset) return;
    const messages = this.topic.slice(from, from + most);
    const plan = planNotices(messages, this.record, CONTEXT);
    this.record = after(this.record, plan);
    this.offset = from + messages.length;
    const fresh = plan.notices.filter(({ id }) => !this.rows.has(id));
    for (const notice of fresh) this.rows.set(notice.id, { notice, sent: false });
    if (!crashesAfter) this.jobs.push(...fresh.map(({ id }) => id));
  }

  /** One attempt: the receiver takes it, and then it is recorded, unless it crashes in between. */
  deliver(crashesAfter: boolean): void {
    const row = this.rows.get(this.jobs.shift() ?? '');
    if (row === undefined || row.sent) return;
    this.arrivals.push(row.notice.body);
    if (!crashesAfter) row.sent = true;
  }

  reconcile(): void {
    this.jobs = [...this.rows].filter(([, { sent }]) => !sent).map(([id]) => id);
  }
}
