import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import type { Evidence, Gap, Page, Received } from '../support/answers.ts';
import { anAccount } from '../support/events.ts';
import { ROOT, runNode } from '../support/run-node.ts';
import { sharedSystem } from '../support/shared-system.ts';

const CONTROL = 'people-sign-in-with-second-factor';
const PATIENT = { limitMs: 30_000 };
const system = sharedSystem({ name: 'restore' });
const APPS = ['ingestion', 'evaluator', 'notifier', 'sealer', 'console'] as const;

const stopAll = (): Promise<unknown> => Promise.all(APPS.map((app) => system().apps[app].stop()));
async function startAll(): Promise<void> {
  for (const app of APPS) await system().apps[app].start({ waits: false });
  await Promise.all(APPS.filter((app) => app !== 'sealer').map((app) => system().apps[app].waitReady(60_000)));
}

const stateOf = async (account: string) => (await system().states(CONTROL)).find(({ key }) => key === `okta/${account}`)?.state;
const evidence = (received: Received) => system().console('auditor').send<Evidence>(`/v1/evidence/${received.events[0]?.evidenceId ?? ''}`);
const deviations = async () => (await system().deviations({ control: CONTROL })).filter(({ key }) => key === 'okta/ada' || key === 'okta/eve');
const gaps = async () => (await system().console().get<Page<Gap>>('/v1/gaps', { limit: 500 })).items.filter(({ cause }) => cause === 'epoch');
const sealed = (leaf: number) =>
  eventually(async () => expect((await system().console().get<{ size: number }>('/v1/ledger/checkpoint')).size).toBeGreaterThan(leaf), PATIENT);

const adaLost = anAccount({ account: 'ada', mfa: false });
const eveLost = anAccount({ account: 'eve', mfa: false });
/** They use up numbers of messages, so that those of the lost history are higher than the ones that come after it. */
const othersLost = Array.from({ length: 20 }, (_, at) => anAccount({ account: `other-${at}`, mfa: false }));
let lost: Received;
beforeAll(async () => {
  await system().judged((await system().push([anAccount({ account: 'ada' })])).deliveryId);
  await sealed(0);
  await stopAll();
  const backup = await system().database.backUp();
  await startAll();
  const { size } = await system().console().get<{ size: number }>('/v1/ledger/checkpoint');
  lost = await system().push([adaLost]);
  await system().judged(lost.deliveryId);
  await system().judged((await system().push(othersLost)).deliveryId);
  await system().judged((await system().push([eveLost])).deliveryId);
  expect(await stateOf('ada')).toBe('fail');
  await sealed(size);
  await stopAll();
  await backup.restore();
  await startAll();
}, 150_000);

test('after an older copy of the database was restored, the sealer refuses to sign', async () => {
  await eventually(async () => expect(await system().apps.sealer.readiness()).toBe(503), PATIENT);
});

test('nothing is judged by evidence that the restored ledger does not hold, though Kafka still has it, and a gap says so', async () => {
  await eventually(async () => expect(await gaps()).toMatchObject([{ status: 'open' }]), PATIENT);
  expect((await evidence(lost)).status).toBe(404);
  expect([await stateOf('ada'), await stateOf('eve')]).toEqual(['pass', undefined]);
  expect(await deviations()).toEqual([]);
});

test('what the source sends again and what is recovered from Kafka stands in the ledger and is judged, each once', async () => {
  const again = await system().push([eveLost]);
  await system().judged(again.deliveryId);
  for (const expected of [{ recovered: 21, sentAgain: 1 }, { recovered: 0, sentAgain: 22 }]) {
    const { code, out } = await runNode([path.join(ROOT, 'apps', 'ingestion', 'dist', 'recover.js')], { env: { ...system().env, LOG_LEVEL: 'info' } });
    expect(code).toBe(0);
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({ ...expected, refused: 0 });
  }
  await eventually(async () => expect([await stateOf('ada'), await stateOf('eve')]).toEqual(['fail', 'fail']), PATIENT);
  expect((await deviations()).map(({ key, status }) => [key, status]).sort()).toEqual([['okta/ada', 'open'], ['okta/eve', 'open']]);
  // The notifier has read of the lost history from Kafka; what is true now is told all the same.
  await eventually(async () => expect((await deviations()).filter(({ notifiedAt }) => notifiedAt === null)).toEqual([]), PATIENT);
  const kept = await system().rows<{ id: string; event_id: string; format: string; headers: object }>(
    'SELECT e.id, e.event_id, d.format, d.headers FROM evidence e JOIN delivery d ON d.id = e.delivery_id WHERE e.event_id = ANY($1)',
    [[adaLost.id, eveLost.id]],
  );
  expect(kept.map(({ event_id, headers }) => [event_id, 'x-tickmark-recovered' in headers]).sort()).toEqual([[adaLost.id, true], [eveLost.id, false]].sort());
  const recovered = await system().console('auditor').get<Evidence>(`/v1/evidence/${kept.find(({ event_id }) => event_id === adaLost.id)?.id ?? ''}`);
  expect(recovered).toMatchObject({ unchanged: true, event: { id: adaLost.id, data: adaLost.data } });
});

test('two persons start a new epoch, and the sealer signs again', async () => {
  const { code, err } = await runNode([path.join(ROOT, 'apps', 'sealer', 'dist', 'start-epoch.js'), '--by', 'Ada Lovelace', '--by', 'Grace Hopper'], { env: system().env });
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('Epoch 2 begins') });
  await eventually(async () => expect(await system().apps.sealer.readiness()).toBe(200), PATIENT);
  await eventually(async () => expect((await system().console().get<{ note: string }>('/v1/ledger/checkpoint')).note).toContain('epoch-2'), PATIENT);
  expect((await gaps()).map(({ status }) => status)).toEqual(['open', 'open']);
});
