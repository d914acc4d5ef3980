import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Rejected, SOURCE, readKeys, sayGood, verifyBundle } from '../verifier/verify.mjs';
import { bodyOf, contentOf, deliveryLine, evidenceLine, honest, honestLeaves, pinned, rawPath, recordLine, signed, writeBundle } from './bundle.testkit.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tickmark-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);
const keys = readKeys(pinned())!;

beforeEach(() => {
  writeFileSync(at('bundle.zip'), writeBundle(honest()));
  writeFileSync(at('key.txt'), `# the log's key, as it was handed over\n${pinned()}\n`);
});

test('an honest bundle holds, and says what was found', async () => {
  const shares: number[] = [];
  const found = await verifyBundle(at('bundle.zip'), { keys, checkpoint: signed(honestLeaves(), 9), onProgress: (share) => shares.push(share) });
  expect(found).toEqual({
    origin: 'example.org/ledger',
    engagement: { id: '0192f0c1-0000-7000-8000-00000000e001', name: 'Spring 2026' },
    revision: 1,
    period: { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
    demo: false,
    size: 13,
    checkpoints: 2,
    pinned: true,
    leaves: 10,
    evidence: 4,
    earlier: 1,
    records: 3,
    deliveries: 4,
  });
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});

test('a bundle from the first leaf of the ledger on holds, and is of everything in it', async () => {
  const whole = contentOf(honestLeaves(), { from: 0 });
  whole.records.unshift(recordLine(1));
  whole.evidence.splice(1, 0, evidenceLine(2));
  whole.deliveries.splice(1, 0, deliveryLine(2));
  whole.raw.set(rawPath(bodyOf(2)), bodyOf(2));
  writeFileSync(at('bundle.zip'), writeBundle(whole));
  expect(await verifyBundle(at('bundle.zip'), { keys })).toMatchObject({ leaves: 13, evidence: 6, earlier: 0, records: 4 });
});

test('what a bundle is called moves no cursor on a terminal', () => {
  const found = { origin: 'o', revision: 1, period: { from: 'a', to: 'b' }, demo: true, size: 1, checkpoints: 1, pinned: false, leaves: 1, evidence: 1, earlier: 0, records: 1, deliveries: 1 };
  const said = sayGood({ ...found, engagement: { id: 'e', name: 'Q1\u001b[2J\u202e\nHOLDS' } });
  expect(said).toMatch(/^HOLDS: Q1\ufffd\[2J\ufffd\ufffdHOLDS, revision 1, a to b \(DEMO: nothing of it happened\)\n/);
});

test('keys are read one in a line, and a line that is none spoils all', () => {
  expect(readKeys(`${pinned()}\r\n\n# another\n${pinned()}`)).toHaveLength(2);
  expect(readKeys(`${pinned()}\nno key`)).toBeUndefined();
  expect(readKeys(pinned().replace('example.org', 'example.net'))).toBeUndefined();
  expect(readKeys('# nothing\n')).toBeUndefined();
});

const verify = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(SOURCE), ...args], { encoding: 'utf8', timeout: 30_000 });
  return { status, stdout, stderr };
};

test('the file alone answers by its exit code, and says what it proves and what not', () => {
  const good = verify(at('bundle.zip'), '--key', at('key.txt'));
  expect({ status: good.status, stderr: good.stderr }).toEqual({ status: 0, stderr: '' });
  expect(good.stdout).toMatch(/^HOLDS: Spring 2026, revision 1, [^]*\nProved: [^]*\nNot proved: that the sources told the truth/);
  const content = honest();
  content.evidence.pop();
  writeFileSync(at('bundle.zip'), writeBundle(content));
  const bad = verify(at('bundle.zip'), '--key', at('key.txt'));
  expect(bad).toEqual({ status: 95, stderr: '', stdout: expect.stringMatching(/^DOES NOT HOLD: summary\.json names the evidence [-0-9a-f]+, which is not in the bundle\n {2}cause summary-evidence-missing, exit code 95\. /) });
  expect(JSON.parse(verify(at('bundle.zip'), '--json', '--key', at('key.txt')).stdout)).toMatchObject({ holds: false, cause: 'summary-evidence-missing', code: 95, where: 'summary.json' });
});

test.each([
  ['without a key', [at('bundle.zip')]],
  ['with a key file that is not there', [at('bundle.zip'), '--key', at('nothing')]],
  ['with a file as key that holds none', [at('bundle.zip'), '--key', at('bundle.zip')]],
  ['with a bundle that is not there', [at('nothing.zip'), '--key', at('key.txt')]],
  ['with two bundles', [at('bundle.zip'), at('bundle.zip'), '--key', at('key.txt')]],
  ['with an option that it does not know', [at('bundle.zip'), '--key', at('key.txt'), '--trust']],
  ['with a checkpoint that is not given', [at('bundle.zip'), '--key', at('key.txt'), '--checkpoint']],
])('run %s it ends with 2 and says how it is used', (_, args) => {
  expect(verify(...args)).toEqual({ status: 2, stdout: '', stderr: expect.stringContaining('use: verify.mjs BUNDLE.zip --key KEYFILE') });
});

test('run through a symbolic link it does not keep silent, which would be taken for a yes', () => {
  symlinkSync(fileURLToPath(SOURCE), at('linked.mjs'));
  const { status, stdout } = spawnSync(process.execPath, [at('linked.mjs'), at('bundle.zip'), '--key', at('key.txt')], { encoding: 'utf8', timeout: 30_000 });
  expect({ status, said: stdout.slice(0, 6) }).toEqual({ status: 0, said: 'HOLDS:' });
});

async function isRejected(file: string): Promise<boolean> {
  try {
    await verifyBundle(file, { keys });
    return false;
  } catch (error) {
    if (error instanceof Rejected) return true;
    throw error;
  }
}

/** Every byte where the laws run long, every eleventh else. */
const step = (globalThis as { LAW_RUNS?: number }).LAW_RUNS === undefined ? 11 : 1;

test('whichever byte is flipped, the bundle is rejected', async () => {
  const zip = writeBundle(honest());
  const file = openSync(at('bundle.zip'), 'r+');
  const accepted: number[] = [];
  for (let position = 0; position < zip.length; position += step) {
    writeSync(file, Buffer.of(zip[position]! ^ (1 << position % 8)), 0, 1, position);
    if (!(await isRejected(at('bundle.zip')))) accepted.push(position);
    writeSync(file, zip, position, 1, position);
  }
  closeSync(file);
  expect(accepted).toEqual([]);
  expect(await isRejected(at('bundle.zip'))).toBe(false);
}, 120_000);

test('a bundle cut anywhere, or with any bytes put in, is rejected', async () => {
  const zip = writeBundle(honest());
  const rejected = fc.asyncProperty(fc.nat({ max: zip.length - 1 }), fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 40 }), async (position, cut, put) => {
    const changed = Buffer.concat([zip.subarray(0, position), put, zip.subarray(position + cut)]);
    if (changed.equals(zip)) return;
    writeFileSync(at('bundle.zip'), changed);
    expect(await isRejected(at('bundle.zip'))).toBe(true);
  });
  await fc.assert(rejected, { numRuns: 200 });
});
