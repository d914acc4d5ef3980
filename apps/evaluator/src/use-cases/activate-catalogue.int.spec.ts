import { expect, it, jest } from '@jest/globals';
import type { CatalogueFile } from '@tickmark/catalogue';
import { JudgingWorld, at, catalogueWith } from '../judging-world.testkit.js';
import type { EventSpec } from '../control-events.testkit.js';

jest.setTimeout(60_000);

const account = (hours: number, data: { account: string; worker?: string; mfa?: boolean; factors?: string[] }): EventSpec => ({
  type: 'identity.account',
  subject: data.account,
  timeMs: at(hours),
  data: { system: 'okta', status: 'active', admin: true, mfa: true, factors: ['totp'], worker: 'w1', ...data },
});

const leaver = (hours: number, worker: string): EventSpec => ({
  type: 'hr.worker-left',
  subject: worker,
  timeMs: at(hours),
  data: { worker, lastDay: new Date(at(hours)).toISOString() },
});

/** The control with a text of its file replaced. */
async function changed(control: string, from: string | RegExp, to: string): Promise<readonly CatalogueFile[]> {
  const files = await catalogueWith(control);
  return files.map((file) => {
    if (file.role !== 'control') return file;
    const text = file.text.replace(from, to);
    if (text === file.text) throw new Error('nothing was replaced');
    return { ...file, text };
  });
}

const checks = async (w: JudgingWorld) => {
  const { rows } = await w.database.query<{ name: string; effective_from: number; effective_to: number | null }>(
    'SELECT name, effective_from, effective_to FROM judged_check ORDER BY id',
  );
  return rows.map((row) => [row.name, (row.effective_from - at(0)) / 3_600_000, row.effective_to === null ? null : (row.effective_to - at(0)) / 3_600_000]);
};

it('on the first load a control begins at the date in its file', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  const { rows } = await w.database.query<{ effective_from: number }>('SELECT effective_from FROM judged_check');
  expect(rows.map((row) => new Date(row.effective_from).toISOString())).toEqual(['2026-01-01T00:00:00.000Z']);
});

it('the same catalogue again changes nothing', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  expect(await w.activate(await catalogueWith('admin-mfa'))).toMatchObject({ kind: 'unchanged' });
});

it('a catalogue with a fault is refused as a whole, and what was active goes on', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  const outcome = await w.activate(await changed('admin-mfa', 'key: account.account', 'key: account.acount'));
  expect(outcome.kind).toBe('refused');
  await w.accept([account(1, { account: 'a1' })]);
  await w.until(at(1));
  expect(await w.states('admin-mfa')).toMatchObject([{ key: 'a1', state: 'pass' }]);
});

it('every catalogue that becomes active asks for a leaf of its kind in the same transaction; one that changes nothing or is refused does not', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  await w.activate(await catalogueWith('admin-mfa'));
  await w.activate(await changed('admin-mfa', 'key: account.account', 'key: account.acount'));
  await w.activate(await changed('admin-mfa', /^title: .*$/m, 'title: A second factor for administrators'));
  const { rows: versions } = await w.database.query('SELECT version, hash FROM catalogue_activation ORDER BY version');
  const { rows: asked } = await w.database.query<{ payload: unknown }>('SELECT payload FROM ledger_intake WHERE kind = 3 ORDER BY id');
  expect(versions).toHaveLength(2);
  expect(asked.map(({ payload }) => payload)).toEqual(versions);
  await w.asOwner("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$; CREATE TRIGGER refuse BEFORE INSERT ON ledger_intake FOR EACH ROW EXECUTE FUNCTION refuse()");
  await expect(w.activate(await catalogueWith('leaver-access-removed'))).rejects.toThrow('no room');
  expect((await w.database.query('SELECT FROM catalogue_activation')).rows).toHaveLength(2);
});

it('another title is another version of the control; its state carries over', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  await w.accept([account(1, { account: 'a1', mfa: false })]);
  await w.until(at(2));
  await w.activate(await changed('admin-mfa', /^title: .*$/m, 'title: A second factor for administrators'));
  await w.accept([account(3, { account: 'a1' })]);
  await w.until(at(3));
  expect(await checks(w)).toHaveLength(1);
  const { rows } = await w.database.query('SELECT title FROM control_version ORDER BY id');
  expect(rows).toEqual([{ title: 'Administrators sign in with a second factor' }, { title: 'A second factor for administrators' }]);
  expect(await w.deviations()).toEqual([
    { key: 'a1', control: 'admin-mfa', status: 'closed', occurred: '2026-03-02T01:00:00.000Z', remediated: '2026-03-02T03:00:00.000Z' },
  ]);
  expect((await w.messages()).at(-1)).toMatchObject({ kind: 'deviation-closed', title: 'A second factor for administrators' });
});

it('another logic is another check from its activation on, seeded from the evidence on file', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  await w.accept([account(1, { account: 'a1', factors: ['sms'] }), account(1, { account: 'a2' })]);
  await w.until(at(2));
  await w.activate(await changed('admin-mfa', 'f == "webauthn" || f == "totp"', 'f == "webauthn"'));
  expect(await checks(w)).toEqual([
    ['second-factor', expect.any(Number), 2],
    ['second-factor', 2, null],
  ]);
  expect(await w.states('admin-mfa')).toEqual([
    { key: 'a1', state: 'fail', from: '2026-03-02T01:00:00.000Z' },
    { key: 'a1', state: 'fail', from: '2026-03-02T02:00:00.000Z' },
    { key: 'a2', state: 'pass', from: '2026-03-02T01:00:00.000Z' },
    { key: 'a2', state: 'fail', from: '2026-03-02T02:00:00.000Z' },
  ]);
  // What failed before goes on under its own id; what fails by the new logic fails from its activation on.
  expect(await w.deviations()).toEqual([
    { key: 'a1', control: 'admin-mfa', status: 'open', occurred: '2026-03-02T01:00:00.000Z' },
    { key: 'a2', control: 'admin-mfa', status: 'open', occurred: '2026-03-02T02:00:00.000Z' },
  ]);
});

it('a looser logic closes nothing by judging the past anew, only evidence received afterwards does', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  await w.accept([account(1, { account: 'a1', factors: ['sms'] })]);
  await w.until(at(2));
  await w.activate(await changed('admin-mfa', 'f == "webauthn" ||', 'f == "sms" || f == "webauthn" ||'));
  await w.until(at(3));
  expect(await w.deviations()).toMatchObject([{ key: 'a1', status: 'open' }]);
  await w.accept([account(4, { account: 'a1', factors: ['sms'] })]);
  await w.until(at(4));
  expect(await w.deviations()).toEqual([
    { key: 'a1', control: 'admin-mfa', status: 'closed', occurred: '2026-03-02T01:00:00.000Z', remediated: '2026-03-02T04:00:00.000Z' },
  ]);
});

it('late evidence of the old time is judged by the logic of that time', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa') });
  await w.accept([account(1, { account: 'a1', factors: ['sms'] })]);
  await w.until(at(2));
  await w.activate(await changed('admin-mfa', 'f == "webauthn" || f == "totp"', 'f == "webauthn"'));
  await w.accept([{ ...account(1.5, { account: 'a1' }), receivedAtMs: at(3) }]);
  await w.until(at(3));
  expect(await w.deviations()).toEqual([
    { key: 'a1', control: 'admin-mfa', status: 'closed', occurred: '2026-03-02T01:00:00.000Z', remediated: '2026-03-02T01:30:00.000Z' },
    { key: 'a1', control: 'admin-mfa', status: 'open', occurred: '2026-03-02T02:00:00.000Z' },
  ]);
});

it('an occurrence is judged by the logic in force when it occurred, also when its deadline comes later', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed') });
  await w.accept([account(1, { account: 'a1' }), leaver(2, 'w1')]);
  await w.until(at(3));
  await w.activate(await changed('leaver-access-removed', 'limit: 24h', 'limit: 4h'));
  await w.accept([account(4, { account: 'b1', worker: 'w2' }), leaver(5, 'w2')]);
  await w.until(at(8));
  expect(await w.deviations()).toEqual([]);
  await w.until(at(10));
  expect(await w.deviations()).toMatchObject([{ key: 'w2/okta/b1', occurred: '2026-03-02T09:00:00.000Z' }]);
  await w.until(at(40));
  expect(await w.deviations()).toMatchObject([
    { key: 'w2/okta/b1', status: 'open', occurred: '2026-03-02T09:00:00.000Z' },
    { key: 'w1/okta/a1', status: 'open', occurred: '2026-03-03T02:00:00.000Z' },
  ]);
});

it('a control whose file is gone is judged no longer', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('admin-mfa', 'leaver-access-removed') });
  await w.until(at(1));
  await w.activate(await catalogueWith('leaver-access-removed'));
  await w.accept([account(2, { account: 'a1' })]);
  await w.until(at(2));
  expect(await w.states('admin-mfa')).toEqual([]);
  const { rows } = await w.database.query("SELECT control FROM control_version WHERE retired_from IS NOT NULL");
  expect(rows).toEqual([{ control: 'admin-mfa' }]);
});

it('evidence from before the first catalogue is judged by it', async () => {
  await using w = await JudgingWorld.begin({ catalogue: await catalogueWith('leaver-access-removed') });
  await w.accept([account(1, { account: 'a1', mfa: false }), account(2, { account: 'a1' })]);
  await w.until(at(2));
  await w.database.query("UPDATE catalogue_activation SET hash = 'another'");
  const told = (await w.messages()).length;
  await w.activate(await catalogueWith('leaver-access-removed', 'admin-mfa'));
  expect(await w.states('admin-mfa')).toEqual([{ key: 'a1', state: 'pass', from: '2026-03-02T02:00:00.000Z' }]);
  expect((await w.messages()).slice(told).map(({ kind }) => kind)).toEqual(['state-changed']);
});
