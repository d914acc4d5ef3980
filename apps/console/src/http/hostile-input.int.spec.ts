import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';
import { ROUTES } from '../routes.js';

const HOSTILE = ['\0', '../../etc', "' OR 1=1 --", '%', '\u202e', '9999999999999999999999', '-1', '1e309', 'null', '[object Object]', '😀'.repeat(300)];
const LISTS: readonly (readonly [string, readonly unknown[]])[] = [
  ['states', [{ checkId: 2 ** 40, keyId: 1 }]],
  ['timeline', [{ check: 'x\0', from: 1 }, { check: 'x', from: 9e15 }]],
  ['observations', [{ checkId: 1, keyId: -1, atMs: 1, occurrence: 'x' }, { checkId: 1, keyId: 1, atMs: 1e18, occurrence: 'x' }]],
];

describe('hostile input', () => {
  let app: TestConsole;

  beforeAll(async () => {
    app = await aConsole('2026-03-10T12:00:30.000Z');
    await app.data.judgedUntil('2026-03-10T12:00:00.000Z');
  });

  afterAll(() => app.close());

  it('is never a fault of ours: no query, id or body gives a 5xx', async () => {
    const value = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => text.isWellFormed()), fc.string());
    const name = fc.constantFrom('limit', 'cursor', 'key', 'state', 'from', 'to', 'knownAt', 'status', 'control', 'outcome', 'revision', 'x');
    const operations = ROUTES.filter(({ path }) => path.startsWith('/v1/') && path !== '/v1/sessions');
    const query = fc.array(fc.tuple(name, value), { maxLength: 3 });
    const body = fc.oneof(fc.constant(undefined), fc.dictionary(fc.constantFrom('name', 'note', 'reports', 'type', 'from', 'to', 'liveness'), fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...operations), value, query, body, async (route, id, parameters, payload) => {
        const path = route.path.replaceAll(/\{\w+\}/g, encodeURIComponent(id === '' ? 'x' : id));
        const search = new URLSearchParams(parameters).toString();
        const answer = await app.call(route.method, `${path}?${search}`, { key: app.keys.admin, ...(route.method === 'POST' ? { body: payload ?? {} } : {}) });
        if (answer.status >= 500) throw new Error(`${route.method} ${path}?${search} ${JSON.stringify(payload)} answered ${answer.status}: ${answer.text}`);
      }),
      { numRuns: 400 },
    );
  });

  it('in a cursor is refused', async () => {
    for (const [list, positions] of LISTS) {
      for (const position of positions) {
        const cursor = Buffer.from(JSON.stringify([list, position])).toString('base64url');
        expect([list, (await app.get(`/v1/controls/admin-mfa/${list}?cursor=${cursor}`)).status]).toEqual([list, 400]);
      }
    }
  });

  it('with a NUL is refused where it stands', async () => {
    const { status, body } = await app.post('/v1/engagements', { name: 'a\0b', reports: ['soc2'], type: 'I', asOf: '2026-01-01' });
    expect([status, body['errors']]).toEqual([400, [{ pointer: '/name', message: 'holds a NUL or half of a surrogate pair; leave it out' }]]);
    expect((await app.get('/v1/controls/admin-mfa/states?key=%00')).status).toBe(400);
    expect((await app.get('/v1/gaps/%00')).status).toBe(404);
  });

  it('that is no JSON, of another media type, too large or poisoned is told so', async () => {
    const send = async (payload: string, type = 'application/json') => {
      const response = await app.console.app.inject({
        method: 'POST', url: '/v1/engagements', payload, headers: { authorization: `Bearer ${app.keys.admin}`, 'content-type': type },
      });
      return [response.statusCode, String(response.headers['content-type'])];
    };
    const problem = 'application/problem+json; charset=utf-8';
    expect(await send('{"name":')).toEqual([400, problem]);
    expect(await send('{"name": "x"}', 'text/plain')).toEqual([415, problem]);
    expect(await send('name=x', 'application/x-www-form-urlencoded')).toEqual([415, problem]);
    expect(await send(`"${'x'.repeat(1_100_000)}"`)).toEqual([413, problem]);
    expect(await send('{"__proto__": {"admin": true}}')).toEqual([400, problem]);
    expect(await send(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toEqual([400, problem]);
  });
});
