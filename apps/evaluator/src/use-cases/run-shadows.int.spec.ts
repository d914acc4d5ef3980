import { expect, it, jest } from '@jest/globals';
import { addShadow, endShadow, readShadow, readShadows, shadowErrors } from '@tickmark/persistence';
import { createLogger } from '@tickmark/platform';
import { LiveCatalogues } from '../catalogue/read-live-catalogue.js';
import type { EventSpec } from '../control-events.testkit.js';
import { JudgingWorld, at, catalogueWith } from '../judging-world.testkit.js';
import { Judging } from '../judging/judging.js';
import { RunShadows } from './run-shadows.js';

jest.setTimeout(60_000);

const account = (hours: number, data: { account: string; factors?: string[]; mfa?: boolean }): EventSpec => ({
  type: 'identity.account',
  subject: data.account,
  timeMs: at(hours),
  data: { system: 'okta', status: 'active', admin: true, mfa: true, factors: ['totp'], worker: 'w1', ...data },
});

/** The file of the control with a text in it replaced. */
async function draftOf(control: string, from: string | RegExp, to: string): Promise<string> {
  const file = (await catalogueWith(control)).find(({ role }) => role === 'control');
  const text = file?.text.replace(from, to) ?? '';
  if (text === file?.text) throw new Error('nothing was replaced');
  return text;
}

/** What takes up drafts, in a process of its own: nothing is shared with the evaluators but the database. */
const shadowsOf = (w: JudgingWorld): RunShadows => {
  const catalogues = new LiveCatalogues();
  const clock = { now: () => w.nowMs };
  const judging = new Judging(w.database, catalogues, clock, () => undefined);
  return new RunShadows({ database: w.database, judging, catalogues, clock, logger: createLogger('spec', 'silent') });
};

async function begin(w: JudgingWorld, control: string, yaml: string): Promise<number> {
  const shadow = await w.database.transaction((t) => addShadow(t, { control, yaml, activation: 1, createdBy: 'spec' }, 5));
  await shadowsOf(w).run();
  return shadow?.id ?? 0;
}

async function statesOf(w: JudgingWorld, shadowId: number | null): Promise<readonly unknown[]> {
  const { rows } = await w.database.query<{ key: string; state: number; from_at: number }>(
    `SELECT k.name AS key, s.state, s.from_at FROM segment s JOIN judged_check c ON c.id = s.check_id JOIN key_name k ON k.id = s.key_id
     WHERE c.shadow_id IS NOT DISTINCT FROM $1 AND s.to_at IS NULL ORDER BY 1`,
    [shadowId],
  );
  return rows.map(({ key, state, from_at }) => [key, ['pass', 'fail'][state] ?? state, (from_at - at(0)) / 3_600_000]);
}

const STRICT = ['f == "webauthn" || f == "totp"', 'f == "webauthn"'] as const;

it('live events move the draft and the live control, and only the live one has deviations, messages and leaves', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  await w.accept([account(1, { account: 'a1' }), account(1, { account: 'a2', factors: ['webauthn'] })]);
  await w.until(at(2));
  const id = await begin(w, 'admin-mfa', await draftOf('admin-mfa', ...STRICT));
  // Taken up from the evidence on file, as an activation would.
  expect(await statesOf(w, id)).toEqual([['a1', 'fail', 2], ['a2', 'pass', 2]]);
  await w.accept([account(3, { account: 'a2' }), account(3, { account: 'a3', mfa: false, factors: [] })]);
  await w.until(at(3));
  expect(await statesOf(w, id)).toEqual([['a1', 'fail', 2], ['a2', 'fail', 3], ['a3', 'fail', 3]]);
  expect(await statesOf(w, null)).toEqual([['a1', 'pass', 1], ['a2', 'pass', 1], ['a3', 'fail', 3]]);
  expect(await w.deviations()).toEqual([{ key: 'a3', control: 'admin-mfa', status: 'open', occurred: '2026-03-02T03:00:00.000Z' }]);
  const told = (await w.messages()).map((message) => [message.kind, 'key' in message ? message.key : '']);
  expect(told.toSorted()).toEqual([
    ['deviation-opened', 'a3'], ['state-changed', 'a1'], ['state-changed', 'a2'], ['state-changed', 'a3'],
  ]);
  const { rows } = await w.database.query<{ n: number }>("SELECT count(*) AS n FROM ledger_intake WHERE payload ? 'deviation'");
  expect(rows[0]?.n).toBe(1);
});

it('decides what falls due, and tells nobody', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed') });
  const id = await begin(w, 'leaver-access-removed', await draftOf('leaver-access-removed', 'limit: 24h', 'limit: 4h'));
  const left = { worker: 'w1', lastDay: '2026-03-02T02:00:00.000Z' };
  await w.accept([account(1, { account: 'a1' }), { type: 'hr.worker-left', subject: 'w1', timeMs: at(2), data: left }]);
  await w.until(at(7));
  expect(await statesOf(w, id)).toEqual([['w1/okta/a1', 'fail', 6]]);
  expect((await statesOf(w, null)).map((state) => (state as unknown[])[1])).toEqual([5]);
  expect(await w.deviations()).toEqual([]);
  await w.until(at(27));
  expect(await w.deviations()).toMatchObject([{ key: 'w1/okta/a1', occurred: '2026-03-03T02:00:00.000Z' }]);
});

it('a draft and the live control go on after a restart, and over an activation', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa'), instances: 2 });
  const id = await begin(w, 'admin-mfa', await draftOf('admin-mfa', ...STRICT));
  await w.accept([account(1, { account: 'a1' })], () => 0);
  await w.until(at(1));
  // The other instance has never seen the draft's file but in the database.
  w.nowMs = at(2);
  await w.accept([account(2, { account: 'a2' })], () => 1);
  await w.read(1, Infinity, w.instances[1]);
  expect(await statesOf(w, id)).toEqual([['a1', 'fail', 1], ['a2', 'fail', 2]]);
  expect(await w.activate(await catalogueWith('admin-mfa', 'leaver-access-removed'))).toMatchObject({ kind: 'activated' });
  await w.accept([account(3, { account: 'a1', factors: ['webauthn'] })]);
  await w.until(at(3));
  expect(await statesOf(w, id)).toEqual([['a1', 'pass', 3], ['a2', 'fail', 2]]);
  expect(await w.deviations()).toEqual([]);
});

it('a dropped draft is judged no longer and leaves nothing behind', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed') });
  const id = await begin(w, 'leaver-access-removed', await draftOf('leaver-access-removed', 'limit: 24h', 'limit: 4h'));
  await w.accept([account(1, { account: 'a1' }), { type: 'hr.worker-left', subject: 'w1', timeMs: at(2), data: { worker: 'w1', lastDay: '2026-03-02T02:00:00.000Z' } }]);
  await w.until(at(3));
  const checkIds = (await readShadow(w.database, id))?.checkIds ?? [];
  expect(checkIds).toHaveLength(1);
  expect(await w.database.transaction((t) => endShadow(t, id))).toBe(true);
  // Its deadline passes before anybody has cleaned up.
  await w.until(at(7));
  await shadowsOf(w).run();
  for (const table of ['check_state', 'carry_snapshot', 'point', 'segment', 'key_span', 'observation']) {
    const { rows } = await w.database.query<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE check_id = ANY($1)`, [checkIds]);
    expect([table, rows[0]?.n]).toEqual([table, 0]);
  }
  const { rows } = await w.database.query('SELECT (SELECT count(*) FROM shadow) AS shadows, (SELECT count(*) FROM judged_check) AS checks');
  expect(rows).toEqual([{ shadows: 0, checks: 1 }]);
  await w.until(at(27));
  expect(await w.deviations()).toMatchObject([{ key: 'w1/okta/a1', status: 'open' }]);
});

it('where an expression of a draft fails, the draft says so and the live control has no gap', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  const id = await begin(w, 'admin-mfa', await draftOf('admin-mfa', /assert: .*$/m, 'assert: account.factors[0] == "totp"'));
  await w.accept([account(1, { account: 'a1', factors: [] }), account(1, { account: 'a2' })]);
  await w.until(at(2));
  expect(await shadowErrors(w.database, id, 10)).toMatchObject({ count: 1, latest: [{ check: 'second-factor', message: expect.any(String) }] });
  expect(await w.gaps()).toEqual([]);
  expect((await w.messages()).map(({ kind }) => kind)).not.toContain('gap-opened');
});

it('a draft that cannot be judged at all is stopped, and the live control is judged', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  const id = await begin(w, 'admin-mfa', await draftOf('admin-mfa', ...STRICT));
  const live = await w.instances[0]?.live();
  const draft = [...(live?.checks.values() ?? [])].find(({ shadowId }) => shadowId === id);
  Object.assign(draft?.compiled ?? {}, { judge: () => { throw new Error('a fault of the kind'); } });
  await w.accept([account(1, { account: 'a1' })]);
  await w.until(at(1));
  expect(await statesOf(w, null)).toEqual([['a1', 'pass', 1]]);
  expect(await readShadows(w.database)).toMatchObject([{ id, trouble: `the draft of shadow ${id} cannot be judged: a fault of the kind` }]);
  const { rows } = await w.database.query<{ n: number }>('SELECT count(*) AS n FROM dead_letter');
  expect(rows[0]?.n).toBe(0);
});
