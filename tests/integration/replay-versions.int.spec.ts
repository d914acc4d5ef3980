import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { CatalogueFile } from '@tickmark/catalogue';
import { runBacktest } from '../../apps/console/src/backtests/run-backtest.js';
import { Catalogues } from '../../apps/console/src/judged/catalogues.js';
import { Views } from '../../apps/console/src/judged/view.js';
import { at, catalogueWith } from '../../apps/evaluator/src/judging-world.testkit.js';
import { JudgedAndRead } from '../support/judged-and-read.js';

jest.setTimeout(60_000);

const CONTROLS = ['leaver-access-removed', 'admin-mfa'] as const;

const account = (hours: number, name: string, rest: object = {}) => ({
  type: 'identity.account',
  timeMs: at(hours),
  subject: name,
  data: { account: name, system: 'okta', status: 'active', admin: true, mfa: true, factors: ['totp'], ...rest },
});
const leaver = (hours: number, worker: string) => ({ type: 'hr.worker-left', timeMs: at(hours), subject: worker, data: { worker, lastDay: new Date(at(hours)).toISOString() } });

interface Verdict {
  readonly id: string;
  readonly key: string;
  readonly outcome?: string;
  readonly state?: string;
}

interface Version {
  readonly definitionHash: string;
  readonly logicHash: string;
  readonly effectiveTo: string | null;
  readonly yaml: string;
}

describe('verdicts of several versions', () => {
  let all: JudgedAndRead;
  let first: readonly CatalogueFile[];

  beforeAll(async () => {
    first = await catalogueWith(...CONTROLS);
    const changed = (from: string, to: string) => (file: CatalogueFile): CatalogueFile => ({ ...file, text: file.text.replace(from, to) });
    const titled = first.map(changed('title: Leavers lose access', 'title: Leavers surely lose access'));
    const second = titled.map(changed('limit: 24h', 'limit: 8h')).map(changed('f == "webauthn" || f == "totp"', 'f == "webauthn"'));
    all = await JudgedAndRead.begin({ catalogue: first });
    await all.judged([account(1, 'a1', { worker: 'w1' }), account(1, 'a2', { worker: 'w2' }), leaver(2, 'w1')], at(30));
    await all.world.activate(titled);
    await all.judged([account(31, 'a1', { worker: 'w1', status: 'disabled' })], at(40));
    await all.world.activate(second);
    await all.judged([leaver(41, 'w2')], at(60));
    await all.judged([account(61, 'a3')], at(62));
  });
  afterAll(() => all[Symbol.asyncDispose]());

  const verdicts = async (control: string, list: string): Promise<readonly Verdict[]> => (await all.get(`/v1/controls/${control}/${list}`)).body['items'] as readonly Verdict[];
  const explain = async (id: string) => (await all.get(`/v1/observations/${id}/explanation`)).body;

  it('are judged again each by the version that was in force', async () => {
    const found = await verdicts('leaver-access-removed', 'observations');
    const versions = new Map<string, Version>();
    for (const { id, key } of found) {
      const { equalsRecord, differences, faults, version } = await explain(id);
      expect({ key, equalsRecord, differences, faults }).toEqual({ key, equalsRecord: true, differences: [], faults: [] });
      versions.set(key, version as Version);
    }
    expect(found.map(({ key, outcome }) => [key, outcome])).toEqual([['w1/okta/a1', 'fail'], ['w2/okta/a2', 'fail']]);
    const [old, present] = [versions.get('w1/okta/a1'), versions.get('w2/okta/a2')];
    expect([old?.yaml.includes('limit: 24h'), old?.effectiveTo]).toEqual([true, '2026-03-03T16:00:00.000Z']);
    expect([present?.yaml.includes('limit: 8h'), present?.effectiveTo]).toEqual([true, null]);
    expect(old?.logicHash).not.toBe(present?.logicHash);
  });

  it('name the definition of their time, also where only a title was changed', async () => {
    const { body } = await all.get('/v1/controls/leaver-access-removed/timeline?key=w1/okta/a1');
    const hashes = [];
    for (const { id, state } of body['items'] as readonly { readonly id: string; readonly state: string }[]) {
      const { version, equalsRecord } = await explain(id);
      hashes.push([state, (version as Version).yaml.includes('surely'), equalsRecord]);
    }
    // Removed after the title had been changed, by the logic that there was before.
    expect(hashes.slice(0, 4)).toEqual([['no-occurrence', false, true], ['no-occurrence', false, true], ['fail', false, true], ['pass', true, true]]);
    expect(hashes.slice(4).every(([, , equal]) => equal)).toBe(true);
  });

  it('equal the record in states too, of what was judged anew when a version came into force', async () => {
    for (const { id, key } of await verdicts('admin-mfa', 'states')) expect({ key, equal: (await explain(id))['equalsRecord'] }).toEqual({ key, equal: true });
  });

  it('are what a backtest of the present version differs from before it came into force', async () => {
    const views = new Views(all.world.database, new Catalogues(), { now: () => all.world.nowMs });
    const { body } = await all.get('/v1/controls/admin-mfa');
    const { yaml } = body['definition'] as { readonly yaml: string };
    const backtest = async (fromHours: number, toHours: number) => {
      const outcome = await runBacktest(views, { yaml, fromMs: at(fromHours), toMs: at(toHours) }, () => undefined);
      return outcome.kind === 'done' ? outcome.comparison.keys.map(({ key, stretches }) => [key, stretches.map(({ fromMs, toMs, before, after }) => [fromMs, toMs, before?.state, after?.state])]) : outcome;
    };
    expect(await backtest(0, 62)).toEqual([
      ['a1', [[at(1), at(27), 'pass', 'fail'], [at(27), at(31), 'unknown', 'fail']]],
      ['a2', [[at(1), at(27), 'pass', 'fail'], [at(27), at(40), 'unknown', 'fail']]],
    ]);
    // a1 would have failed before it was disabled, and nothing has shown since that it does not: its deviation would be open.
    expect(await backtest(40, 62)).toEqual([['a1', []]]);
  });
});
