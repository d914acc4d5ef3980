import { describe, expect, test } from '@jest/globals';
import { leafBytes, saltedHash } from '@tickmark/ledger';
import { eventually } from '@tickmark/testing';
import { aLeaver, anAccount, anEvent } from '../support/events.ts';
import { sharedSystem } from '../support/shared-system.ts';

/** An event type that only this installation knows. */
const BADGE = `
id: larkspur.badge
title: A badge of the payroll room
subject: badge
schema:
  type: object
  additionalProperties: false
  required: [badge, room, escorted]
  properties:
    badge: {type: string, maxLength: 64}
    room: {type: string, maxLength: 64}
    escorted: {type: boolean}
examples:
  - {badge: b1, room: payroll, escorted: true}
`;
const OBJECTIVES = `
objectives:
  - {id: LARK-1, family: access, title: Nobody is alone in the payroll room who does not work there, assertions: [authorisation], tsc: [CC6.4], mapping: shared, evidence: []}
`;
const BADGES = 'visitors-escorted';
const badges = (assert: string): string => `
id: ${BADGES}
title: Visitors are escorted
owner: reception
severity: medium
maps: {tsc: [CC6.4], soc1: [LARK-1]}
inputs: {badge: larkspur.badge}
checks:
  escorted:
    kind: state
    input: badge
    key: badge.badge
    assert: ${assert}
    validFor: 30d
tests:
  - name: with, without, and nothing known
    given:
      - {at: 0h, badge: {badge: b1, room: payroll, escorted: true}}
      - {at: 0h, badge: {badge: b2, room: payroll, escorted: false}}
      - {from: 1h, to: 2h, silent: badge}
    expect:
      - {at: 0h, key: b1, state: pass}
      - {at: 0h, key: b2, state: fail}
      - {at: 1h, key: b1, state: unknown}
`;
const LIMIT_S = 3;
/** A whole catalogue is read and compiled, on a machine that does other things as well. */
const PATIENCE = { limitMs: 60_000 };

const system = sharedSystem({
  name: 'own-catalogue',
  controls: { [BADGES]: badges('badge.escorted') },
  catalogueFiles: {
    'event-types/larkspur.badge.yaml': BADGE,
    'objectives.yaml': OBJECTIVES,
    'overrides/leaver-access-removed.yaml': `control: leaver-access-removed\nowner: larkspur-service-desk\nparams: {limit: ${LIMIT_S}s}\n`,
  },
});

interface ShownControl {
  readonly owner: string;
  readonly title: string;
  readonly definition: { readonly params: Readonly<Record<string, unknown>> };
}

const readyz = async (): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${system().apps.evaluator.url}/readyz`);
  return { status: response.status, body: await response.json() };
};
const badge = (name: string, data: object = {}) => anEvent('larkspur.badge', { badge: name, room: 'payroll', escorted: true, ...data }, { subject: name });
/** By name: which key was judged first is a matter of its partition. */
const badgeStates = async () => (await system().states(BADGES)).map(({ key, state }) => [key, state]).sort();

describe('an installation’s own folder', () => {
  test('brings event types that ingestion holds events against', async () => {
    const { status, text } = await system().post([badge('b0', { escorted: 'perhaps' })]);
    const { errors } = JSON.parse(text) as { errors: unknown };
    expect([status, errors]).toEqual([422, [expect.objectContaining({ pointer: '/data/escorted' })]]);
  });

  test('brings controls that the evaluator judges, measured against objectives of its own', async () => {
    await system().push([badge('b1'), badge('b2', { escorted: false })]);
    await eventually(async () => expect(await badgeStates()).toEqual([['b1', 'pass'], ['b2', 'fail']]), PATIENCE);
    const objectives = await system().all<{ id: string; state: string; controls: unknown[] }>('/v1/objectives');
    expect(objectives.find(({ id }) => id === 'LARK-1')).toMatchObject({ state: 'deviations noted', controls: [BADGES] });
  });

  test('overrides owner and parameters of a shipped control, which is judged by them', async () => {
    const shown = await system().console().get<ShownControl>('/v1/controls/leaver-access-removed');
    expect([shown.title, shown.owner, shown.definition.params]).toEqual(['Leavers lose access within 24 hours', 'larkspur-service-desk', { limit: `${LIMIT_S}s` }]);
    const leftMs = Date.now();
    await system().push([anAccount({ account: 'o1', worker: 'o-w1' }, { atMs: leftMs - 1_000 }), aLeaver('o-w1', leftMs)]);
    await eventually(async () => expect(await system().deviations({ control: 'leaver-access-removed' })).toHaveLength(1), PATIENCE);
    const [deviation] = await system().deviations({ control: 'leaver-access-removed' });
    expect(deviation).toMatchObject({ key: 'o-w1/okta/o1', status: 'open', occurredAt: new Date(leftMs + LIMIT_S * 1_000).toISOString() });
  });
});

describe('a catalogue that changes while it is judged by', () => {
  const reload = (): void => {
    for (const app of ['ingestion', 'evaluator'] as const) process.kill(system().apps[app].pid ?? 0, 'SIGHUP');
  };
  const active = async () => {
    const [row] = await system().rows<{ version: number; hash: string }>('SELECT version, hash FROM catalogue_activation ORDER BY version DESC LIMIT 1');
    return row;
  };
  const catalogueLeaves = () =>
    system().rows<{ payload: { version: number; hash: string }; bytes: Buffer; leaf_id: string; received_at: number; salt: Buffer }>(
      `SELECT i.payload, l.bytes, i.leaf_id, i.received_at, i.salt FROM ledger_intake i JOIN ledger_leaf l ON l.leaf_index = i.leaf_index
       WHERE l.kind = 3 ORDER BY i.id`,
    );

  test('is reloaded by SIGHUP: what is good takes effect without a restart', async () => {
    const { pid } = system().apps.evaluator;
    const before = await active();
    system().catalogue.write(BADGES, badges('badge.escorted || badge.room == "lobby"'));
    system().catalogue.put('event-types/larkspur.badge.yaml', BADGE.replace('    escorted:', '    floor: {type: integer}\n    escorted:'));
    expect((await system().post([badge('b3', { floor: 3 })])).status).toBe(422);
    reload();
    await eventually(async () => expect((await active())?.version).toBe((before?.version ?? 0) + 1), PATIENCE);
    await eventually(() => system().push([badge('b3', { escorted: false, room: 'lobby', floor: 3 })]), PATIENCE);
    await eventually(async () => expect(await badgeStates()).toEqual([['b1', 'pass'], ['b2', 'fail'], ['b3', 'pass']]), PATIENCE);
    expect([system().apps.evaluator.pid, system().apps.evaluator.ended, system().apps.ingestion.ended]).toEqual([pid, false, false]);
  });

  test('is refused as a whole when one file of it is broken: the old version goes on, and readiness says where the fault is', async () => {
    const before = await active();
    system().catalogue.write(BADGES, badges('badge.escortd'));
    system().catalogue.put('overrides/leaver-access-removed.yaml', 'control: leaver-access-removed\nowner: somebody-else\n');
    reload();
    const line = badges('x').split('\n').findIndex((text) => text.includes('assert:')) + 1;
    await eventually(async () => {
      expect(await readyz()).toEqual({
        status: 200,
        body: { status: 'degraded', missing: [], degraded: [{ name: 'catalogue', reason: expect.stringMatching(new RegExp(`1 fault.*${BADGES}\\.yaml:${line}$`)) }] },
      });
    }, PATIENCE);
    expect(await active()).toEqual(before);
    expect((await system().console().get<ShownControl>('/v1/controls/leaver-access-removed')).owner).toBe('larkspur-service-desk');
    await system().push([badge('b4', { escorted: false, room: 'lobby' })]);
    await eventually(async () => expect(await badgeStates()).toContainEqual(['b4', 'pass']), PATIENCE);
  });

  test('is fine again when it is mended, with all that changed meanwhile', async () => {
    system().catalogue.write(BADGES, badges('badge.escorted'));
    reload();
    await eventually(async () => expect(await readyz()).toEqual({ status: 200, body: { status: 'ready', missing: [], degraded: [] } }), PATIENCE);
    await eventually(async () => expect(await badgeStates()).toEqual([['b1', 'pass'], ['b2', 'fail'], ['b3', 'fail'], ['b4', 'fail']]), PATIENCE);
    expect((await system().console().get<ShownControl>('/v1/controls/leaver-access-removed')).owner).toBe('somebody-else');
  });

  test('leaves one leaf in the ledger for each version, and none for what was refused', async () => {
    const versions = await system().rows<{ version: number; hash: string }>('SELECT version, hash FROM catalogue_activation ORDER BY version');
    expect(versions).toHaveLength(3);
    await eventually(async () => expect((await catalogueLeaves()).map(({ payload }) => payload)).toEqual(versions), PATIENCE);
    for (const { payload, bytes, leaf_id: id, received_at: receivedAtMs, salt } of await catalogueLeaves()) {
      const { version, hash } = payload;
      expect(bytes).toEqual(leafBytes({ kind: 'catalogue-version', id, receivedAtMs, digests: [saltedHash(salt, JSON.stringify({ hash, version }))] }));
    }
  });
});
