import { expect, test } from '@jest/globals';
import { statSync } from 'node:fs';
import { eventually } from '@tickmark/testing';
import { leafHash, openCheckpoint, parseLeaf, readNoteKey, saltedHash, verifyConsistency, verifyInclusion } from '@tickmark/ledger';
import { anAccount } from '../support/events.ts';
import { sharedSystem } from '../support/shared-system.ts';

const system = sharedSystem({ name: 'ledger' });
const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

interface Head {
  readonly size: number;
  readonly root: string;
  readonly note: string;
}

interface Proof {
  readonly index: number;
  readonly leaf: string;
  readonly salts: { readonly normal: string };
  readonly normal: string;
  readonly path: readonly string[];
  readonly checkpoint: Head;
}

const keyFile = (): string => system().env['TICKMARK_SEALER_KEY_FILE'] ?? '';

async function pinnedKeys() {
  const { items } = await system().console('auditor').get<{ items: readonly { key: string }[] }>('/v1/ledger/keys');
  return items.flatMap(({ key }) => readNoteKey(key) ?? []);
}

async function provedOnceSealed(evidenceId: string): Promise<Proof> {
  return eventually(() => system().console('auditor').get<Proof>(`/v1/evidence/${evidenceId}/proof`), { limitMs: 20_000 });
}

test('what was accepted is sealed within seconds, and its proof holds against the key', async () => {
  const { events } = await system().push([anAccount({ account: 'ada', admin: true, mfa: true })]);
  const proof = await provedOnceSealed(events[0]?.evidenceId ?? '');
  const opened = openCheckpoint(proof.checkpoint.note, await pinnedKeys());
  if (!opened.ok) throw new Error(opened.reason);
  const leaf = bytes(proof.leaf);
  const claim = { leafHash: leafHash(leaf), index: proof.index, size: opened.checkpoint.size, root: opened.checkpoint.root, path: proof.path.map(bytes) };
  expect(verifyInclusion(claim)).toEqual({ ok: true });
  expect(saltedHash(bytes(proof.salts.normal), proof.normal)).toEqual(Buffer.from(parseLeaf(leaf)?.digests[1] ?? []));
  expect(proof.normal).toContain('ada');
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
});

test('a sealer that is killed goes on from where it was, and later checkpoints extend earlier ones', async () => {
  const before = await system().console().get<Head>('/v1/ledger/checkpoint');
  await system().apps.sealer.kill();
  const { events } = await system().push([anAccount({ account: 'grace' }), anAccount({ account: 'alan' })]);
  await system().apps.sealer.start();
  await provedOnceSealed(events[1]?.evidenceId ?? '');
  const after = await system().console().get<Head>('/v1/ledger/checkpoint');
  const { path } = await system().console().get<{ path: readonly string[] }>('/v1/ledger/consistency', { from: before.size, to: after.size });
  const claim = { oldSize: before.size, oldRoot: bytes(before.root), newSize: after.size, newRoot: bytes(after.root), path: path.map(bytes) };
  expect(after.size).toBeGreaterThan(before.size);
  expect(verifyConsistency(claim)).toEqual({ ok: true });
});
