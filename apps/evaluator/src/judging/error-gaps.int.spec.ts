import { expect, it, jest } from '@jest/globals';
import type { EventSpec } from '../control-events.testkit.js';
import { JudgingWorld, at, catalogueWith } from '../judging-world.testkit.js';

jest.setTimeout(60_000);

const CONTROL = {
  role: 'control',
  path: 'own/numbered-accounts.yaml',
  text: `
id: numbered-accounts
title: Accounts have high numbers
maps: {tsc: [CC6.1]}
inputs: {account: identity.account}
checks:
  numbered: {kind: state, input: account, key: account.system, assert: int(account.account) > 3, validFor: 26h}
tests:
  - name: all of it
    given:
      - {at: 0h, account: {account: '5', system: s1, status: active, admin: true, mfa: true, factors: []}}
      - {at: 0h, account: {account: '1', system: s2, status: active, admin: true, mfa: true, factors: []}}
    expect: [{at: 0h, key: s1, state: pass}, {at: 0h, key: s2, state: fail}, {at: 27h, key: s1, state: unknown}]
`,
} as const;

const account = (hours: number, name: string): EventSpec => ({
  type: 'identity.account',
  timeMs: at(hours),
  data: { account: name, system: 's1', status: 'active', admin: true, mfa: true, factors: [] },
});

const begin = async () => JudgingWorld.begin({ catalogue: await catalogueWith(CONTROL) });
const gapsTold = async (w: JudgingWorld) => (await w.messages()).flatMap((message) => ('gap' in message ? [[message.kind, message.gap.key, message.gap.controls]] : []));

it('an expression that fails at run time blinds that check for that key until it can be read again', async () => {
  await using w = await begin();
  await w.accept([account(1, '5')]);
  await w.until(at(1));
  await w.accept([account(2, 'five')]);
  await w.until(at(2));
  expect(await w.gaps()).toEqual([{ cause: 'check-error', control: 'numbered-accounts', key: 's1', status: 'open', from: '2026-03-02T02:00:00.000Z' }]);
  expect(await w.states('numbered-accounts')).toMatchObject([{ key: 's1', state: 'pass' }]);
  await w.accept([account(3, '6')]);
  await w.until(at(3));
  expect(await w.gaps()).toEqual([
    { cause: 'check-error', control: 'numbered-accounts', key: 's1', status: 'closed', from: '2026-03-02T02:00:00.000Z', to: '2026-03-02T03:00:00.000Z' },
  ]);
  expect(await gapsTold(w)).toEqual([
    ['gap-opened', 's1', ['numbered-accounts']],
    ['gap-closed', 's1', ['numbered-accounts']],
  ]);
});

it('is no dead letter, and the same message again opens nothing new', async () => {
  await using w = await begin();
  await w.accept([account(2, 'five')], () => 0);
  await w.until(at(2));
  await w.database.query('UPDATE partition_progress SET next_offset = 0 WHERE partition = 0');
  w.positions[0] = 0;
  await w.read(0);
  const { rows } = await w.database.query<{ letters: number; revisions: number }>(
    'SELECT (SELECT count(*) FROM dead_letter) AS letters, (SELECT count(*) FROM gap) AS revisions',
  );
  expect(rows).toEqual([{ letters: 0, revisions: 1 }]);
});

it('late evidence ends the stretch where it could be read again', async () => {
  await using w = await begin();
  await w.accept([account(2, 'five'), account(6, '6'), { ...account(4, '7'), receivedAtMs: at(7) }]);
  await w.until(at(7));
  expect(await w.gaps()).toMatchObject([{ from: '2026-03-02T02:00:00.000Z', to: '2026-03-02T04:00:00.000Z' }]);
});
