import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RegisterFeed, SecretBox, feedRegistration } from '@tickmark/access';
import { TOPICS } from '@tickmark/contracts';
import type { ControlEventMessage } from '@tickmark/contracts';
import { ensureTopics } from '@tickmark/messaging';
import { Database } from '@tickmark/persistence';
import { createLogger } from '@tickmark/platform';
import { TestApp, eventually, makeTestDatabase, readTopic, testAddress, testServers, uniqueTopicPrefix } from '@tickmark/testing';
import type { TestDatabase, TopicRecord } from '@tickmark/testing';

const SECRET_KEY = Buffer.alloc(32, 9);
const LIMIT_MS = 240_000;
/** What the whole system is put through in the short form too (tests/faults), is looked at here alone in the long one. */
const longForm = process.env['TICKMARK_TEST_LONG'] === '1' ? describe : () => undefined;

let testDatabase: TestDatabase;
let database: Database;
let prefix: string;
let key: string;
let env: Record<string, string>;

beforeEach(async () => {
  testDatabase = await makeTestDatabase();
  database = new Database({ url: testDatabase.url, app: 'spec', maxConnections: 2 });
  prefix = uniqueTopicPrefix();
  const brokers = testAddress('KAFKA_BROKERS').split(',');
  await ensureTopics({ brokers, clientId: 'spec', logger: createLogger('spec', 'silent'), topicPrefix: prefix });
  const registration = feedRegistration([]).parse({
    name: 'local', system: 'test', production: true, types: ['*'], sources: ['*'], liveness: 'none', authentication: { kind: 'bearer' },
  });
  const registered = await new RegisterFeed(database, new SecretBox(SECRET_KEY)).execute(registration, 'spec');
  key = registered.outcome === 'registered' ? (registered.apiKey ?? '') : '';
  env = {
    DATABASE_URL: testDatabase.url,
    TICKMARK_SECRET_KEY: SECRET_KEY.toString('base64'),
    TICKMARK_TOPIC_PREFIX: prefix,
    LOG_LEVEL: 'warn',
  };
});

afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

interface Sent {
  /** Each acknowledged id with the evidence that the 202 named. */
  readonly kept: Map<string, string>;
  readonly refused: Set<number>;
}

/** Posts until it is told to stop; remembers what was acknowledged, and sends again what was not. */
class Sender implements AsyncDisposable {
  readonly sent: Sent = { kept: new Map(), refused: new Set() };
  private going = true;
  private readonly work: Promise<unknown>;

  constructor(private readonly url: string) {
    this.work = Promise.all(Array.from({ length: 8 }, (_, lane) => this.send(lane)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop().then(() => undefined);
  }

  async stop(): Promise<Sent> {
    this.going = false;
    await this.work;
    return this.sent;
  }

  private async send(lane: number): Promise<void> {
    for (let at = 0; this.going || at === 0; at += 1) {
      const id = `${lane}-${at}`;
      while (!(await this.keep(id)) && this.going) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async keep(id: string): Promise<boolean> {
    const event = { specversion: '1.0', id, source: '/spec', type: 'spec.happened', subject: `s${id.length}${id.at(-1) ?? ''}`, time: '2026-11-01T00:00:00Z', data: { id } };
    try {
      const answer = await fetch(`${this.url}/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify(event),
        signal: AbortSignal.timeout(15_000),
      });
      const body = (await answer.json()) as { events?: { evidenceId: string }[] };
      if (answer.status === 202) this.sent.kept.set(id, body.events?.[0]?.evidenceId ?? '');
      else this.sent.refused.add(answer.status);
      return answer.status === 202;
    } catch {
      return false;
    }
  }
}

async function expectAllKeptOnce({ kept }: Sent): Promise<void> {
  const { rows } = await database.query<{ id: string; event_id: string; leaf_index: number }>('SELECT id, event_id, leaf_index FROM evidence');
  const stored = new Map(rows.map((row) => [row.event_id, row.id]));
  expect(rows).toHaveLength(stored.size);
  for (const [id, evidenceId] of kept) expect([id, stored.get(id)]).toEqual([id, evidenceId]);
  const leaves = await database.query<{ leaf_index: number }>('SELECT leaf_index FROM ledger_leaf ORDER BY leaf_index');
  expect(leaves.rows.map((row) => row.leaf_index)).toEqual(leaves.rows.map((_, index) => index));
}

const messagesOf = (records: readonly TopicRecord[]) =>
  records.map(({ value, partition }) => ({ partition, message: JSON.parse(value) as ControlEventMessage }));

/** Every leaf is in its partition, none before an earlier one came, and a tick behind all of them. */
async function expectAllRelayed(): Promise<void> {
  const { rows } = await database.query<{ leaf_index: number }>('SELECT leaf_index FROM evidence ORDER BY leaf_index');
  const wanted = rows.map((row) => row.leaf_index);
  const records = await readTopic({
    topic: `${prefix}${TOPICS.controlEvents}`,
    // A killed broker comes back behind its session's end, and the client waits between its tries.
    limitMs: 120_000,
    until: (read) => {
      const leaves = new Set(messagesOf(read).filter(({ message }) => message.kind === 'evidence').map(({ message }) => message.leafIndex));
      expect(leaves.size).toBe(wanted.length);
    },
  });
  const firsts = new Map<number, Set<number>>();
  for (const { partition, message } of messagesOf(records)) {
    const seen = firsts.get(partition) ?? new Set();
    if (message.kind === 'evidence' && !seen.has(message.leafIndex)) {
      expect(message.leafIndex).toBeGreaterThan(Math.max(-1, ...seen));
      seen.add(message.leafIndex);
    }
    firsts.set(partition, seen);
  }
  expect([...firsts.values()].flatMap((seen) => [...seen]).toSorted((a, b) => a - b)).toEqual(wanted);
}

const untilKept = (sender: Sender, count: number) =>
  eventually(() => expect(sender.sent.kept.size).toBeGreaterThanOrEqual(count), { limitMs: 40_000 });

describe('ingestion', () => {
  it('killed in the middle of its work, again and again, loses and doubles nothing that it acknowledged', async () => {
    let app = await TestApp.start({ app: 'ingestion', env });
    await using running = { [Symbol.asyncDispose]: () => app.stop() };
    expect(running).toBeDefined();
    await using sender = new Sender(app.url);
    for (let round = 1; round <= 4; round += 1) {
      await untilKept(sender, sender.sent.kept.size + 150);
      await app.kill();
      app = await TestApp.start({ app: 'ingestion', env, port: app.port });
    }
    await untilKept(sender, sender.sent.kept.size + 100);
    const sent = await sender.stop();
    await expectAllKeptOnce(sent);
    await expectAllRelayed();
  }, LIMIT_MS);

  it('asked to end finishes what it has taken', async () => {
    await using app = await TestApp.start({ app: 'ingestion', env });
    await using sender = new Sender(app.url);
    await untilKept(sender, 100);
    await app.stop();
    await using again = await TestApp.start({ app: 'ingestion', env, port: app.port });
    expect(again.port).toBe(app.port);
    const sent = await sender.stop();
    await expectAllKeptOnce(sent);
    await expectAllRelayed();
  }, LIMIT_MS);
});

longForm('ingestion without its servers', () => {
  it('with Kafka stopped still accepts, says that it is behind, and has relayed everything in order once it is back', async () => {
    await using app = await TestApp.start({ app: 'ingestion', env });
    await using sender = new Sender(app.url);
    await untilKept(sender, 100);
    await testServers.kill('kafka');
    try {
      await untilKept(sender, sender.sent.kept.size + 500);
      await eventually(async () => {
        const ready = await fetch(`${app.url}/readyz`);
        expect([ready.status, await ready.text()]).toEqual([200, expect.stringMatching(/"degraded","missing":\[\],"degraded":\[\{"name":"kafka"/)]);
      }, { limitMs: 30_000 });
    } finally {
      await testServers.start('kafka');
    }
    const sent = await sender.stop();
    expect(sent.refused).toEqual(new Set());
    await expectAllKeptOnce(sent);
    await expectAllRelayed();
  }, LIMIT_MS);

  it('with Postgres killed and back answers 503 meanwhile and keeps each event once', async () => {
    await using app = await TestApp.start({ app: 'ingestion', env });
    await using sender = new Sender(app.url);
    await untilKept(sender, 100);
    await testServers.kill('postgres');
    try {
      await eventually(() => expect(sender.sent.refused).toEqual(new Set([503])));
      expect((await fetch(`${app.url}/readyz`)).status).toBe(503);
    } finally {
      await testServers.start('postgres');
    }
    await untilKept(sender, sender.sent.kept.size + 200);
    const sent = await sender.stop();
    expect(sent.refused).toEqual(new Set([503]));
    await expectAllKeptOnce(sent);
    await expectAllRelayed();
  }, LIMIT_MS);
});
