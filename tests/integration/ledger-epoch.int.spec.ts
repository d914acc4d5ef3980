import { expect, jest, test } from '@jest/globals';
import { copyFileSync } from 'node:fs';
import { noteKey, openCheckpoint, parseLeaf } from '@tickmark/ledger';
import { latestCheckpoint, readSealerKeys, runAppend } from '@tickmark/persistence';
import { drainIntake } from '../../apps/ingestion/src/append/drain-intake.ts';
import { StartEpoch } from '../../apps/sealer/src/epochs/start-epoch.ts';
import { SealedLedger } from '../../apps/sealer/src/ledger.testkit.ts';

jest.setTimeout(60_000);

/** A database as it was at 300 leaves, with the key and memory of 500; it has grown again by others. */
async function restored(): Promise<SealedLedger> {
  await using later = await SealedLedger.make(500);
  expect((await later.seal()).kind).toBe('sealed');
  const older = await SealedLedger.make(300);
  await older.grow(310, 'second');
  older.memory.remember(later.memory.last()!);
  copyFileSync(later.keyFile, older.keyFile);
  return older;
}

const drain = (ledger: SealedLedger) => runAppend(ledger.app, (transaction) => drainIntake(transaction));

test('after a restore nothing is signed until two persons start an epoch, which names the last checkpoint from before', async () => {
  await using ledger = await restored();
  const before = ledger.memory.last()!;
  expect((await ledger.seal()).kind).toBe('refused');
  const epochs = new StartEpoch(ledger.app, ledger.memory);
  expect(await epochs.start(['Ada', ' ada '])).toEqual({ ok: false, reason: 'two different persons start an epoch' });
  expect(await epochs.start(['Ada', 'Grace'])).toMatchObject({ ok: true, epoch: 2, previous: { origin: 'tickmark', size: 500, root: before.root } });
  // Not before the leaf is in the ledger.
  expect((await ledger.seal()).kind).toBe('refused');
  await drain(ledger);
  const { rows } = await ledger.app.query<{ epoch: number; next_index: number }>('SELECT epoch, next_index FROM ledger_head');
  expect(rows).toEqual([{ epoch: 2, next_index: 312 }]);
  const leaf = await ledger.app.query<{ bytes: Buffer; payload: unknown }>('SELECT l.bytes, i.payload FROM ledger_leaf l JOIN ledger_intake i USING (leaf_index) WHERE leaf_index = 310');
  expect(parseLeaf(leaf.rows[0]!.bytes)?.kind).toBe('epoch');
  expect(leaf.rows[0]!.payload).toEqual({ event: 'started', epoch: 2, previous: { origin: 'tickmark', epoch: 1, size: 500, root: before.root }, startedBy: ['Ada', 'Grace'] });
  expect((await ledger.seal()).kind).toBe('sealed');
  const signed = await latestCheckpoint(ledger.app);
  const keys = (await readSealerKeys(ledger.app)).map(({ name, publicKey }) => noteKey(name, publicKey));
  expect(openCheckpoint(signed!.note, keys)).toMatchObject({ ok: true, checkpoint: { origin: 'tickmark/epoch-2', size: 312 } });
  expect(await ledger.seal()).toEqual({ kind: 'unchanged' });
});

test('a new epoch is a gap that a person resolves, and a message to everybody', async () => {
  await using ledger = await restored();
  await new StartEpoch(ledger.app, ledger.memory).start(['Ada', 'Grace']);
  const gaps = await ledger.app.query('SELECT id, cause, status, to_at FROM gap');
  expect(gaps.rows).toEqual([{ id: 'epoch.2', cause: 'epoch', status: 'open', to_at: null }]);
  const messages = await ledger.app.query("SELECT message->>'kind' AS kind, message->'gap'->>'cause' AS cause FROM outbox");
  expect(messages.rows).toEqual([{ kind: 'gap-opened', cause: 'epoch' }]);
});

test('an epoch that was started in the database alone is not accepted', async () => {
  await using ledger = await restored();
  const { root, size } = ledger.memory.last()!;
  const payload = { event: 'started', epoch: 2, previous: { origin: 'tickmark', epoch: 1, size, root }, startedBy: ['Ada', 'Grace'] };
  await ledger.app.query('INSERT INTO ledger_intake (kind, payload) VALUES (12, $1)', [payload]);
  await drain(ledger);
  expect(await ledger.seal()).toEqual({ kind: 'refused', reason: 'epoch 2 was not approved here by two persons (start-epoch)' });
});

test('an epoch whose record says otherwise than was approved is not accepted', async () => {
  await using ledger = await restored();
  await new StartEpoch(ledger.app, ledger.memory).start(['Ada', 'Grace']);
  await ledger.asOwner(`UPDATE ledger_intake SET payload = jsonb_set(payload, '{startedBy,1}', '"Mallory"') WHERE kind = 12`);
  await drain(ledger);
  expect(await ledger.seal()).toEqual({ kind: 'refused', reason: 'epoch 2 was started otherwise than two persons approved here' });
});

test('an epoch whose leaf was changed after it was appended is not accepted', async () => {
  await using ledger = await restored();
  await new StartEpoch(ledger.app, ledger.memory).start(['Ada', 'Grace']);
  await drain(ledger);
  await ledger.asOwner(`UPDATE ledger_intake SET salt = decode(repeat('00', 16), 'hex') WHERE kind = 12`);
  expect(await ledger.seal()).toEqual({ kind: 'refused', reason: 'no leaf of the ledger says that epoch 2 was started' });
});

test('no epoch is started while the ledger goes on from what was signed', async () => {
  await using ledger = await SealedLedger.make(10);
  const epochs = new StartEpoch(ledger.app, ledger.memory);
  expect(await epochs.start(['Ada', 'Grace'])).toEqual({ ok: false, reason: 'nothing was signed yet, so there is nothing to begin anew' });
  expect((await ledger.seal()).kind).toBe('sealed');
  expect(await epochs.start(['Ada', 'Grace'])).toEqual({ ok: false, reason: 'the ledger goes on from what was signed; it needs no new epoch' });
});
