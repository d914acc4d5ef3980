/** A place in the product, and what stands there instead: the same in TypeScript and in what is built of it, but for spaces. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A part of the harness: a spec, and which of its tests. */
export interface Part {
  readonly spec: string;
  readonly test: string;
}

/** A fault that the harness must notice. The product has no switch for it: it is written into a copy. */
export interface Plant {
  readonly id: string;
  /** What a system with this fault does. */
  readonly fault: string;
  readonly edits: readonly Edit[];
  readonly part: PartName;
  /** What the part then says: red for any other reason proves nothing. */
  readonly noticedAs: RegExp;
}

export const PARTS = {
  kills: { spec: 'tests/faults/killed.faults.spec.ts', test: 'killed at random points' },
  'redis emptied': { spec: 'tests/faults/servers-away.faults.spec.ts', test: 'emptied during delivery' },
  'redis away': { spec: 'tests/faults/servers-away.faults.spec.ts', test: 'redis stopped, and killed' },
  'kafka away': { spec: 'tests/faults/servers-away.faults.spec.ts', test: 'kafka stopped, and killed' },
  'postgres away': { spec: 'tests/faults/servers-away.faults.spec.ts', test: 'postgres stopped, and killed' },
  'evaluator behind': { spec: 'tests/faults/evaluator-stopped.faults.spec.ts', test: 'is behind' },
} as const satisfies Readonly<Record<string, Part>>;
export type PartName = keyof typeof PARTS;

/** Every place where it stands, however its lines are broken. */
export const placeOf = ({ find }: Pick<Edit, 'find'>): RegExp => new RegExp(find.trim().split(/\s+/).map(quoted).join('\\s+'), 'g');
const quoted = (word: string): string => word.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');

const SCHEMA = 'libs/persistence/migrations/0001_first.sql';
const APPEND = 'libs/persistence/src/ingestion/append-transaction.ts';
const pause = (ms: number): string => `await new Promise((resolve) => setTimeout(resolve, ${ms}));`;

export const PLANTS: readonly Plant[] = [
  {
    id: 'answer-before-commit',
    fault: 'the 202 goes out while the commit is still to come',
    edits: [
      {
        file: APPEND,
        find: 'await transaction.commit(head);',
        replace: 'setTimeout(() => void transaction.commit(head).then(() => client.release(), () => client.release(true)), 250); return result;',
      },
    ],
    part: 'kills',
    noticedAs: /\blost\b/,
  },
  {
    id: 'kept-without-database',
    fault: 'a 202 although Postgres is away',
    edits: [
      {
        file: 'apps/ingestion/src/append/append-leaves.ts',
        find: "for (const waiting of group) waiting.answer({ outcome: 'unavailable' });",
        replace:
          "for (const waiting of group) waiting.answer({ outcome: 'kept', repeated: 0, rejections: [], events: waiting.part.events.map((event) => ({ index: event.index, id: event.eventId, evidenceId: crypto.randomUUID() })) });",
      },
    ],
    part: 'postgres away',
    noticedAs: /acknowledgedMeanwhile/,
  },
  {
    id: 'no-identity',
    fault: 'the same event sent again is another piece of evidence',
    edits: [
      { file: 'apps/ingestion/src/append/settle.ts', find: 'const first = ledger.known.get(key);', replace: 'const first = undefined;' },
      { file: SCHEMA, find: '  PRIMARY KEY (feed_id, source_id, event_id)', replace: '  CHECK (leaf_index >= 0)' },
    ],
    part: 'redis emptied',
    noticedAs: /doubled|judged twice/,
  },
  {
    id: 'burnt-numbers',
    fault: 'leaf indices come from a counter that does not know what was rolled back',
    edits: [{ file: APPEND, find: 'return { epoch: row.epoch, nextIndex: row.next_index, clockMs: row.clock };', replace: 'return { epoch: row.epoch, nextIndex: row.next_index + (Math.random() < 0.1 ? 1 : 0), clockMs: row.clock };' }],
    part: 'redis emptied',
    noticedAs: /ledger/,
  },
  {
    id: 'clock-goes-back',
    fault: 'the ledger clock is the clock of the wall, and goes back with it',
    edits: [
      {
        file: APPEND,
        find: "SELECT epoch, next_index, greatest(clock, date_trunc('milliseconds', clock_timestamp())) AS clock FROM head`",
        replace: "SELECT epoch, next_index, date_trunc('milliseconds', clock_timestamp() - random() * interval '3 s') AS clock FROM head`",
      },
    ],
    part: 'redis emptied',
    noticedAs: /ledger/,
  },
  {
    id: 'skipped-leaf',
    fault: 'the relay leaves out a leaf now and then',
    edits: [{ file: 'apps/ingestion/src/relay/relay-session.ts', find: 'const partition = partitionOf(row.key, this.options.partitions);', replace: 'if (row.leafIndex % 17 === 5) continue; const partition = partitionOf(row.key, this.options.partitions);' }],
    part: 'redis emptied',
    noticedAs: /repaired|not judged/,
  },
  {
    id: 'lost-on-reconnect',
    fault: 'what could not be sent to Kafka is not sent again',
    edits: [{ file: 'apps/ingestion/src/relay/partition-lane.ts', find: 'this.options.failed(error);', replace: 'this.options.failed(error); this.queue = this.queue.slice(batch.length);' }],
    part: 'kafka away',
    noticedAs: /repaired|not judged/,
  },
  {
    id: 'offset-before-effect',
    fault: 'the evaluator says that it has read a batch before it has judged it',
    edits: [
      {
        file: 'apps/evaluator/src/use-cases/judge-batch.ts',
        find: 'const done = await this.judging.run(async (unit) => {',
        replace: `await this.judging.run(async (unit) => { const held = await lockProgress(unit.transaction, part.batch.topic, part.batch.partition); if (held.nextOffset === part.position) await saveProgress(unit.transaction, { ...held, nextOffset: (part.entries.at(-1)?.offset ?? part.position) + 1 }); }); ${pause(300)} const done = await this.judging.run(async (unit) => {`,
      },
      { file: 'apps/evaluator/src/use-cases/judge-batch.ts', find: 'if (progress.nextOffset !== part.position) return { elsewhere: progress.nextOffset };', replace: 'void 0;' },
    ],
    part: 'kills',
    noticedAs: /repaired|not judged/,
  },
  {
    id: 'judged-twice',
    fault: 'a message that is read again counts again',
    edits: [{ file: SCHEMA, find: '  PRIMARY KEY (check_id, group_id, at, leaf_index, role)', replace: '  CHECK (leaf_index >= 0)' }],
    part: 'kills',
    noticedAs: /judged twice/,
  },
  {
    id: 'watermark-ahead',
    fault: 'what falls due is decided by the clock, not by what was judged',
    edits: [
      {
        file: 'libs/persistence/src/judging/progress.ts',
        find: '(SELECT CASE WHEN bool_and(tick_clock IS NOT NULL) THEN min(tick_clock) END FROM partition_progress WHERE topic = $1) AS watermark,',
        replace: "(SELECT clock FROM ledger_head WHERE $1::text <> '') AS watermark,",
      },
    ],
    part: 'evaluator behind',
    noticedAs: /behind\d\/okta/,
  },
  {
    id: 'closed-without-evidence',
    fault: 'a deviation is closed as soon as it is opened',
    edits: [{ file: 'libs/evaluation/src/deviations.ts', find: 'const closed = seen.remediatedAtMs !== undefined;', replace: 'const closed = true;' }],
    part: 'redis emptied',
    noticedAs: /judged wrongly/,
  },
  {
    id: 'marked-before-sent',
    fault: 'the outbox is marked as sent before it is sent',
    edits: [
      {
        file: 'libs/messaging/src/outbox-relay.ts',
        find: 'for (const [topic, records] of byTopic(rows)) await this.sender.send(topic, records);',
        replace: `await outbox.markSent(rows.map(({ id }) => id)); ${pause(400)} for (const [topic, records] of byTopic(rows)) await this.sender.send(topic, records);`,
      },
    ],
    part: 'kills',
    noticedAs: /notice lost/,
  },
  {
    id: 'recorded-before-sent',
    fault: 'a notice is recorded as delivered before it is sent',
    edits: [
      {
        file: 'apps/notifier/src/deliver/deliver-notice.ts',
        find: 'const outcome = await this.#send(notice);',
        replace: "const outcome = { kind: 'sent' }; setTimeout(() => void this.#send(notice), 800);",
      },
    ],
    part: 'kills',
    noticedAs: /notice lost/,
  },
  {
    id: 'no-reconciler',
    fault: 'a notice whose job is lost is lost',
    edits: [{ file: 'apps/notifier/src/deliver/reconcile-notices.ts', find: 'if (overdue.length === 0) return;', replace: 'if (overdue.length >= 0) return;' }],
    part: 'redis emptied',
    noticedAs: /notice lost/,
  },
  {
    id: 'always-ready',
    fault: '/readyz says yes whatever is away',
    edits: [{ file: 'libs/platform/src/health.module.ts', find: "void reply.status(answer.status === 'not-ready' ? 503 : 200);", replace: 'void reply.status(200);' }],
    part: 'redis away',
    noticedAs: /503/,
  },
];
