import { expect, it, jest } from '@jest/globals';
import { at, catalogueWith } from '../../apps/evaluator/src/judging-world.testkit.js';
import { JudgedAndRead } from '../support/judged-and-read.js';

jest.setTimeout(60_000);

const MOST = 20_000;
const account = (hours: number, mfa: boolean) => ({
  type: 'identity.account', timeMs: at(hours), subject: 'a1', data: { account: 'a1', system: 'okta', status: 'active', admin: true, mfa, factors: ['totp'] },
});

it('a verdict is explained from 20,000 events at most: from more it says so instead of holding everybody up', async () => {
  await using all = await JudgedAndRead.begin({ catalogue: await catalogueWith('admin-mfa') });
  await all.judged([account(1, true), account(2, false)], at(3));
  const { body } = await all.get('/v1/controls/admin-mfa/states');
  const [{ id } = { id: '' }] = body['items'] as readonly { readonly id: string }[];
  const explanation = `/v1/observations/${id}/explanation`;
  expect((await all.get(explanation)).body).toMatchObject({ equalsRecord: true, evidenceLeftOut: 0 });
  const add = (count: number, from: number): Promise<unknown> =>
    all.world.database.query(
      `INSERT INTO point (check_id, group_id, at, "order", leaf_index, evidence_id, received_at, settle_ms, feed_id, role, facts)
       SELECT p.check_id, p.group_id, p.at + n * interval '1 millisecond', '', 1000 + n, gen_random_uuid(), p.received_at, p.settle_ms, p.feed_id, p.role, p.facts
       FROM (SELECT * FROM point ORDER BY at LIMIT 1) p, generate_series($1::int, $2::int) AS n`,
      [from, from + count - 1],
    );
  await add(MOST - 2, 1);
  const most = await all.get(explanation);
  // What was put in has no evidence behind it.
  expect([most.status, most.body['equalsRecord']]).toEqual([200, false]);
  await add(1, MOST);
  const more = await all.get(explanation);
  expect([more.status, more.body['detail']]).toEqual([422, 'The group of this verdict has more than 20000 events, too many to judge again while you wait.']);
});
