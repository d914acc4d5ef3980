import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOPICS } from '@tickmark/contracts';
import { emptyQueue, eventually } from '@tickmark/testing';
import { NotifierStage, change } from './notifier.testkit.js';

const MIN = 60_000;

async function addDeviation(stage: NotifierStage, id: string): Promise<void> {
  await stage.rows(
    `INSERT INTO deviation (id, check_id, key_id, group_id, control, check_name, status, severity, occurred_at, detected_at, evidence_ids, backfill,
       control_version) VALUES ($1, 1, 1, 1, 'admin-mfa', 'second-factor', 'open', 'critical', now(), now(), '{}', false, 1)`,
    [id],
  );
}

describe('a notifier at work', () => {
  let stage: NotifierStage;
  let notifier: Awaited<ReturnType<NotifierStage['start']>>;

  beforeAll(async () => {
    stage = await NotifierStage.set();
    await stage.judgedUntil(Date.now() + 60 * MIN);
    notifier = await stage.start();
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  const arrivalsOf = (id: string) => stage.sink.arrivals.filter(({ notice }) => notice.deviations.some((deviation) => deviation.id === id));
  const toldOf = (id: string) => eventually(() => {
    const kinds = arrivalsOf(id).map(({ notice }) => notice.kind);
    expect(kinds).not.toEqual([]);
    return kinds;
  });

  it('tells an opened deviation by a signed webhook, and puts on record that it did', async () => {
    await addDeviation(stage, 'first');
    await stage.send(change('opened', { id: 'first', account: 'first' }));
    expect(await toldOf('first')).toEqual(['opened']);
    expect(stage.sink.faults).toEqual([]);
    const [arrival] = arrivalsOf('first');
    expect(arrival?.notice.links['control']).toBe('https://console.larkspur.example/v1/controls/admin-mfa');
    await eventually(async () => {
      expect(await stage.rows('SELECT status, attempts FROM notice WHERE id = $1', [arrival?.id])).toEqual([{ status: 'sent', attempts: 1 }]);
    });
    expect(await stage.rows(`SELECT notified_at IS NOT NULL AS notified FROM deviation WHERE id = 'first'`)).toEqual([{ notified: true }]);
    expect(await stage.rows(`SELECT payload->>'outcome' AS outcome FROM ledger_intake WHERE payload->>'notice' = $1`, [arrival?.id])).toEqual([{ outcome: 'sent' }]);
    expect(await stage.rows('SELECT attempt, outcome FROM notice_attempt WHERE notice_id = $1', [arrival?.id])).toEqual([{ attempt: 1, outcome: 'sent' }]);
  });

  it('tells the closing after the opening, and neither twice', async () => {
    const opened = change('opened', { id: 'twice', account: 'twice' });
    const closed = change('closed', { id: 'twice', account: 'twice' });
    await stage.send(opened, opened, closed, opened, closed);
    await stage.send(opened, closed);
    await eventually(() => expect(arrivalsOf('twice').map(({ notice }) => notice.kind).sort()).toEqual(['closed', 'opened']));
    await stage.send(change('opened', { id: 'after-twice', account: 'twice' }));
    await toldOf('after-twice');
    expect(arrivalsOf('twice').length).toBe(2);
  });

  it('tells what was over when first known in one combined notice', async () => {
    await stage.send(change('opened', { id: 'over', account: 'over', combined: true }), change('closed', { id: 'over', account: 'over', combined: true }));
    expect(await toldOf('over')).toEqual(['combined']);
  });

  it('tells a withdrawal', async () => {
    await stage.send(change('opened', { id: 'never-was', account: 'never-was' }), change('withdrawn', { id: 'never-was', account: 'never-was' }));
    await eventually(() => expect(arrivalsOf('never-was').map(({ notice }) => notice.kind).sort()).toEqual(['opened', 'withdrawn']));
  });

  it('tells backfill in one digest without what was withdrawn meanwhile', async () => {
    const old = { control: 'old-control', backfill: true };
    await stage.send(
      ...['b1', 'b2', 'b3'].map((id) => change('opened', { ...old, id, account: id })),
      change('withdrawn', { ...old, id: 'b2', account: 'b2' }),
    );
    const [digest] = await stage.sink.waitFor(1, 'digest');
    expect(digest?.deviations.map(({ id }) => id).sort()).toEqual(['b1', 'b3']);
    expect(stage.sink.notices.filter(({ control }) => control === 'old-control').length).toBe(1);
  });

  it('tries again with the same id until the receiver takes it, and lets others pass meanwhile', async () => {
    stage.sink.answer = (notice, earlier) => (notice.deviations[0]?.id === 'slow' && earlier < 2 ? 500 : 204);
    await stage.send(change('opened', { id: 'slow', account: 'slow' }));
    await toldOf('slow');
    await stage.send(change('opened', { id: 'quick', account: 'quick' }));
    await toldOf('quick');
    await eventually(() => expect(arrivalsOf('slow').map(({ status }) => status)).toEqual([500, 500, 204]));
    expect(new Set(arrivalsOf('slow').map(({ id }) => id)).size).toBe(1);
    const [quick] = arrivalsOf('quick');
    const last = arrivalsOf('slow').at(-1);
    expect(quick!.atMs).toBeLessThan(last!.atMs);
    await eventually(async () => {
      const rows = await stage.rows('SELECT outcome, detail FROM notice_attempt WHERE notice_id = $1 ORDER BY attempt', [last?.id]);
      expect(rows).toEqual([
        { outcome: 'retry', detail: 'status 500' },
        { outcome: 'retry', detail: 'status 500' },
        { outcome: 'sent', detail: null },
      ]);
    });
  });

  it('makes visible what no attempt follows for', async () => {
    stage.sink.answer = ({ deviations }) => (deviations[0]?.id === 'refused' ? 410 : deviations[0]?.id === 'broken' ? 500 : 204);
    await stage.send(change('opened', { id: 'refused', account: 'refused' }), change('opened', { id: 'broken', account: 'broken' }));
    await eventually(async () => {
      const rows = await stage.rows(`SELECT deviation_ids[1] AS id, attempts, last_error FROM notice WHERE status = 'exhausted' ORDER BY 1`);
      expect(rows).toEqual([
        { id: 'broken', attempts: 4, last_error: 'status 500' },
        { id: 'refused', attempts: 1, last_error: 'status 410' },
      ]);
    });
    await eventually(async () => {
      const metrics = await (await notifier.get('/metrics')).text();
      expect(metrics).toMatch(/^tickmark_notices_undelivered\{app="notifier"\} 2$/m);
      expect(metrics).toMatch(/^tickmark_notices_total\{channel="webhook",outcome="undelivered",app="notifier"\} 2$/m);
      expect(metrics).toMatch(/^tickmark_event_to_notice_seconds_count\{app="notifier"\} [1-9]/m);
    });
    stage.sink.answer = () => 204;
  });

  it('keeps what it cannot read as a dead letter, tells the gap, and goes on', async () => {
    await stage.send({ key: 'broken', value: '{"kind": "no-such-kind"}' }, change('opened', { id: 'beside', account: 'broken' }));
    await toldOf('beside');
    const [notice] = await stage.sink.waitFor(1, 'gap-opened');
    expect(notice?.gap?.cause).toBe('dead-letter');
    const letters = await stage.rows<{ reason: string }>('SELECT reason FROM dead_letter');
    expect(letters.length).toBe(1);
    expect(await stage.rows(`SELECT status FROM gap WHERE cause = 'dead-letter'`)).toEqual([{ status: 'open' }]);
  });

  it('describes itself, and says what it needs', async () => {
    expect(await (await notifier.get('/readyz')).json()).toEqual({ status: 'ready', missing: [], degraded: [] });
    expect(await (await notifier.get('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0', webhooks: { notice: {} } });
    expect((await notifier.get('/nothing')).status).toBe(404);
  });
});

describe('a notifier that was interrupted', () => {
  it('tells after a restart what was sent to Kafka meanwhile, each once', async () => {
    await using stage = await NotifierStage.set();
    await stage.judgedUntil(Date.now() + 60 * MIN);
    const first = await stage.start();
    await stage.send(change('opened', { id: 'd1', account: 'a1' }));
    await stage.sink.waitFor(1);
    await first.close();
    await stage.send(change('closed', { id: 'd1', account: 'a1' }), change('opened', { id: 'd2', account: 'a2' }));
    await stage.start();
    await stage.sink.waitFor(3);
    expect(stage.sink.arrivals.map(({ notice }) => `${notice.kind} ${notice.deviations[0]?.id ?? ''}`).sort()).toEqual(['closed d1', 'opened d1', 'opened d2']);
  });

  it('loses nothing when Redis is emptied while a retry waits', async () => {
    await using stage = await NotifierStage.set();
    await stage.judgedUntil(Date.now() + 60 * MIN);
    await stage.start({}, { retryScheduleMs: [6_000, 6_000] });
    stage.sink.answer = (_, earlier) => (earlier === 0 ? 503 : 204);
    await stage.send(...Array.from({ length: 20 }, (_, n) => change('opened', { id: `d${n}`, account: `a${n}` })));
    await eventually(() => expect(stage.sink.arrivals.length).toBe(20));
    expect(await emptyQueue(stage.prefix)).toBeGreaterThan(0);
    await stage.sink.waitFor(20);
    expect(stage.sink.taken.length).toBe(20);
    expect(stage.sink.arrivals.length).toBe(40);
  });

  it('takes from the outbox what Kafka no longer holds, and shows the hole as a gap', async () => {
    await using stage = await NotifierStage.set();
    await stage.judgedUntil(Date.now() + 60 * MIN);
    const first = await stage.start();
    const seen = change('opened', { id: 'seen', account: 'a1' });
    await stage.sendAsRelay(seen);
    await stage.sink.waitFor(1);
    await first.close();
    await stage.sendAsRelay(change('closed', { id: 'seen', account: 'a1' }), { kafka: false });
    await stage.sendAsRelay(change('opened', { id: 'missed', account: 'a2' }), { kafka: false });
    // The partition as it is after Kafka was made anew: our position is beyond its end.
    await stage.rows('UPDATE partition_progress SET next_offset = -1 WHERE topic = $1 AND next_offset > 0', [TOPICS.stateChanges]);
    await stage.start();
    await stage.sendAsRelay(change('opened', { id: 'after', account: 'a1' }));
    await stage.sink.waitFor(5);
    expect(stage.sink.arrivals.map(({ notice }) => `${notice.kind} ${notice.deviations[0]?.id ?? ''}`).sort()).toEqual([
      'closed seen',
      'gap-opened ',
      'opened after',
      'opened missed',
      'opened seen',
    ]);
  });

  it('sends again, with the same id, what an attempt was under way for when its process died', async () => {
    await using stage = await NotifierStage.set();
    await stage.judgedUntil(Date.now() + 60 * MIN);
    const first = await stage.start();
    await stage.send(change('opened', { id: 'd1', account: 'a1' }));
    await stage.sink.waitFor(1);
    await first.close();
    // What a process leaves that dies between the receiver's answer and the record of it.
    await stage.rows(`UPDATE notice SET status = 'waiting', sent_at = NULL, next_attempt_at = clock_timestamp() + interval '1 second'`);
    await stage.rows(`UPDATE notice_attempt SET outcome = 'begun'`);
    await stage.start();
    await eventually(() => expect(stage.sink.arrivals.length).toBe(2));
    expect(new Set(stage.sink.arrivals.map(({ id }) => id)).size).toBe(1);
    await eventually(async () => expect(await stage.rows('SELECT status, attempts FROM notice')).toEqual([{ status: 'sent', attempts: 2 }]));
  });
});

describe('watching the watermark', () => {
  it('opens one gap while judging stands still, tells it once, and closes it as caught up', async () => {
    await using stage = await NotifierStage.set();
    await stage.rows(
      `INSERT INTO control_version (control, definition_hash, logic_hash, title, yaml, effective_from)
       VALUES ('admin-mfa', 'h', 'h', 'MFA', 'severity: critical\nowner: it-operations\nmaps: {tsc: [CC6.1]}', now())`,
    );
    const stoppedMs = Date.now() - 2 * MIN;
    await stage.judgedUntil(stoppedMs);
    await stage.start();
    const [opened] = await stage.sink.waitFor(1, 'gap-opened');
    expect(opened).toMatchObject({
      control: 'admin-mfa',
      severity: 'critical',
      owner: 'it-operations',
      gap: { cause: 'not-judged', from: new Date(stoppedMs).toISOString(), controls: ['admin-mfa'] },
    });
    await stage.judgedUntil(Date.now());
    const [closed] = await stage.sink.waitFor(1, 'gap-closed');
    expect(closed?.gap?.id).toBe(opened?.gap?.id);
    expect(stage.sink.arrivals.length).toBe(2);
    const gaps = await stage.rows('SELECT revision, status, known_to IS NULL AS current FROM gap ORDER BY revision');
    expect(gaps).toEqual([
      { revision: 1, status: 'open', current: false },
      { revision: 2, status: 'caught-up', current: true },
    ]);
  });

  it('plans nothing more when its own messages come back through Kafka', async () => {
    await using stage = await NotifierStage.set();
    await stage.judgedUntil(Date.now() - 2 * MIN);
    await stage.start();
    await stage.sink.waitFor(1, 'gap-opened');
    await stage.judgedUntil(Date.now());
    await stage.sink.waitFor(1, 'gap-closed');
    const outbox = await stage.rows<{ id: number; message_key: string; message: object }>('SELECT id, message_key, message FROM outbox ORDER BY id');
    await stage.send(...outbox.map(({ id, message_key, message }) => ({ key: message_key, value: JSON.stringify({ ...message, sequence: id }) })));
    await stage.send({ ...change('opened', { id: 'later' }), key: outbox[0]!.message_key });
    await stage.sink.waitFor(1, 'opened');
    expect(outbox.length).toBe(2);
    expect(stage.sink.arrivals.length).toBe(3);
  });
});

describe('watching the sealer', () => {
  const withLeaf = (stage: NotifierStage) =>
    stage.rows(
      `WITH leaf AS (INSERT INTO ledger_leaf (leaf_index, received_at, kind, bytes) VALUES (0, clock_timestamp(), 1, '') RETURNING leaf_index)
       UPDATE ledger_head SET next_index = leaf_index + 1 FROM leaf RETURNING 1`,
    );

  it('opens one gap while leaves stay unsealed, tells it once, and closes it as caught up', async () => {
    await using stage = await NotifierStage.set();
    await stage.judgedUntil(Date.now() + 60 * MIN);
    await withLeaf(stage);
    await stage.start({}, { sealingLateMs: 500, sealingCaughtUpMs: 400 });
    const [opened] = await stage.sink.waitFor(1, 'gap-opened');
    expect(opened).toMatchObject({ control: null, title: 'The ledger is not sealed in time', gap: { cause: 'unsealed', controls: [] } });
    expect(await stage.rows('SELECT cause, status, detail FROM gap')).toEqual([{ cause: 'unsealed', status: 'open', detail: '1 leaves are not sealed in time' }]);
    await stage.asSealer(`INSERT INTO ledger_checkpoint VALUES (1, 1, 'tickmark', decode(repeat('00', 32), 'hex'), 'a note', clock_timestamp())`);
    await stage.sink.waitFor(1, 'gap-closed');
    expect(await stage.rows('SELECT status FROM gap WHERE known_to IS NULL')).toEqual([{ status: 'caught-up' }]);
    expect(stage.sink.arrivals.length).toBe(2);
  });

  it('tells at once that the sealer refuses, and that a sealed leaf was altered', async () => {
    await using stage = await NotifierStage.set();
    await stage.judgedUntil(Date.now() + 60 * MIN);
    await stage.asSealer(`INSERT INTO sealer_status VALUES (true, clock_timestamp(), 'an older copy was restored', 17)`);
    await stage.start();
    await stage.sink.waitFor(2, 'gap-opened');
    expect(await stage.rows('SELECT cause, detail FROM gap ORDER BY cause')).toEqual([
      { cause: 'altered', detail: 'leaf 17 is not the one that was sealed' },
      { cause: 'unsealed', detail: 'nothing is signed: an older copy was restored' },
    ]);
  });
});
