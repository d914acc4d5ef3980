import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CAUSES, readKeys, verifyBundle } from '@tickmark/ledger/verifier';
import { eventually } from '@tickmark/testing';
import { BundledLedger } from '../support/bundled-ledger.ts';
import { oracle, withGo } from '../support/ledger-oracle.ts';
import { ROOT, run, runNode } from '../support/run-node.ts';
import { zipEntry } from '../support/zip-entry.ts';

jest.setTimeout(120_000);

describe('an evidence bundle of a frozen revision', () => {
  let ledger: BundledLedger;
  let engagement: string;
  let period: { readonly from: string; readonly to: string };
  let named: readonly string[];
  let first: { readonly id: string; readonly zip: Buffer; readonly file: string };

  beforeAll(async () => {
    ledger = await BundledLedger.begin();
    const [old = ''] = await ledger.accept('before-1', 'before-2');
    const from = await ledger.later();
    await ledger.later();
    const [recent = ''] = await ledger.accept('within-1', 'within-2', 'within-3');
    await ledger.accept('within-4');
    named = [old, recent];
    const at = (ms: number): string => new Date(Date.parse(from) + ms).toISOString();
    await ledger.data.deviation({ id: 'd-1', control: 'admin-mfa', key: 'k1', status: 'open', occurredAt: at(1), detectedAt: at(2), evidenceIds: named });
    period = { from, to: at(86_400_000) };
    engagement = await ledger.frozen(period.from, period.to);
  });
  afterAll(() => ledger[Symbol.asyncDispose]());

  const verify = (file: string, checkpoint?: string) => verifyBundle(file, { keys: readKeys(readFileSync(ledger.keyFile, 'utf8'))!, checkpoint });

  test('waits until a checkpoint covers its freeze, and says so', async () => {
    const id = await ledger.asked(engagement);
    await eventually(async () => expect(await ledger.shown(id)).toMatchObject({ status: 'waiting-for-seal', detail: expect.stringMatching(/^no checkpoint covers leaf \d+ yet$/) }));
    expect((await ledger.call('GET', `/v1/bundles/${id}/download`)).body).toMatchObject({ status: 409, detail: 'This bundle is not there to be downloaded: it is waiting-for-seal.' });
    await ledger.seal();
    expect(await ledger.ended(id)).toMatchObject({ status: 'done', progress: 1, detail: null, fileName: expect.stringMatching(/^tickmark-larkspur-payroll-inc-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d\.zip$/) });
    first = { id, ...(await ledger.downloaded(id)) };
  });

  test('holds against the pinned key: evidence of the period, older evidence that the summary names, records', async () => {
    expect(await verify(first.file)).toMatchObject({ engagement: { id: engagement, name: 'Autumn' }, revision: 1, period, evidence: 4, earlier: 1, deliveries: 3 });
    const summary = zipEntry(first.zip, 'summary.json').toString();
    expect(summary).toBe((await ledger.call('GET', `/v1/engagements/${engagement}/summary.json?revision=1`)).text);
    for (const id of named) expect(summary).toContain(id);
    expect(zipEntry(first.zip, 'records.ndjson').toString()).toContain(createHash('sha256').update(summary).digest('hex'));
  });

  test('is the same, byte for byte, when it is made again after the ledger grew', async () => {
    await ledger.accept('after-1', 'after-2');
    const newest = await ledger.seal();
    const id = await ledger.asked(engagement, 'auditor');
    const { sha256 } = await ledger.ended(id);
    const { zip, headers, file } = await ledger.downloaded(id, 'auditor');
    expect(zip.equals(first.zip)).toBe(true);
    expect(headers).toMatchObject({ 'content-type': 'application/zip', 'content-length': String(first.zip.length), etag: `"${sha256 ?? ''}"` });
    expect(createHash('sha256').update(zip).digest('hex')).toBe(sha256);
    await expect(verify(file, newest)).rejects.toMatchObject({ cause: 'pinned-checkpoint-newer' });
  });

  test('is on record with each download, in the audit trail and in the ledger', async () => {
    const operations = await ledger.ingestion.rows<{ actor: string; action: string }>(
      "SELECT actor, action FROM audit_trail WHERE detail->>'operation' = 'GET /v1/bundles/{id}/download' ORDER BY id",
    );
    expect(operations.at(-1)).toEqual({ actor: 'key auditor', action: 'export' });
    const leaves = await ledger.ingestion.rows<{ kind: number }>("SELECT kind FROM ledger_intake WHERE payload->>'operation' = 'GET /v1/bundles/{id}/download'");
    expect(leaves).toHaveLength(operations.length);
    expect(leaves[0]).toEqual({ kind: 10 });
  });

  test('is listed with its engagement, and made by whom the table of access names', async () => {
    const { body } = await ledger.call('GET', `/v1/engagements/${engagement}/bundles`);
    expect(body).toMatchObject({ items: [{ revision: 1, status: 'done', createdBy: 'key auditor' }, { id: first.id, createdBy: 'key admin' }], nextCursor: null });
    expect((await ledger.call('POST', `/v1/engagements/${engagement}/bundles`, { revision: 1 }, 'dashboard')).status).toBe(403);
    expect((await ledger.call('GET', `/v1/bundles/${first.id}/download`, undefined, 'dashboard')).status).toBe(403);
    expect((await ledger.call('POST', `/v1/engagements/${engagement}/bundles`, { revision: 2 })).body).toMatchObject({ status: 404, detail: expect.stringContaining('no such revision') });
    expect((await ledger.call('POST', `/v1/engagements/${engagement}/bundles`, {})).status).toBe(400);
    expect((await ledger.call('GET', '/v1/bundles/0192f0c1-0000-7000-8000-00000000e001')).status).toBe(404);
  });

  test('carries the verifier, which alone gives the same answer', async () => {
    const copy = path.join(ledger.folder, 'verify.mjs');
    writeFileSync(copy, zipEntry(first.zip, 'verify.mjs'));
    const own = await runNode([path.join(ROOT, 'libs', 'ledger', 'verifier', 'verify.mjs'), first.file, '--key', ledger.keyFile]);
    const carried = await runNode([copy, first.file, '--key', ledger.keyFile]);
    expect(carried).toEqual(own);
    expect(carried).toMatchObject({ code: 0, out: expect.stringContaining('HOLDS: Autumn, revision 1') });
  });

  test('says what the readers of ZIP files of others say of it', async () => {
    const { code, out } = await run('python3', ['-c', `import sys, zipfile, hashlib, json
z = zipfile.ZipFile(sys.argv[1]); m = json.loads(z.read('manifest.json'))
print(z.testzip(), all(hashlib.sha256(z.read(f['path'])).hexdigest() == f['sha256'] for f in m['files']), sorted(z.namelist()) == sorted([f['path'] for f in m['files']] + ['manifest.json']))`, first.file]);
    expect({ code, out }).toEqual({ code: 0, out: 'None True True\n' });
  });

  withGo('has the root that golang.org/x/mod/sumdb/tlog finds, in a checkpoint that its note package opens', async () => {
    const manifest = JSON.parse(zipEntry(first.zip, 'manifest.json').toString()) as { leaves: { from: number }; checkpoint: { path: string } };
    const { hashes } = JSON.parse(zipEntry(first.zip, 'frontier.json').toString()) as { hashes: readonly string[] };
    const tree = await oracle(['bundle', String(manifest.leaves.from)], [...hashes, '', zipEntry(first.zip, 'leaves.txt').toString()].join('\n'));
    const note = await oracle(['open', readFileSync(ledger.keyFile, 'utf8').trim()], zipEntry(first.zip, manifest.checkpoint.path).toString());
    expect(manifest.leaves.from).toBeGreaterThan(1);
    expect(tree).toMatchObject({ code: 0, err: '' });
    expect(note).toMatchObject({ code: 0, out: `tickmark\n${tree.out}` });
  });

  test('shows one changed byte in an old delivery', async () => {
    const [delivery] = await ledger.ingestion.rows<{ delivery_id: string }>('SELECT delivery_id FROM evidence WHERE id = $1', [named[0]]);
    await ledger.asOwner('UPDATE delivery SET body = set_byte(body, 30, get_byte(body, 30) # 1) WHERE id = $1', [delivery?.delivery_id]);
    const id = await ledger.asked(engagement);
    await ledger.ended(id);
    const { file } = await ledger.downloaded(id);
    await expect(verify(file)).rejects.toMatchObject({ cause: 'evidence-raw-differs', where: 'earlier.ndjson:1' });
    const { code, out } = await runNode([path.join(ROOT, 'libs', 'ledger', 'verifier', 'verify.mjs'), file, '--key', ledger.keyFile]);
    expect({ code, out }).toEqual({ code: CAUSES['evidence-raw-differs'], out: expect.stringContaining('cause evidence-raw-differs, exit code 66') });
    await ledger.asOwner('UPDATE delivery SET body = set_byte(body, 30, get_byte(body, 30) # 1) WHERE id = $1', [delivery?.delivery_id]);
  });

  // Each on top of the ones before it, from what is looked at last to what is looked at first.
  test.each([
    ['a normal form', "UPDATE evidence SET normal = replace(normal, 'within-4', 'within-5') WHERE event_id = 'within-4'", 'evidence-normal-differs'],
    ['evidence that was deleted', "DELETE FROM evidence WHERE event_id = 'within-3'", 'evidence-missing'],
    ['the frozen summary', "UPDATE engagement_revision SET summary = replace(summary, 'Larkspur', 'Larkspar')", 'summary-differs'],
    ['a record', "UPDATE ledger_intake SET payload = payload || '{\"actor\": \"nobody\"}' WHERE payload->>'action' = 'engagement.opened'", 'record-differs'],
    ['a leaf', "UPDATE ledger_leaf SET bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1) WHERE leaf_index = (SELECT leaf_index FROM evidence WHERE event_id = 'within-4')", 'root-differs'],
    ['a leaf that was deleted', "DELETE FROM ledger_leaf WHERE leaf_index = (SELECT leaf_index FROM evidence WHERE event_id = 'within-4')", undefined],
  ])('shows what was changed behind our back: %s', async (_, statement, cause) => {
    await ledger.asOwner(statement);
    const id = await ledger.asked(engagement);
    const { status, detail } = await ledger.ended(id);
    if (cause === undefined) {
      expect({ status, detail }).toEqual({ status: 'failed', detail: expect.stringMatching(/^the ledger is damaged: leaf \d+ is missing/) });
      return;
    }
    await expect(verify((await ledger.downloaded(id)).file)).rejects.toMatchObject({ cause });
  });
});
