import { expect, it } from '@jest/globals';
import type { PeriodSummary } from '@tickmark/reporting';
import { aConsole } from '../calls.testkit.js';

const NOW = '2026-04-02T12:00:30.000Z';
const W = '2026-04-02T12:00:00.000Z';
const account = (name: string, worker: string) => ({
  type: 'identity.account', at: '2026-03-10T00:00:00Z',
  data: { account: name, system: 'okta', worker, status: 'active', admin: false, mfa: true, factors: [] },
});
const leaver = (worker: string, at: string) => ({ type: 'hr.worker-left', at, data: { worker, lastDay: at } });

it('a time-out that lasting blindness hides is undecided in the period in which it occurred, and in no other', async () => {
  const app = await aConsole(NOW);
  try {
    await app.data.judgedUntil(W);
    await app.data.judge([account('b1', 'w1'), leaver('w1', '2026-03-20T00:00:00.000Z'), account('b2', 'w2'), leaver('w2', '2026-04-01T10:00:00.000Z')], W);
    await app.data.gap({
      id: 'g1', revision: 1, cause: 'feed-silent', feedId: app.data.feed.id, status: 'open',
      fromMs: Date.parse('2026-04-02T09:00:00Z'), knownFromMs: Date.parse('2026-04-02T09:00:02Z'),
    });
    const occurrencesOf = async (from: string, to: string) => {
      const period = { name: from, reports: ['soc1'], type: 'II', from, to, objectives: ['ICFR-LA-3'] };
      const { body } = await app.post<{ id: string }>('/v1/engagements', period);
      const { controls } = (await app.get<PeriodSummary>(`/v1/engagements/${body.id}/summary.json`)).body;
      return controls.find(({ id }) => id === 'leaver-access-removed')?.checks[0]?.occurrences;
    };
    expect(await occurrencesOf('2026-01-01', '2026-04-01')).toMatchObject({ population: 1, evaluated: 1, deviations: 1 });
    expect(await occurrencesOf('2026-04-01', '2026-07-01')).toMatchObject({ population: 1, evaluated: 0, deviations: 0 });
  } finally {
    await app.close();
  }
});
