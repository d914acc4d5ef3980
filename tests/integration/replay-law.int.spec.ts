import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { runBacktest } from '../../apps/console/src/backtests/run-backtest.js';
import { Catalogues } from '../../apps/console/src/judged/catalogues.js';
import { Views } from '../../apps/console/src/judged/view.js';
import { at, catalogueWith, HOUR_MS } from '../../apps/evaluator/src/judging-world.testkit.js';
import { ROOT } from '../support/run-node.js';
import { JudgedAndRead } from '../support/judged-and-read.js';

jest.setTimeout(180_000);

/** A number generator with a seed: the same history in every run. */
function dice(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * most);
  };
}

type Roll = ReturnType<typeof dice>;

const SHIPPED = ['admin-mfa', 'leaver-access-removed', 'changes-approved-by-other', 'batches-sent-equal-booked', 'access-recertified-quarterly', 'failed-signins-stay-few', 'feeds-alive'] as const;
const FIXTURES = ['reconcile', 'attestation'] as const;

interface Happening {
  readonly type: string;
  readonly timeMs: number;
  readonly receivedAtMs: number;
  readonly feed?: string;
  readonly data: Readonly<Record<string, never>>;
}

type Maker = (roll: Roll, timeMs: number) => { readonly type: string; readonly feed?: string; readonly data: object };

const account: Maker = (roll) => ({
  type: 'identity.account',
  feed: 'accounts',
  data: {
    account: `a${roll(4)}`, system: ['okta', 'erp'][roll(2)], status: ['active', 'active', 'disabled', 'suspended'][roll(4)], worker: `w${roll(3)}`,
    admin: roll(2) === 0, mfa: roll(3) > 0, factors: roll(3) === 0 ? ['sms'] : ['totp'],
  },
});

/** What can happen; accounts most often. */
const MAKERS: readonly Maker[] = [
  account, account, account, account, account,
  (roll, timeMs) => ({ type: 'hr.worker-left', data: { worker: `w${roll(3)}`, lastDay: new Date(timeMs - roll(30) * HOUR_MS).toISOString() } }),
  (roll) => ({ type: 'vcs.change-reviewed', data: { change: `c${roll(4)}`, repository: 'r', reviewer: ['al', 'bea'][roll(2)], state: roll(4) === 0 ? 'dismissed' : 'approved', commit: `h${roll(2)}` } }),
  (roll) => ({ type: 'vcs.change-merged', data: { change: `c${roll(4)}`, repository: 'r', branch: 'main', author: 'al', mergedBy: 'al', head: `h${roll(2)}` } }),
  (roll) => ({ type: 'ledger.batch-sent', data: { batch: `p${roll(6)}`, count: 1, amountMinor: roll(2), currency: 'EUR' } }),
  (roll) => ({ type: 'ledger.batch-booked', data: { batch: `p${roll(6)}`, count: 1, amountMinor: roll(2), currency: 'EUR' } }),
  (roll) => ({ type: 'identity.signin', data: { account: 'x', system: 'erp', outcome: roll(3) === 0 ? 'failure' : 'success' } }),
  (roll, timeMs) => ({ type: 'population.snapshot', data: { population: 'accounts', count: 1 + roll(5), asOf: new Date(timeMs).toISOString() } }),
  (roll) => ({ type: 'attestation.given', data: { control: 'attestation', per: ['hosting', 'bank'][roll(2)], by: 'bea', role: roll(5) === 0 ? 'intern' : 'vendor-manager', conclusion: roll(3) === 0 ? 'refused' : 'accepted', file: 'f' } }),
];

function happening(roll: Roll, hour: number): Happening {
  const timeMs = at(hour) + roll(HOUR_MS);
  // One in four comes late, one of those by days.
  const lateMs = roll(4) > 0 ? 0 : roll(4) > 0 ? roll(12) * HOUR_MS : roll(100) * HOUR_MS;
  const { type, feed, data } = MAKERS[roll(MAKERS.length)]?.(roll, timeMs) ?? account(roll, timeMs);
  return { type, timeMs, receivedAtMs: timeMs + lateMs, data: data as Happening['data'], ...(feed === undefined ? {} : { feed }) };
}

const HOURS = 200;
const EVENTS = 120;

async function judgedHistory(seed: number): Promise<JudgedAndRead> {
  const roll = dice(seed);
  const fixtures = FIXTURES.map((id) => ({ role: 'control' as const, path: `controls/${id}.yaml`, text: readFileSync(path.join(ROOT, `libs/evaluation/fixtures/controls/${id}.yaml`), 'utf8') }));
  const feeds = [{ name: 'main', types: ['*'] }, { name: 'accounts', types: ['identity.account'], maxSilenceMs: 12 * HOUR_MS }];
  const all = await JudgedAndRead.begin({ catalogue: [...(await catalogueWith(...SHIPPED)), ...fixtures], feeds });
  const events = Array.from({ length: EVENTS }, () => happening(roll, roll(HOURS))).sort((a, b) => a.receivedAtMs - b.receivedAtMs);
  for (let from = 0; from < events.length; ) {
    const batch = events.slice(from, from + 1 + roll(8));
    from += batch.length;
    await all.judged(batch, batch.at(-1)?.receivedAtMs ?? 0);
  }
  await all.judged([], Math.max(at(HOURS + 60), all.world.nowMs + 60 * HOUR_MS));
  return all;
}

interface Listed {
  readonly items: readonly { readonly id: string; readonly key: string }[];
}

/** Others by SEEDS=4,5,6. */
describe.each((process.env['SEEDS'] ?? '1,2,3').split(',').map(Number))('a random history (seed %i), much of it late, with silences', (seed) => {
  let all: JudgedAndRead;
  let explained = 0;

  it('is judged', async () => {
    all = await judgedHistory(seed);
    expect((await all.world.deviations()).length).toBeGreaterThan(5);
  });

  it.each([...SHIPPED, ...FIXTURES])('backtested with the definition of %s that judged it shows no difference', async (control) => {
    const views = new Views(all.world.database, new Catalogues(), { now: () => all.world.nowMs });
    const { body } = await all.get(`/v1/controls/${control}`);
    const { yaml } = body['definition'] as { readonly yaml: string };
    const outcome = await runBacktest(views, { yaml, fromMs: at(-24), toMs: all.world.nowMs }, () => undefined);
    expect(outcome).toMatchObject({ kind: 'done', comparison: { keys: [], totals: { differingKeys: 0 } } });
  });

  it.each([...SHIPPED, ...FIXTURES])('has only verdicts of %s that equal the record when they are judged again', async (control) => {
    const lists = await Promise.all(['observations', 'states'].map((list) => all.get(`/v1/controls/${control}/${list}?limit=500`)));
    const verdicts = lists.flatMap(({ body }) => (body as unknown as Listed).items);
    explained += verdicts.length;
    for (const { id, key } of verdicts) {
      const { body } = await all.get(`/v1/observations/${id}/explanation`);
      const { equalsRecord, differences, faults } = body;
      expect({ key, equalsRecord, differences, faults }).toEqual({ key, equalsRecord: true, differences: [], faults: [] });
    }
  });

  it('had verdicts to judge again', async () => {
    expect(explained).toBeGreaterThan(20);
    await all[Symbol.asyncDispose]();
  });
});
