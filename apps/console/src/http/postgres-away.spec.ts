import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mintApiKey } from '@tickmark/access';
import { createLogger } from '@tickmark/platform';
import { createConsole } from '../create-console.js';
import type { Console } from '../create-console.js';

describe('the console without Postgres', () => {
  let console: Console;

  beforeAll(async () => {
    console = await createConsole({
      // Port 1 is nobody's: the connection is refused at once.
      config: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', TICKMARK_SECRET_KEY: Buffer.alloc(32), TICKMARK_ENTITY: 'x', NODE_ENV: 'test' },
      logger: createLogger('console', 'silent'),
    });
  });

  afterAll(() => console.close());

  const get = (url: string, headers = {}) => console.app.inject({ method: 'GET', url, headers });

  it('says 503 and when to come back', async () => {
    const answer = await get('/v1/controls', { authorization: `Bearer ${mintApiKey('admin')}` });
    expect([answer.statusCode, answer.headers['retry-after'], answer.headers['content-type']]).toEqual([503, '2', 'application/problem+json; charset=utf-8']);
  });

  it('is alive, not ready, and says what is missing', async () => {
    expect((await get('/healthz')).statusCode).toBe(200);
    const ready = await get('/readyz');
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toMatchObject({ status: 'not-ready', missing: [{ name: 'postgres' }] });
  });

  it('still answers metrics, without figures that it cannot read', async () => {
    const { statusCode, body } = await get('/metrics');
    expect(statusCode).toBe(200);
    expect(body).not.toContain('tickmark_control_state{');
  });
});
