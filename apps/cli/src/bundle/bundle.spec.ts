import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { folderWith, run } from '../cli.testkit.js';

const ZIP = Buffer.from('what the console made');
const SHA = createHash('sha256').update(ZIP).digest('hex');
/** A public key as it is pinned: its id is the hash of name and key. */
const KEY = (() => {
  const typed = Buffer.concat([Buffer.of(1), Buffer.alloc(32, 5)]);
  return `example.org/log+${createHash('sha256').update('example.org/log\n').update(typed).digest('hex').slice(0, 8)}+${typed.toString('base64')}`;
})();

type Reply = { readonly status: number; readonly body: unknown };
const shown = (status: string, rest: object = {}): Reply => ({
  status: 200, body: { status, progress: 0.5, detail: null, bytes: null, sha256: null, fileName: 'tickmark-larkspur-2026-03.zip', ...rest },
});
const started: Reply = { status: 202, body: { id: 'b1' } };
const done = shown('done', { bytes: ZIP.length, sha256: SHA });

describe('tickmark bundle make', () => {
  let server: Server;
  let url: string;
  let replies: Reply[];
  let asked: string[];
  let folder: string;

  beforeEach(async () => {
    [replies, asked] = [[], []];
    folder = await folderWith({});
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
        const { status, body } = replies.shift() ?? { status: 500, body: {} };
        const isFile = Buffer.isBuffer(body);
        response.writeHead(status, { 'content-type': isFile ? 'application/zip' : 'application/json', 'retry-after': '0' }).end(isFile ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const make = (...args: readonly string[]) => run(['bundle', 'make', 'e1', '--url', url, '--key', 'k', '--output', join(folder, 'b.zip'), ...args]);

  it('asks for the latest revision, waits, downloads, and says what it got', async () => {
    replies = [{ status: 200, body: { revisions: [{ revision: 1 }, { revision: 2 }] } }, started, shown('waiting-for-seal'), shown('running'), done, { status: 200, body: ZIP }];
    const { code, out, err } = await make();
    expect([code, err, out]).toEqual([0, '', `${join(folder, 'b.zip')}: revision 2, 21 bytes, SHA-256 ${SHA}\n`]);
    expect(await readFile(join(folder, 'b.zip'))).toEqual(ZIP);
    expect(asked).toEqual(['GET /v1/engagements/e1', 'POST /v1/engagements/e1/bundles', 'GET /v1/bundles/b1', 'GET /v1/bundles/b1', 'GET /v1/bundles/b1', 'GET /v1/bundles/b1/download']);
  });

  it('keeps nothing of what is not what the console made', async () => {
    replies = [started, done, { status: 200, body: Buffer.from('something else') }];
    const { code, err } = await make('--revision', '1');
    expect([code, err]).toEqual([3, 'tickmark: what came is not what the console made; try again\n']);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['failed', 'no checkpoint covers leaf 7 yet, after 300 s; is sealer at work?', 'tickmark: the bundle failed: no checkpoint covers leaf 7 yet, after 300 s; is sealer at work?\n'],
    ['interrupted', 'the console was stopped', 'tickmark: the bundle was interrupted: the console was stopped\n'],
  ])('that %s ends with 3 and says why', async (status, detail, said) => {
    replies = [started, shown(status, { detail })];
    const { code, err } = await make('--revision', '1', '--json');
    expect([code, err]).toEqual([3, said]);
  });

  it('writes over nothing, and knows what a revision is', async () => {
    await writeFile(join(folder, 'b.zip'), 'mine');
    expect(await make()).toMatchObject({ code: 2, err: expect.stringContaining('is there already; give another --output') });
    expect(await run(['bundle', 'make', 'e1', '--url', url, '--key', 'k', '--revision', 'last'])).toMatchObject({ code: 2, err: 'tickmark: --revision last is no number of a revision\n' });
    expect(asked).toEqual([]);
    replies = [{ status: 200, body: { revisions: [] } }];
    expect(await run(['bundle', 'make', 'e1', '--url', url, '--key', 'k'])).toMatchObject({ code: 2, err: expect.stringContaining('freeze a revision first') });
    replies = [{ status: 404, body: { detail: 'There is no such revision.' } }];
    expect(await run(['bundle', 'make', 'e1', '--url', url, '--key', 'k', '--revision', '9'])).toMatchObject({ code: 2, err: 'tickmark: There is no such revision.\n' });
  });
});

describe('tickmark bundle verify', () => {
  it('ends with the code of the cause, and says it', async () => {
    const folder = await folderWith({ 'b.zip': 'no ZIP, and long enough to be looked at as one', 'key.txt': KEY });
    const verify = ['bundle', 'verify', join(folder, 'b.zip'), '--key', join(folder, 'key.txt')];
    expect(await run(verify)).toEqual({ code: 10, err: '', out: 'DOES NOT HOLD: the file does not end as a ZIP without a comment does\n  cause zip-unreadable, exit code 10. Nothing after this was looked at.\n' });
    const { code, out } = await run([...verify, '--json']);
    expect([code, JSON.parse(out)]).toEqual([10, { holds: false, cause: 'zip-unreadable', code: 10, where: '', message: 'does not end as a ZIP without a comment does' }]);
  });

  it('ends with 2 on wrong use', async () => {
    const folder = await folderWith({ 'b.zip': 'x', 'key.txt': KEY, 'no-key.txt': 'trust me' });
    const at = (name: string): string => join(folder, name);
    expect(await run(['bundle', 'verify', at('b.zip')])).toMatchObject({ code: 2, err: expect.stringContaining('--key') });
    expect(await run(['bundle', 'verify', at('b.zip'), '--key', at('no-key.txt')])).toMatchObject({ code: 2, err: expect.stringContaining('holds no public key') });
    expect(await run(['bundle', 'verify', at('none.zip'), '--key', at('key.txt')])).toMatchObject({ code: 2, err: `tickmark: ${at('none.zip')} cannot be read\n` });
    expect(await run(['bundle', 'verify', at('b.zip'), '--key', at('key.txt'), '--checkpoint', at('none.txt')])).toMatchObject({ code: 2, err: expect.stringContaining('cannot be read') });
  });
});
