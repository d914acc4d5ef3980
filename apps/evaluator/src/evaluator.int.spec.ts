import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { TOPICS, fromInstant, stateChangeMessage, toInstant } from '@tickmark/contracts';
import type { BatchOutcome, MessageBatch, OffsetStore, StateChangeMessage } from '@tickmark/contracts';
import { KafkaBatchSender, KafkaTransport, decodeMessage, ensureTopics } from '@tickmark/messaging';
import { Database } from '@tickmark/persistence';
import { createLogger } from '@tickmark/platform';
import { eventually, makeTestDatabase, testAddress, uniqueTopicPrefix } from '@tickmark/testing';
import type { TestDatabase } from '@tickmark/testing';
import { createEvaluator } from './create-evaluator.js';
import type { Evaluator } from './create-evaluator.js';
import { messageOf, tickOf } from './control-events.testkit.js';
import { keepEvidence } from './kept-evidence.testkit.js';
import { catalogueWith } from './judging-world.testkit.js';

jest.setTimeout(60_000);

const logger = createLogger('spec', process.env['SPEC_LOG'] ?? 'silent');
const PARTITIONS = 3;
let own: TestDatabase;
let database: Database;
let prefix: string;
let sender: KafkaBatchSender;
let evaluators: Evaluator[];
let readers: { close(): Promise<void> }[];
let leaf: number;

beforeEach(async () => {
  own = await makeTestDatabase();
  database = new Database({ url: own.url, app: 'spec' });
  prefix = uniqueTopicPrefix();
  leaf = 0;
  const kafka = { brokers: testAddress('KAFKA_BROKERS').split(','), clientId: 'spec', logger, topicPrefix: prefix };
  await ensureTopics(kafka, { partitions: PARTITIONS });
  sender = new KafkaBatchSender(kafka);
  evaluators = [];
  readers = [];
  await database.query(
    `INSERT INTO feed (name, system, production, types, sources, authentication) VALUES ('main', 'main', true, '{*}', '{*}', '{"kind": "bearer"}')`,
  );
});

afterEach(async () => {
  await Promise.all([...evaluators, ...readers].map((one) => one.close()));
  await sender.close();
  await database.close();
  await own.drop();
});

async function start(): Promise<{ evaluator: Evaluator; url: string }> {
  const evaluator = await createEvaluator({
    config: { DATABASE_URL: own.url, KAFKA_BROKERS: testAddress('KAFKA_BROKERS').split(','), TICKMARK_TOPIC_PREFIX: prefix },
    logger,
    catalogue: () => catalogueWith('admin-mfa'),
    onDead: (reason) => {
      throw new Error(reason);
    },
  });
  evaluators.push(evaluator);
  const url = `http://127.0.0.1:${await evaluator.listen(0, '127.0.0.1')}`;
  // What is read before the catalogue is active is seen by its activation, from the ledger; here it comes by Kafka.
  await eventually(async () => expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready', missing: [], degraded: [] }), { limitMs: 20_000 });
  return { evaluator, url };
}

async function end(evaluator: Evaluator): Promise<void> {
  evaluators = evaluators.filter((one) => one !== evaluator);
  await evaluator.close();
}

/** As ingestion's relay would send it, received now. */
async function accountRecord(account: string, mfa: boolean) {
  const nowMs = Date.now();
  const data = { account, system: 'okta', status: 'active', admin: true, mfa, factors: ['totp'] };
  const message = messageOf({ type: 'identity.account', subject: account, timeMs: nowMs, receivedAtMs: nowMs, data }, { leafIndex: leaf, feedId: 1, feed: { name: 'main', types: ['*'] } });
  leaf += 1;
  await keepEvidence(database, message);
  return { key: account, value: JSON.stringify(message) };
}

async function sendAccounts(...accounts: readonly (readonly [string, boolean])[]): Promise<void> {
  const records: Awaited<ReturnType<typeof accountRecord>>[] = [];
  for (const [account, mfa] of accounts) records.push(await accountRecord(account, mfa));
  await sender.send(TOPICS.controlEvents, records);
}

async function states(): Promise<Record<string, string>> {
  const { rows } = await database.query<{ name: string; state: number }>(
    'SELECT k.name, s.state FROM segment s JOIN key_name k ON k.id = s.key_id WHERE s.to_at IS NULL ORDER BY 1',
  );
  return Object.fromEntries(rows.map(({ name, state }) => [name, state === 0 ? 'pass' : 'fail']));
}

/** What other readers of the topic get. */
function stateChanges(): readonly StateChangeMessage[] {
  const messages: StateChangeMessage[] = [];
  const next = new Map<number, number>();
  const offsets: OffsetStore = {
    positions: (_topic, partitions) => Promise.resolve(new Map(Array.from({ length: partitions }, (_, partition) => [partition, next.get(partition) ?? 0]))),
    forget: () => Promise.resolve(),
  };
  const transport = new KafkaTransport({
    brokers: testAddress('KAFKA_BROKERS').split(','), clientId: 'spec', logger, topicPrefix: prefix, groupId: `${prefix}reader`, offsets,
    onDead: () => undefined,
  });
  transport.addHandler(TOPICS.stateChanges, (batch: MessageBatch): Promise<BatchOutcome> => {
    for (const { value } of batch.messages) {
      const decoded = decodeMessage(stateChangeMessage, value);
      if (!decoded.ok) throw new Error(decoded.error);
      messages.push(decoded.value);
    }
    const nextOffset = (batch.messages.at(-1)?.offset ?? 0) + 1;
    next.set(batch.partition, nextOffset);
    return Promise.resolve({ kind: 'done', nextOffset });
  }, true);
  transport.listen(() => undefined);
  readers.push(transport);
  return messages;
}

it('judges what comes by Kafka as it comes, and tells it by Kafka', async () => {
  await start();
  const told = stateChanges();
  await sendAccounts(['warm', true]);
  await eventually(async () => expect(await states()).toEqual({ warm: 'pass' }), { limitMs: 20_000 });
  await sendAccounts(['a1', false]);
  await eventually(async () => expect(await states()).toEqual({ a1: 'fail', warm: 'pass' }));
  await eventually(() => expect(told.filter((message) => 'key' in message && message.key === 'a1').map(({ kind }) => kind)).toEqual(['state-changed', 'deviation-opened']));
  expect(told.every(({ sequence }) => sequence > 0)).toBe(true);
});

it('says what it is and how it does', async () => {
  const { url } = await start();
  await sendAccounts(['a1', true]);
  await eventually(async () => expect(await states()).toEqual({ a1: 'pass' }), { limitMs: 20_000 });
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'alive' });
  expect(await (await fetch(`${url}/openapi.json`)).json()).toMatchObject({ openapi: '3.1.0' });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const name of ['tickmark_event_to_state_seconds_count', 'tickmark_due_to_state_seconds', 'tickmark_consumer_lag_messages', 'tickmark_outbox_oldest_age_seconds', 'tickmark_dead_letters', 'tickmark_watermark_age_seconds']) {
    expect(metrics).toContain(name);
  }
  expect(metrics).not.toContain('a1');
});

it('stopped and started again it goes on where its commits ended, and doubles nothing', async () => {
  const first = await start();
  await sendAccounts(['a1', true], ['a2', false]);
  await eventually(async () => expect(await states()).toEqual({ a1: 'pass', a2: 'fail' }), { limitMs: 20_000 });
  await end(first.evaluator);
  await sendAccounts(['a1', false], ['a3', true]);
  await start();
  await eventually(async () => expect(await states()).toEqual({ a1: 'fail', a2: 'fail', a3: 'pass' }), { limitMs: 20_000 });
  const { rows } = await database.query<{ n: number }>('SELECT count(*) AS n FROM point');
  expect(rows[0]?.n).toBe(4);
});

it('two evaluators share the work, and one takes over when the other ends', async () => {
  const first = await start();
  await start();
  await sendAccounts(...Array.from({ length: 30 }, (_, index) => [`a${index}`, index % 2 === 0] as const));
  await eventually(async () => expect(Object.keys(await states())).toHaveLength(30), { limitMs: 20_000 });
  await end(first.evaluator);
  await sendAccounts(...Array.from({ length: 30 }, (_, index) => [`b${index}`, true] as const));
  await eventually(async () => expect(Object.keys(await states())).toHaveLength(60), { limitMs: 20_000 });
  const { rows } = await database.query<{ n: number }>('SELECT count(*) AS n FROM outbox');
  await eventually(async () => {
    const { rows: waiting } = await database.query<{ n: number }>('SELECT count(*) AS n FROM outbox WHERE sent_at IS NULL');
    expect(waiting[0]?.n).toBe(0);
  });
  // 60 first states and 15 deviations, each told once.
  expect(rows[0]?.n).toBe(75);
});

it('a message that cannot be decoded does not hold the rest', async () => {
  await start();
  await sender.send(TOPICS.controlEvents, [{ key: 'x', value: '{"kind": "evidence"', partition: 0 }]);
  await sender.send(TOPICS.controlEvents, [{ ...(await accountRecord('a1', true)), partition: 0 }]);
  await eventually(async () => expect(await states()).toEqual({ a1: 'pass' }), { limitMs: 20_000 });
  const { rows } = await database.query('SELECT partition, message_offset, reason FROM dead_letter');
  expect(rows).toEqual([{ partition: 0, message_offset: 0, reason: 'the value is not JSON' }]);
});

it('decides by ticks what falls due, and says how far it has judged', async () => {
  const { url } = await start();
  await sendAccounts(['a1', true]);
  await eventually(async () => expect(await states()).toEqual({ a1: 'pass' }), { limitMs: 20_000 });
  // The pass of a1 is valid for 26 hours.
  const laterMs = Date.now() + 27 * 3_600_000;
  for (const clockMs of [laterMs, laterMs + 2_500]) {
    const value = JSON.stringify(tickOf(clockMs, leaf - 1));
    await sender.send(TOPICS.controlEvents, Array.from({ length: PARTITIONS }, (_, partition) => ({ key: 'tick', value, partition })));
  }
  await eventually(async () => {
    const { rows } = await database.query<{ state: number; reason: string }>('SELECT state, reason FROM segment WHERE to_at IS NULL');
    expect(rows).toMatchObject([{ state: 3 }]);
  });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/tickmark_due_to_state_seconds_count\{[^}]*\} 1/);
  const { rows } = await database.query<{ clock: number }>('SELECT min(tick_clock) AS clock FROM partition_progress');
  expect(rows[0]?.clock).toBe(fromInstant(toInstant(laterMs + 2_500)));
});
