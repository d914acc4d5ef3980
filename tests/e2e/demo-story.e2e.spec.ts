import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issueReadingKey } from '@tickmark/access';
import { Database, runAppend } from '@tickmark/persistence';
import { createLogger } from '@tickmark/platform';
import type { PeriodSummary } from '@tickmark/reporting';
import { makeTestDatabase } from '@tickmark/testing';
import type { TestDatabase } from '@tickmark/testing';
import { callsTo } from '../../apps/console/src/calls.testkit.js';
import { createConsole } from '../../apps/console/src/create-console.js';
import type { Console } from '../../apps/console/src/create-console.js';
import { runNode } from '../support/run-node.ts';
import type { Ran } from '../support/run-node.ts';

jest.setTimeout(300_000);

const NOW = '2026-11-24T08:00:00.000Z';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const load = (database: TestDatabase): Promise<Ran> =>
  runNode(['--disable-warning=ExperimentalWarning', 'scripts/demo.mjs', '--now', NOW], { env: { DATABASE_URL: database.url }, limitMs: 240_000 });

describe('one quarter of Larkspur Payroll', () => {
  let told: TestDatabase;
  let again: TestDatabase;
  let database: Database;
  let console: Console;
  let key: string;
  let said: Ran;

  beforeAll(async () => {
    [told, again] = await Promise.all([makeTestDatabase(), makeTestDatabase()]);
    const loads = await Promise.all([load(told), load(again)]);
    for (const { code, err } of loads) if (code !== 0) throw new Error(err);
    [said] = loads;
    database = new Database({ url: told.url, app: 'spec' });
    console = await createConsole({
      config: { DATABASE_URL: told.url, TICKMARK_SECRET_KEY: Buffer.alloc(32, 7), TICKMARK_ENTITY: 'nobody', NODE_ENV: 'test' },
      logger: createLogger('console', 'silent'),
      clock: { now: () => Date.parse(NOW) },
    });
    key = await issueReadingKey(database, 'admin');
  });

  afterAll(async () => {
    await console.close();
    await database.close();
    await Promise.all([told.drop(), again.drop()]);
  });

  const get = async <T>(url: string): Promise<T> => {
    const { status, text, body } = await callsTo(console)('GET', url, { key });
    if (status !== 200) throw new Error(`${url} answered ${status}: ${text}`);
    return (text.startsWith('{') ? body : text) as T;
  };
  const engagement = async (): Promise<string> => (await get<{ items: readonly { id: string }[] }>('/v1/engagements')).items[0]?.id ?? '';
  const frozen = async (): Promise<PeriodSummary> => get(`/v1/engagements/${await engagement()}/summary.json?revision=1`);
  const deviationsOf = async (control: string) => (await frozen()).deviations.filter((one) => one.control === control);

  test('is loaded with a line that says what it is', () => {
    expect(said.err).toMatch(/^DEMO: one quarter of Larkspur Payroll \(invented\), 2026-08-24 to 2026-11-24, \d+ events, loaded in /m);
  });

  test('is an engagement for both reports with a frozen revision, and says DEMO in every form', async () => {
    const { header } = await frozen();
    expect(header).toMatchObject({
      demo: true,
      statement: expect.stringMatching(/^DEMO: /),
      status: 'frozen',
      entity: 'Larkspur Payroll',
      reports: ['soc1', 'soc2'],
      type: 'II',
      period: { from: '2026-08-24T00:00:00.000Z', to: '2026-11-24T00:00:00.000Z' },
      feedsWithoutLiveness: [],
    });
    expect(await get<string>(`/v1/engagements/${await engagement()}/summary.csv?revision=1`)).toMatch(/^header,statement,.*DEMO: /m);
    expect(await get('/v1/metrics/overview')).toMatchObject({ demo: true });
    expect((await callsTo(console)('GET', '/v1/gaps', { key })).headers['tickmark-origin']).toBe('demo');
    const { rows } = await database.query('SELECT origin FROM ledger_head');
    expect(rows).toEqual([{ origin: 'demo' }]);
  });

  test('shows the leaver six hours late', async () => {
    expect(await deviationsOf('leaver-access-removed')).toMatchObject([
      {
        key: 'w-1007/okta/mira.olsen',
        status: 'closed',
        occurredAt: '2026-09-16T17:00:00.000Z',
        detectedAt: '2026-09-16T17:00:02.120Z',
        notifiedAt: '2026-09-16T17:00:02.200Z',
        remediatedAt: '2026-09-16T23:00:00.000Z',
        verifiedAt: '2026-09-16T23:00:00.120Z',
        lastedMs: 6 * HOUR_MS,
      },
    ]);
  });

  test('shows the change that its author approved, looked at by another the next morning', async () => {
    expect(await deviationsOf('changes-approved-by-other')).toMatchObject([
      {
        key: 'larkspur/payroll#482',
        status: 'closed',
        occurredAt: '2026-09-24T14:05:00.000Z',
        detectedAt: '2026-09-24T14:15:00.120Z',
        remediatedAt: '2026-09-25T09:30:00.000Z',
        lastedMs: 19 * HOUR_MS + 25 * MINUTE_MS,
      },
    ]);
  });

  test('shows the batch that was booked one cent short, in both controls that compare it', async () => {
    expect(await deviationsOf('batches-sent-equal-booked')).toMatchObject([
      { key: 'sepa-brook-2026-10-07', status: 'open', reason: 'differs', occurredAt: '2026-10-07T10:50:00.000Z', detectedAt: '2026-10-07T10:50:00.120Z', remediatedAt: null },
    ]);
    expect(await deviationsOf('batches-booked-within-two-hours')).toMatchObject([{ key: 'sepa-brook-2026-10-07', status: 'open', occurredAt: '2026-10-07T12:10:00.000Z' }]);
    const [deviation] = await deviationsOf('batches-sent-equal-booked');
    const amounts = await Promise.all((deviation?.evidenceIds ?? []).map((id) => get<{ event: { data: { amountMinor: number } } }>(`/v1/evidence/${id}`)));
    expect(amounts.map(({ event }) => event.data.amountMinor)).toEqual([15_873_440, 15_873_439]);
  });

  test('shows the access review that was four days and nine hours late', async () => {
    expect(await deviationsOf('access-recertified-quarterly')).toMatchObject([
      { key: 'payroll-core', status: 'closed', reason: 'overdue', occurredAt: '2026-10-15T00:00:00.000Z', remediatedAt: '2026-10-19T09:00:00.000Z', lastedMs: 4 * DAY_MS + 9 * HOUR_MS },
    ]);
  });

  test('shows the outage of the directory as a gap, and what rests on it as unknown for just that long', async () => {
    const { gaps, controls } = await frozen();
    expect(gaps).toMatchObject([
      { cause: 'feed-silent', source: 'feed larkspur-directory', from: '2026-10-18T08:00:00.000Z', to: '2026-10-19T10:00:00.000Z', status: 'closed', controls: ['admin-mfa', 'feeds-alive', 'leaver-access-removed'] },
    ]);
    const timeline = controls.find(({ id }) => id === 'admin-mfa')?.timeline ?? [];
    expect(timeline.map(({ state, from, to }) => [state, from, to])).toEqual([
      ['pass', '2026-08-24T00:00:00.000Z', '2026-10-18T08:00:00.000Z'],
      ['unknown', '2026-10-18T08:00:00.000Z', '2026-10-19T10:00:00.000Z'],
      ['pass', '2026-10-19T10:00:00.000Z', '2026-11-24T00:00:00.000Z'],
    ]);
  });

  test('shows nothing else that went wrong, and a control without evidence as not evaluated', async () => {
    const { deviations, controls } = await frozen();
    expect(deviations).toHaveLength(5);
    expect(controls).toHaveLength(18);
    expect(controls.every(({ maps }) => maps.tsc.length > 0 && maps.soc1.length > 0)).toBe(true);
    const [signins] = controls.find(({ id }) => id === 'failed-signins-stay-few')?.checks ?? [];
    expect(signins).toMatchObject({ keys: 0, time: { coverage: { ratio: null }, observedEffectiveness: { ratio: null } } });
  });

  test('told everything to its own receiver, and leaves nothing to be sent', async () => {
    const { rows } = await database.query(
      `SELECT receiver, status, count(*)::int AS notices, bool_and(payload->>'demo' = 'true' AND payload->>'title' LIKE 'DEMO: %') AS demo FROM notice GROUP BY receiver, status`,
    );
    expect(rows).toEqual([{ receiver: 'larkspur-on-call', status: 'sent', notices: 10, demo: true }]);
    const { rows: waiting } = await database.query('SELECT count(*)::int AS messages FROM outbox WHERE sent_at IS NULL');
    expect(waiting).toEqual([{ messages: 0 }]);
  });

  test('is the same, byte for byte, when it is told again', async () => {
    const { rows: summary } = await database.query<{ summary: string }>('SELECT summary FROM engagement_revision');
    const other = new Database({ url: again.url, app: 'spec' });
    const { rows } = await other.query<{ summary: string }>('SELECT summary FROM engagement_revision').finally(() => other.close());
    expect(summary).toHaveLength(1);
    expect(rows).toEqual(summary);
  });

  test('is not loaded into a database that holds anything', async () => {
    const { rows: before } = await database.query('SELECT next_index FROM ledger_head');
    const second = await load(told);
    expect([second.code, second.err]).toEqual([0, '']);
    const { rows: after } = await database.query('SELECT next_index FROM ledger_head');
    expect(after).toEqual(before);
  });

  test('alone may bring its own clock: no other ledger takes it', async () => {
    await using plain = await makeTestDatabase();
    const other = new Database({ url: plain.url, app: 'spec' });
    try {
      const append = runAppend(other, async (transaction) => ({ result: undefined, head: await transaction.begin() }), { now: () => Date.parse(NOW) });
      await expect(append).rejects.toThrow('A simulated clock is for a ledger of the origin demo');
    } finally {
      await other.close();
    }
  });
});
