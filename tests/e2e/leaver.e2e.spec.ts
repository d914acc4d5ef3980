import { describe, expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import type { Deviation, Evidence } from '../support/answers.ts';
import { aLeaver, anAccount } from '../support/events.ts';
import { LEAVER_SECONDS, leaverSeconds } from '../support/own-controls.ts';
import { sharedSystem } from '../support/shared-system.ts';

const LIMIT_S = 4;
const HOUR_MS = 3_600_000;
const CONTROL = 'leaver-access-removed';

const system = sharedSystem({ name: 'leaver', controls: { [LEAVER_SECONDS]: leaverSeconds(LIMIT_S) } });

const noticesOf = (control: string, key: string) =>
  system().sink.notices.filter((notice) => notice.control === control && notice.deviations.some((one) => one.key === key));

const evidenceOf = ({ evidenceIds }: Deviation): Promise<readonly Evidence[]> =>
  Promise.all(evidenceIds.map((id) => system().console('auditor').get<Evidence>(`/v1/evidence/${id}`)));

describe('a leaver with two accounts, one disabled after 30 hours, sent afterwards', () => {
  // Everything is known within a day of its event, so that it is told at once and not in a digest of backfill.
  const leftMs = Date.now() - 40 * HOUR_MS;
  const knownMs = Date.now() - 23 * HOUR_MS;
  const removed = { a1: leftMs + 30 * HOUR_MS, a2: leftMs + 20 * HOUR_MS };
  const at = (ms: number): string => new Date(ms).toISOString();
  let own: Deviation;

  test('gives one deviation of six hours, on that account', async () => {
    const { deliveryId } = await system().push([
      anAccount({ account: 'a1', system: 'okta', worker: 'w1' }, { atMs: knownMs }),
      anAccount({ account: 'a2', system: 'erp', worker: 'w1' }, { atMs: knownMs }),
      aLeaver('w1', leftMs, { atMs: knownMs }),
      anAccount({ account: 'a2', system: 'erp', worker: 'w1', status: 'disabled' }, { atMs: removed.a2 }),
      anAccount({ account: 'a1', system: 'okta', worker: 'w1', status: 'disabled' }, { atMs: removed.a1 }),
    ]);
    await system().judged(deliveryId);
    const deviations = await eventually(async () => {
      const found = await system().deviations({ control: CONTROL });
      expect(found.length).toBeGreaterThan(0);
      return found;
    });
    expect(deviations).toMatchObject([{ key: 'w1/okta/a1', check: 'removed-in-time', status: 'closed', severity: 'high' }]);
    own = deviations[0] as Deviation;
    expect({ occurredAt: own.occurredAt, remediatedAt: own.remediatedAt }).toEqual({ occurredAt: at(leftMs + 24 * HOUR_MS), remediatedAt: at(removed.a1) });
  });

  test('names the evidence that it rests on', async () => {
    const evidence = await evidenceOf(own);
    expect(evidence.map(({ event }) => event.type)).toContain('hr.worker-left');
    const facts = evidence.filter(({ event }) => event.type === 'identity.account').map(({ event }) => event.data);
    expect(facts).toContainEqual(expect.objectContaining({ account: 'a1', status: 'disabled' }));
    expect(facts.filter(({ account }) => account === 'a2')).toEqual([]);
  });

  test('has a timeline that fails for just those six hours', async () => {
    const segments = await system().timeline(CONTROL, { key: 'w1/okta/a1', from: at(leftMs), to: at(Date.now()) });
    const failing = segments.filter(({ state }) => state === 'fail');
    expect(failing).toMatchObject([{ from: at(leftMs + 24 * HOUR_MS), to: at(removed.a1) }]);
    expect(segments.at(-1)).toMatchObject({ state: 'pass', from: at(removed.a1) });
    const other = await system().timeline(CONTROL, { key: 'w1/erp/a2', from: at(leftMs), to: at(Date.now()) });
    expect(other.map(({ state }) => state)).not.toContain('fail');
  });

  test('is one occurrence for each account', async () => {
    const population = await system().all<{ key: string; outcome: string }>(`/v1/controls/${CONTROL}/observations`);
    // The leaver alone was waited for until the accounts became known; that stretch leaves the population.
    expect(population.map(({ key, outcome }) => `${key} ${outcome}`).sort()).toEqual(['w1 not-applicable', 'w1/erp/a2 pass', 'w1/okta/a1 fail']);
  });

  test('is told once, in a combined notice', async () => {
    const [notice] = await eventually(() => {
      const found = noticesOf(CONTROL, 'w1/okta/a1');
      expect(found).toHaveLength(1);
      return found;
    });
    expect(notice).toMatchObject({ kind: 'combined', severity: 'high', deviations: [{ key: 'w1/okta/a1', status: 'closed' }] });
    await eventually(async () => {
      const [told] = await system().deviations({ control: CONTROL });
      expect(told?.notifiedAt).not.toBeNull();
    });
    expect(noticesOf(CONTROL, 'w1/okta/a1')).toHaveLength(1);
    expect(system().sink.faults).toEqual([]);
  });
});

describe('a leaver whose account is removed too late, live', () => {
  const key = 'w2/okta/b1';

  const told = (kinds: readonly string[]) =>
    eventually(
      () => {
        const found = noticesOf(LEAVER_SECONDS, key);
        expect(found.map(({ kind }) => kind)).toEqual(kinds);
        return found;
      },
      { limitMs: 20_000 },
    );

  test('is told by one notice when it is due and one when it is put right', async () => {
    const leftMs = Date.now();
    await system().push([anAccount({ account: 'b1', worker: 'w2' }, { atMs: leftMs - 60_000 }), aLeaver('w2', leftMs)]);
    const [opened] = await told(['opened']);
    const dueMs = leftMs + LIMIT_S * 1_000;
    expect(opened).toMatchObject({ control: LEAVER_SECONDS, severity: 'critical', deviations: [{ key, status: 'open', occurredAt: new Date(dueMs).toISOString() }] });
    expect(Date.now()).toBeGreaterThan(dueMs);
    const { deliveryId } = await system().push([anAccount({ account: 'b1', worker: 'w2', status: 'disabled' }, { atMs: Date.now() })]);
    await system().judged(deliveryId);
    await told(['opened', 'closed']);
    await system().judgedPast(Date.now());
    await told(['opened', 'closed']);
    expect(system().sink.faults).toEqual([]);
  });

  test('has its five times in order', async () => {
    const [deviation] = await system().deviations({ control: LEAVER_SECONDS, key });
    const { occurredAt, detectedAt, notifiedAt, remediatedAt, verifiedAt } = deviation as Deviation;
    const ms = (time: string | null): number => Date.parse(time ?? '');
    expect(ms(detectedAt)).toBeGreaterThanOrEqual(ms(occurredAt));
    expect(ms(notifiedAt)).toBeGreaterThanOrEqual(ms(detectedAt));
    expect(ms(remediatedAt)).toBeGreaterThanOrEqual(ms(detectedAt));
    expect(ms(verifiedAt)).toBeGreaterThanOrEqual(ms(remediatedAt));
  });

  test('was seen by each control with its own limit', async () => {
    expect(await system().deviations({ control: CONTROL, key })).toEqual([]);
  });
});

test('evidence that was accepted before the deadline is never announced as a failure, a leaver without accounts is unknown', async () => {
  const leftMs = Date.now();
  await system().push([
    anAccount({ account: 'c1', worker: 'w3' }, { atMs: leftMs - 1_000 }),
    aLeaver('w3', leftMs),
    aLeaver('w4', leftMs),
    anAccount({ account: 'c5', worker: 'w5' }, { atMs: leftMs - 1_000 }),
    aLeaver('w5', leftMs),
  ]);
  await system().push([anAccount({ account: 'c1', worker: 'w3', status: 'disabled' }, { atMs: leftMs + 1 })]);
  // w5 has the same deadline and nothing in its favour: once it failed, the others are decided as well.
  await eventually(async () => {
    expect(await system().deviations({ control: LEAVER_SECONDS, key: 'w5/okta/c5' })).toMatchObject([{ status: 'open' }]);
    expect(await system().states(LEAVER_SECONDS, { key: 'w4' })).toMatchObject([{ state: 'unknown' }]);
  }, { limitMs: 20_000 });
  expect(await system().deviations({ control: LEAVER_SECONDS, key: 'w3/okta/c1' })).toEqual([]);
  expect(await system().states(LEAVER_SECONDS, { key: 'w3/okta/c1' })).toMatchObject([{ state: 'pass' }]);
  expect(noticesOf(LEAVER_SECONDS, 'w3/okta/c1')).toEqual([]);
});
