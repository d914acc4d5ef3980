import { describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import { catalogueWith } from '../../apps/evaluator/src/judging-world.testkit.js';
import { JudgedAndRead } from '../support/judged-and-read.js';

jest.setTimeout(60_000);

describe('backtests that wait', () => {
  it('are six at most, run one by one, and are said to be interrupted when the console stops', async () => {
    const started: string[] = [];
    const runner = {
      run: (request: { readonly yaml: string }, progress: (share: number) => void, signal: AbortSignal) =>
        new Promise<never>((_resolve, reject) => {
          started.push(request.yaml);
          progress(0.25);
          signal.addEventListener('abort', () => reject(new Error('ended')));
        }),
    };
    await using all = await JudgedAndRead.begin({ catalogue: await catalogueWith('admin-mfa'), runner });
    const [file] = (await catalogueWith('admin-mfa')).filter(({ role }) => role === 'control');
    const ask = () => all.post('/v1/backtests', { yaml: file?.text, from: '2026-03-02', to: '2026-03-03' });
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) ids.push((await ask()).body['id'] as string);
    const { status, headers } = await ask();
    expect([status, headers['retry-after']]).toEqual([429, '30']);
    await eventually(async () => {
      const { body } = await all.get(`/v1/backtests/${ids[0] ?? ''}`);
      expect([body['status'], body['progress']]).toEqual(['running', 0.25]);
    });
    expect((await all.get(`/v1/backtests/${ids[5] ?? ''}`)).body['status']).toBe('queued');
    expect(started).toHaveLength(1);
    await all.stopReading();
    const { rows } = await all.world.database.query<{ status: string; detail: string }>('SELECT status, detail FROM backtest');
    expect(rows).toEqual(ids.map(() => ({ status: 'interrupted', detail: 'the console was stopped' })));
  });

  it('of a process that was killed are interrupted a minute later', async () => {
    await using all = await JudgedAndRead.begin({ catalogue: await catalogueWith('admin-mfa') });
    const id = '01a3b0aa-0000-7000-8000-000000000001';
    await all.world.database.query(
      `INSERT INTO backtest (id, control, yaml, from_at, to_at, status, created_by, alive_at)
       VALUES ($1, 'admin-mfa', '', now() - interval '1 day', now(), 'running', 'spec', clock_timestamp() - interval '30 seconds')`,
      [id],
    );
    expect((await all.get(`/v1/backtests/${id}`)).body['status']).toBe('running');
    await all.world.database.query(`UPDATE backtest SET alive_at = clock_timestamp() - interval '61 seconds'`);
    expect((await all.get(`/v1/backtests/${id}`)).body['status']).toBe('interrupted');
  });
});
