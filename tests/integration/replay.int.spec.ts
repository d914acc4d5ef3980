import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { run } from '../../apps/cli/src/cli.testkit.js';
import { at, catalogueWith } from '../../apps/evaluator/src/judging-world.testkit.js';
import { JudgedAndRead } from '../support/judged-and-read.js';

jest.setTimeout(60_000);

interface Verdict {
  readonly id: string;
  readonly key: string;
  readonly outcome?: string;
  readonly state?: string;
  readonly reason?: string;
}

interface Explanation {
  readonly observation: Readonly<Record<string, unknown>>;
  readonly control: Readonly<Record<string, unknown>>;
  readonly evidence: readonly { readonly id: string; readonly type: string; readonly roles: readonly string[]; readonly unchanged: boolean }[];
  readonly expressions: readonly { readonly name: string; readonly value?: unknown; readonly evidenceIds: readonly string[]; readonly notEvaluated?: boolean }[];
  readonly recomputed: Readonly<Record<string, unknown>> | null;
  readonly equalsRecord: boolean;
  readonly differences: readonly { readonly field: string; readonly recorded: unknown; readonly recomputed: unknown }[];
  readonly faults: readonly { readonly message: string }[];
}

const HOUR = 3_600_000;
const account = (hours: number, name: string, rest: object = {}) => ({
  type: 'identity.account',
  timeMs: at(hours),
  subject: name,
  data: { account: name, system: 'okta', status: 'active', admin: true, mfa: true, factors: ['totp'], ...rest },
});

const EVENTS = [
  account(1, 'a1'),
  account(2, 'a2', { mfa: false, factors: [] }),
  account(3, 'b1', { worker: 'w1', admin: false }),
  { type: 'hr.worker-left', timeMs: at(4), subject: 'w1', data: { worker: 'w1', lastDay: new Date(at(4)).toISOString() } },
  // Received a day and a half late: the deviation that was open meanwhile is closed by its own time.
  { ...account(40, 'b1', { worker: 'w1', admin: false, status: 'disabled' }), receivedAtMs: at(60) },
  { type: 'vcs.change-reviewed', timeMs: at(5), subject: 'c1', data: { change: 'c1', repository: 'r', reviewer: 'bea', state: 'approved', commit: 'h1' } },
  { type: 'vcs.change-merged', timeMs: at(6), subject: 'c1', data: { change: 'c1', repository: 'r', branch: 'main', author: 'al', mergedBy: 'al', head: 'h1' } },
  { type: 'vcs.change-merged', timeMs: at(7), subject: 'c2', data: { change: 'c2', repository: 'r', branch: 'main', author: 'al', mergedBy: 'al', head: 'h2' } },
  { type: 'ledger.batch-sent', timeMs: at(8), subject: 'p1', data: { batch: 'p1', count: 3, amountMinor: 1_000, currency: 'EUR' } },
  { type: 'ledger.batch-booked', timeMs: at(9), subject: 'p1', data: { batch: 'p1', count: 3, amountMinor: 999, currency: 'EUR' } },
  { type: 'ledger.batch-sent', timeMs: at(8), subject: 'p2', data: { batch: 'p2', count: 1, amountMinor: 5, currency: 'EUR' } },
  ...[0, 1, 2, 3, 4, 5].map((minute) => ({
    type: 'identity.signin',
    timeMs: at(10) + minute * 60_000,
    subject: 'erp',
    data: { account: 'x', system: 'erp', outcome: minute < 2 ? 'failure' : 'success' },
  })),
];

describe('a verdict that is explained', () => {
  let all: JudgedAndRead;

  beforeAll(async () => {
    const catalogue = await catalogueWith(
      'admin-mfa', 'leaver-access-removed', 'changes-approved-by-other', 'batches-sent-equal-booked', 'access-recertified-quarterly', 'failed-signins-stay-few', 'feeds-alive',
    );
    all = await JudgedAndRead.begin({ catalogue, feeds: [{ name: 'main', types: ['*'] }, { name: 'people', types: ['hr.worker-left'], maxSilenceMs: 400 * 24 * HOUR }] });
    await all.judged(EVENTS.filter((event) => !('receivedAtMs' in event)), at(50));
    await all.judged(EVENTS.filter((event) => 'receivedAtMs' in event), at(70));
    // Past the end of the second quarter and its grace.
    await all.judged([], at(24 * 150));
  });
  afterAll(() => all[Symbol.asyncDispose]());

  const verdicts = async (control: string, list: 'observations' | 'states'): Promise<readonly Verdict[]> =>
    (await all.get(`/v1/controls/${control}/${list}`)).body['items'] as readonly Verdict[];
  const verdict = async (control: string, key: string, list: 'observations' | 'states' = 'observations'): Promise<Verdict> => {
    const found = (await verdicts(control, list)).find((one) => one.key === key);
    if (found === undefined) throw new Error(`${control} has no ${list} of ${key}`);
    return found;
  };
  const explain = async (id: string): Promise<Explanation> => {
    const { status, body } = await all.get(`/v1/observations/${id}/explanation`);
    expect(status).toBe(200);
    return body as unknown as Explanation;
  };

  it.each([
    ['leaver-access-removed', 'observations', ['fail']],
    ['changes-approved-by-other', 'observations', ['fail', 'pass']],
    ['batches-sent-equal-booked', 'observations', ['fail', 'fail']],
    ['access-recertified-quarterly', 'observations', ['fail', 'pending']],
    ['admin-mfa', 'states', ['fail', 'not-applicable', 'unknown']],
    ['failed-signins-stay-few', 'states', ['unknown']],
    ['feeds-alive', 'states', ['pass']],
    ['leaver-access-removed', 'states', ['pass']],
  ] as const)('of %s equals the record for each of its %s', async (control, list, outcomes) => {
    const found = await verdicts(control, list);
    expect(found.map(({ outcome, state }) => outcome ?? state).sort()).toEqual(outcomes);
    for (const { id } of found) {
      const { equalsRecord, differences, faults } = await explain(id);
      expect({ equalsRecord, differences, faults }).toEqual({ equalsRecord: true, differences: [], faults: [] });
    }
  });

  it('names the evidence and what every expression gave', async () => {
    const { id } = await verdict('leaver-access-removed', 'w1/okta/b1');
    const { control, observation, evidence, expressions, recomputed } = await explain(id);
    expect(control).toMatchObject({ id: 'leaver-access-removed', kind: 'followed-by' });
    expect(observation).toMatchObject({ id, kind: 'occurrence', key: 'w1/okta/b1', outcome: 'fail', at: '2026-03-02T04:00:00.000Z', decidedAt: '2026-03-03T04:00:00.000Z' });
    expect(recomputed).toMatchObject({ outcome: 'fail', decidedAt: '2026-03-03T04:00:00.000Z' });
    expect(evidence.map(({ type, roles, unchanged }) => [type, roles, unchanged])).toEqual([
      ['identity.account', ['then'], true],
      ['hr.worker-left', ['when'], true],
    ]);
    const values = Object.fromEntries(expressions.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ 'key.leaver': 'w1', 'key.account': 'w1', each: 'okta/b1', where: false, from: '2026-03-02T04:00:00.000Z' });
  });

  it('shows both events of a join, and none where there was nothing to join', async () => {
    const approved = await explain((await verdict('changes-approved-by-other', 'c1')).id);
    const where = approved.expressions.find(({ name }) => name === 'where');
    expect(where).toMatchObject({ value: true });
    expect(where?.evidenceIds).toHaveLength(2);
    const unapproved = await explain((await verdict('changes-approved-by-other', 'c2')).id);
    expect(unapproved.expressions.find(({ name }) => name === 'where')).toMatchObject({ notEvaluated: true });
  });

  it('of each stretch of a key that the timeline shows equals the record', async () => {
    const { body } = await all.get('/v1/controls/leaver-access-removed/timeline?key=w1/okta/b1');
    const stretches = body['items'] as readonly { readonly id: string; readonly state: string }[];
    expect(stretches.map(({ state }) => state)).toEqual(['no-occurrence', 'no-occurrence', 'fail', 'pass']);
    for (const { id, state } of stretches) {
      const { equalsRecord, observation } = await explain(id);
      expect({ equalsRecord, outcome: observation['outcome'] }).toEqual({ equalsRecord: true, outcome: state });
    }
    const { body: own } = await all.get('/v1/controls/leaver-access-removed/timeline');
    expect([...new Set((own['items'] as readonly { readonly id: unknown }[]).map(({ id }) => id))]).toEqual([null]);
  });

  it('is found by the deviation as well', async () => {
    const { body } = await all.get('/v1/deviations?limit=100');
    const deviations = body['items'] as readonly { readonly id: string; readonly key: string; readonly control: string }[];
    const mfa = deviations.find(({ control, key }) => control === 'admin-mfa' && key === 'a2');
    const leaver = deviations.find(({ control }) => control === 'leaver-access-removed');
    expect((await explain(mfa?.id ?? '')).observation).toMatchObject({ kind: 'state', key: 'a2', outcome: 'fail' });
    expect((await explain(leaver?.id ?? '')).observation).toMatchObject({ kind: 'occurrence', key: 'w1/okta/b1', outcome: 'fail' });
  });

  it('is printed by the command line, with what it rests on', async () => {
    const { id } = await verdict('leaver-access-removed', 'w1/okta/b1');
    const address = await all.address();
    const { code, out } = await run(['controls', 'explain', '--observation', id, ...address]);
    expect(out.replaceAll(/[0-9a-f]{12}\b|[0-9a-f]{8}-[0-9a-f-]{27}/g, '#')).toBe(`fail: leaver-access-removed/removed-in-time w1/okta/b1
  Leavers lose access within 24 hours
  at 2026-03-02T04:00:00.000Z, decided as of 2026-03-03T04:00:00.000Z, not-in-time, for want of evidence, system okta
  version #, logic #, kind followed-by, in force from 2026-01-01T00:00:00.000Z

evidence
  2026-03-02T03:00:00.000Z  identity.account as then
    #, received 2026-03-02T03:00:00.000Z
    {"account":"b1","system":"okta","status":"active","admin":false,"mfa":true,"factors":["totp"],"worker":"w1"}
  2026-03-02T04:00:00.000Z  hr.worker-left as when
    #, received 2026-03-02T04:00:00.000Z
    {"worker":"w1","lastDay":"2026-03-02T04:00:00.000Z"}
  and 1 more of the same group, judged again but not shown

expressions
  within = "1d"
    params.limit
  key.account = "w1"
    account.worker  (identity.account of 2026-03-02T03:00:00.000Z)
  each = "okta/b1"
    account.system + "/" + account.account  (identity.account of 2026-03-02T03:00:00.000Z)
  where = false
    account.status == "disabled"  (identity.account of 2026-03-02T03:00:00.000Z)
  system = "okta"
    account.system  (identity.account of 2026-03-02T03:00:00.000Z)
  key.leaver = "w1"
    leaver.worker  (hr.worker-left of 2026-03-02T04:00:00.000Z)
  from = "2026-03-02T04:00:00.000Z"
    leaver.lastDay  (hr.worker-left of 2026-03-02T04:00:00.000Z)

judged again: fail at 2026-03-02T04:00:00.000Z, decided as of 2026-03-03T04:00:00.000Z, not-in-time, for want of evidence, system okta
✓ equals the record
`);
    const json = await run(['controls', 'explain', id, '--json', ...address]);
    expect([code, json.code, JSON.parse(json.out)]).toEqual([0, 0, expect.objectContaining({ equalsRecord: true })]);
    const wrong = await run(['controls', 'explain', 'nobodys', ...address]);
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toMatch(/^tickmark: There is no verdict with this id/);
  });

  it('of an id that nobody has is not found', async () => {
    for (const id of ['x', Buffer.from('["o",1,2,3,"4"]').toString('base64url'), '7b1f3a52-7c1b-4f4e-9a54-0d8a36a0a001']) {
      expect((await all.get(`/v1/observations/${id}/explanation`)).status).toBe(404);
    }
  });

  it('with a row that was changed does not equal the record, and says where', async () => {
    const { id } = await verdict('changes-approved-by-other', 'c2');
    await all.tamper(`UPDATE observation SET outcome = 0, reason = NULL WHERE key_id = (SELECT id FROM key_name WHERE name = 'c2')`);
    const { equalsRecord, differences } = await explain(id);
    expect(equalsRecord).toBe(false);
    expect(differences).toEqual([
      { field: 'outcome', recorded: 'pass', recomputed: 'fail' },
      { field: 'reason', recorded: null, recomputed: 'nothing-valid-before' },
    ]);
    const { code, out } = await run(['controls', 'explain', id, ...(await all.address())]);
    expect(code).toBe(1);
    expect(out).toMatch(/✗ does not equal the record\n {2}outcome: on record "pass", judged again "fail"\n/);
  });

  it('with a row that was made up is shown as one that judging does not give', async () => {
    await all.tamper(`INSERT INTO observation SELECT check_id, key_id, at + interval '1 hour', 'made-up', group_id, outcome, basis, decided_at, reason, system, evidence_ids, 1
      FROM observation WHERE key_id = (SELECT id FROM key_name WHERE name = 'p1')`);
    const made = (await verdicts('batches-sent-equal-booked', 'observations')).filter(({ key }) => key === 'p1');
    const explained = await Promise.all(made.map(({ id }) => explain(id)));
    expect(explained.map(({ equalsRecord }) => equalsRecord)).toEqual([true, false]);
    expect(explained[1]?.recomputed).toBeNull();
    expect(explained[1]?.differences).toEqual([{ field: 'outcome', recorded: 'fail', recomputed: null }]);
  });

  it('with evidence whose bytes were changed is never equal, though the verdict would be the same', async () => {
    const { id } = await verdict('admin-mfa', 'a2', 'states');
    expect((await explain(id)).equalsRecord).toBe(true);
    await all.tamper(`UPDATE evidence SET normal = replace(normal, '"system":"okta"', '"system":"oktb"') WHERE subject = 'a2'`);
    const { equalsRecord, differences, faults, evidence } = await explain(id);
    expect({ equalsRecord, unchanged: evidence.map((one) => one.unchanged) }).toEqual({ equalsRecord: false, unchanged: [false] });
    expect(differences).toEqual([{ field: 'system', recorded: 'okta', recomputed: 'oktb' }]);
    expect(faults.map(({ message }) => message)).toEqual([
      'is not what was received: its bytes do not have the hash in the ledger',
      'judging kept something else of it than it says',
    ]);
  });

  it('with evidence that is gone says so', async () => {
    const { id } = await verdict('changes-approved-by-other', 'c1');
    await all.tamper(`DELETE FROM evidence WHERE subject = 'c1' AND type = 'vcs.change-reviewed'`);
    const { equalsRecord, faults, recomputed } = await explain(id);
    expect({ equalsRecord, recomputed: recomputed?.['outcome'], faults: faults.map(({ message }) => message) }).toEqual({
      equalsRecord: false,
      recomputed: 'fail',
      faults: ['is not on file'],
    });
  });

  it('with another definition on file is not judged again by it', async () => {
    const { id } = await verdict('failed-signins-stay-few', 'erp', 'states');
    await all.tamper(`UPDATE control_version SET yaml = replace(yaml, 'limit: 0.2', 'limit: 0.9') WHERE control = 'failed-signins-stay-few'`);
    const { equalsRecord, faults, recomputed } = await explain(id);
    expect({ equalsRecord, recomputed }).toEqual({ equalsRecord: false, recomputed: null });
    expect(faults.map(({ message }) => message)).toEqual(['the definition on file is not the one that judged: its logic hash is another']);
  });
});
