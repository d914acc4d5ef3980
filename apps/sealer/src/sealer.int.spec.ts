import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { latestCheckpoint } from '@tickmark/persistence';
import { createLogger, parseConfig } from '@tickmark/platform';
import { eventually } from '@tickmark/testing';
import { createSealer } from './create-sealer.js';
import { SealedLedger } from './ledger.testkit.js';
import { sealerEnvironment } from './sealer.config.js';

jest.setTimeout(60_000);

const running: { close(): Promise<void> }[] = [];

async function start(ledger: SealedLedger, memoryFile = ledger.memoryFile) {
  const config = parseConfig(sealerEnvironment, {
    DATABASE_URL: ledger.url,
    TICKMARK_SEALER_KEY_FILE: ledger.keyFile,
    TICKMARK_SEALER_MEMORY_FILE: memoryFile,
    TICKMARK_SEAL_EVERY: '100ms',
    NODE_ENV: 'test',
  });
  const sealer = await createSealer(config, createLogger('sealer', 'silent'));
  running.push(sealer);
  const port = await sealer.listen(0, '127.0.0.1');
  return { close: () => sealer.close(), get: (path: string) => fetch(`http://127.0.0.1:${port}${path}`) };
}

const stopAll = async (): Promise<void> => {
  for (const sealer of running.splice(0)) await sealer.close();
};

describe('a sealer at work', () => {
  afterEach(stopAll);

  it('seals what is added, says so in its metrics, and describes itself', async () => {
    await using ledger = await SealedLedger.make(10);
    const sealer = await start(ledger);
    await eventually(async () => expect((await latestCheckpoint(ledger.app))?.size).toBe(10));
    await ledger.grow(20);
    await eventually(async () => expect((await latestCheckpoint(ledger.app))?.size).toBe(20));
    expect(await (await sealer.get('/readyz')).json()).toEqual({ status: 'ready', missing: [], degraded: [] });
    expect(await (await sealer.get('/healthz')).json()).toEqual({ status: 'alive' });
    await eventually(async () => expect(await (await sealer.get('/metrics')).text()).toContain('tickmark_ledger_unsealed_leaves{app="sealer"} 0'), { limitMs: 5_000 });
    expect(await (await sealer.get('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0', info: { title: 'Tickmark sealer' } });
    await stopAll();
  });

  it('is not ready while it refuses, names the reason, and stays so after a restart', async () => {
    await using later = await SealedLedger.make(20);
    expect((await later.seal()).kind).toBe('sealed');
    await using older = await SealedLedger.make(10);
    for (let starts = 0; starts < 2; starts += 1) {
      const sealer = await start(older, later.memoryFile);
      await eventually(async () => {
        const answer = await sealer.get('/readyz');
        expect({ status: answer.status, body: await answer.json() }).toMatchObject({
          status: 503,
          body: { missing: [{ name: 'ledger', reason: 'the ledger holds 10 leaves, fewer than the 20 that were signed: an older copy was restored' }] },
        });
      });
      expect(await (await sealer.get('/metrics')).text()).toContain('tickmark_sealer_refusing{app="sealer"} 1');
      await stopAll();
    }
    expect(await latestCheckpoint(older.app)).toBeUndefined();
  });

  it('waits while another one is at work, and takes over when that ends', async () => {
    await using ledger = await SealedLedger.make(10);
    const first = await start(ledger);
    await eventually(async () => expect((await latestCheckpoint(ledger.app))?.size).toBe(10));
    const second = await start(ledger);
    await eventually(async () =>
      expect(await (await second.get('/readyz')).json()).toMatchObject({ status: 'degraded', degraded: [{ name: 'sealing', reason: 'another sealer is at work' }] }),
    );
    await first.close();
    running.shift();
    await ledger.grow(20);
    await eventually(async () => expect((await latestCheckpoint(ledger.app))?.size).toBe(20));
    await stopAll();
  });

  it('is not ready when it cannot write down what it signed', async () => {
    await using ledger = await SealedLedger.make(10);
    const sealer = await start(ledger, `${ledger.keyFile}/memory.json`);
    await eventually(async () => expect((await sealer.get('/readyz')).status).toBe(503));
    expect(await latestCheckpoint(ledger.app)).toBeUndefined();
    await stopAll();
  });
});
