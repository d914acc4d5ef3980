import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import type { Engagement } from '../support/answers.ts';
import { aLeaver, anAccount } from '../support/events.ts';
import { sharedSystem } from '../support/shared-system.ts';

const HOUR_MS = 3_600_000;
const CONTROL = 'leaver-access-removed';
const FORBIDDEN = /\b(compliant|certified|auditor-approved|operating effectively|passed)\b/i;

/** The other shipped controls have their own to tell. */
const ofControl = ({ control }: { readonly control: string }): boolean => control === CONTROL;

const system = sharedSystem({ name: 'summary' });

interface Rolled {
  readonly id: string;
  readonly state: string;
  readonly reasons: readonly string[];
}

interface Summary {
  readonly header: Readonly<Record<string, unknown>>;
  readonly criteria: readonly Rolled[];
  readonly objectives: readonly Rolled[];
  readonly controls: readonly { readonly id: string; readonly checks: readonly { readonly occurrences?: Readonly<Record<string, unknown>> }[] }[];
  readonly deviations: readonly { readonly control: string; readonly key: string; readonly occurredAt: string; readonly remediatedAt: string | null }[];
}

describe('an engagement for SOC 1 and SOC 2 over a period', () => {
  const day = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const period = { from: new Date(day - 20 * 24 * HOUR_MS).toISOString(), to: new Date(day).toISOString() };
  const leftMs = day - 9 * 24 * HOUR_MS;
  let engagement: Engagement;

  const leave = (worker: string, account: string, removedAfterH: number) => [
    anAccount({ account, worker }, { atMs: leftMs - 48 * HOUR_MS }),
    aLeaver(worker, leftMs),
    anAccount({ account, worker, status: 'disabled' }, { atMs: leftMs + removedAfterH * HOUR_MS }),
  ];
  const summaryOf = async (kind: 'json' | 'csv', query = ''): Promise<string> => {
    const { status, text } = await system().console('auditor').send(`/v1/engagements/${engagement.id}/summary.${kind}${query}`);
    if (status !== 200) throw new Error(`the summary answered ${status}: ${text}`);
    return text;
  };
  const live = async (): Promise<Summary> => JSON.parse(await summaryOf('json')) as Summary;

  beforeAll(async () => {
    const { deliveryId } = await system().push([...leave('w1', 'a1', 30), ...leave('w2', 'a2', 5)]);
    await system().judged(deliveryId);
    await eventually(async () => expect(await system().deviations({ control: CONTROL })).toHaveLength(1));
    engagement = await system().console().post('/v1/engagements', {
      name: 'Autumn',
      reports: ['soc1', 'soc2'],
      type: 'II',
      ...period,
      categories: ['security', 'availability'],
    });
  });

  test('shows the deviation with its times', async () => {
    const { deviations, header } = await live();
    expect(deviations.filter(ofControl)).toMatchObject([
      {
        control: CONTROL,
        key: 'w1/okta/a1',
        occurredAt: new Date(leftMs + 24 * HOUR_MS).toISOString(),
        remediatedAt: new Date(leftMs + 30 * HOUR_MS).toISOString(),
      },
    ]);
    expect(header).toMatchObject({ status: 'live, not frozen', revision: null, type: 'II', period, reports: ['soc1', 'soc2'] });
  });

  test('says of the criteria and objectives that the control serves that deviations were noted', async () => {
    const { criteria, objectives } = await live();
    const stateOf = (list: readonly Rolled[], id: string): string | undefined => list.find((one) => one.id === id)?.state;
    expect(stateOf(criteria, 'CC6.2')).toBe('deviations noted');
    expect(stateOf(criteria, 'CC6.3')).toBe('deviations noted');
    expect(stateOf(objectives, 'ICFR-LA-3')).toBe('deviations noted');
  });

  test('never says more of anything than evidence allows', async () => {
    const { criteria, objectives } = await live();
    // Nothing was sent for these: no data is never good news.
    const others = [...criteria, ...objectives].filter(({ state }) => state !== 'deviations noted');
    expect(others.length).toBeGreaterThan(40);
    expect(others.filter(({ state }) => state === 'no deviations noted by monitoring')).toEqual([]);
  });

  test('counts the population: two occurrences, one of them a deviation', async () => {
    const { controls } = await live();
    const check = controls.find(({ id }) => id === CONTROL)?.checks[0];
    expect(check?.occurrences).toMatchObject({ population: 2, evaluated: 2, deviations: 1, unevaluated: 0 });
  });

  test('is the same as a table', async () => {
    const rows = (await summaryOf('csv')).split(/\r?\n/);
    const deviation = rows.find((row) => row.startsWith('deviation,') && row.includes(CONTROL));
    expect(deviation).toContain('w1/okta/a1');
    expect(deviation).toContain(new Date(leftMs + 24 * HOUR_MS).toISOString());
    expect(rows.filter((row) => row.startsWith('criterion,')).length).toBeGreaterThan(30);
  });

  test('leaves the conclusion to the auditor', async () => {
    expect(await summaryOf('json')).not.toMatch(FORBIDDEN);
    expect(await summaryOf('csv')).not.toMatch(FORBIDDEN);
  });

  test('is frozen by a revision: the same bytes after more data came', async () => {
    const { revision } = await system().console().post<{ revision: number }>(`/v1/engagements/${engagement.id}/revisions`, {});
    expect(revision).toBe(1);
    const frozen = { json: await summaryOf('json', '?revision=1'), csv: await summaryOf('csv', '?revision=1') };
    expect((JSON.parse(frozen.json) as Summary).header).toMatchObject({ status: 'frozen', revision: 1 });
    const { deliveryId } = await system().push(leave('w3', 'a3', 26));
    await system().judged(deliveryId);
    await eventually(async () => expect((await live()).deviations.filter(ofControl)).toHaveLength(2));
    expect(await summaryOf('json', '?revision=1')).toBe(frozen.json);
    expect(await summaryOf('csv', '?revision=1')).toBe(frozen.csv);
  });

  test('is refused to who may only send events', async () => {
    const { status } = await system().console('integration').send(`/v1/engagements/${engagement.id}/summary.json`);
    expect(status).toBe(403);
  });
});

test('a Type I engagement is of one date', async () => {
  const asOf = new Date(Date.now() - HOUR_MS).toISOString();
  const { id } = await system().console().post<Engagement>('/v1/engagements', { name: 'One day', reports: ['soc2'], type: 'I', asOf });
  const { header, controls } = await system().console('auditor').get<Summary>(`/v1/engagements/${id}/summary.json`);
  expect(header).toMatchObject({ type: 'I', asOf, reports: ['soc2'] });
  expect(controls.find((control) => control.id === CONTROL)).toBeDefined();
});
