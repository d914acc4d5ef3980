import { describe, expect, it } from '@jest/globals';
import { readiness } from './health.js';

const answers = (reason?: string) => () => Promise.resolve(reason);
const rejects = (message: string) => () => Promise.reject(new Error(message));

describe('readiness', () => {
  it('is ready when every server answers', async () => {
    expect(await readiness([{ name: 'postgres', required: true, check: answers() }])).toEqual({ status: 'ready', missing: [], degraded: [] });
  });

  it('names the required server that is away, and says what else is late', async () => {
    const answer = await readiness([
      { name: 'postgres', required: true, check: rejects('connection refused') },
      { name: 'kafka', required: false, check: answers('evidence waits for 20 s') },
    ]);
    expect(answer).toEqual({
      status: 'not-ready',
      missing: [{ name: 'postgres', reason: 'connection refused' }],
      degraded: [{ name: 'kafka', reason: 'evidence waits for 20 s' }],
    });
  });

  it('is degraded without a server that is not required', async () => {
    expect((await readiness([{ name: 'kafka', required: false, check: rejects('away') }])).status).toBe('degraded');
  });

  it('does not wait for a server that hangs', async () => {
    const hangs = () => new Promise<undefined>(() => undefined);
    const answer = await readiness([{ name: 'postgres', required: true, check: hangs }], 20);
    expect(answer.missing).toEqual([{ name: 'postgres', reason: 'no answer within 20 ms' }]);
  });
});
