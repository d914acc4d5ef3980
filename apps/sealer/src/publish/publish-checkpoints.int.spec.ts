import { expect, it, jest } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { readPublications } from '@tickmark/persistence';
import { createLogger, parseConfig } from '@tickmark/platform';
import { SealedLedger } from '../ledger.testkit.js';
import { sealerEnvironment } from '../sealer.config.js';
import { PublishCheckpoints } from './publish-checkpoints.js';
import type { PublishOutcome, Target } from './target.js';
import { targetsOf } from './targets.js';

jest.setTimeout(60_000);

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

function publisher(ledger: SealedLedger, targets: readonly Target[], retryMs: readonly number[] = [0, 0]) {
  const outcomes: string[] = [];
  const metrics = { published: (target: string, outcome: string) => void outcomes.push(`${target} ${outcome}`) };
  return { outcomes, publishing: new PublishCheckpoints(ledger.sealer, targets, metrics, createLogger('spec', 'silent'), retryMs) };
}

async function sealTo(ledger: SealedLedger, ...sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    await ledger.grow(size);
    expect((await ledger.seal()).kind).toBe('sealed');
  }
}

const configFor = (ledger: SealedLedger, given: Readonly<Record<string, string>>) =>
  parseConfig(sealerEnvironment, { DATABASE_URL: ledger.url, NODE_ENV: 'test', ...given });

/** What it is told, and answers as it is bidden. */
function aTarget(answers: readonly PublishOutcome[], everyMs?: number): Target & { readonly sizes: number[] } {
  const sizes: number[] = [];
  const publish = ({ size }: { size: number }) => Promise.resolve(answers[sizes.push(size) - 1] ?? ({ ok: true } as const));
  return { id: everyMs === undefined ? 'webhook' : 'email', sizes, publish, close: () => Promise.resolve(), ...(everyMs === undefined ? {} : { everyMs }) };
}

it('each checkpoint becomes a file of its own, which holds the signed note', async () => {
  await using ledger = await SealedLedger.make();
  await sealTo(ledger, 5, 10);
  const folder = path.join(ledger.folder, 'elsewhere');
  const { publishing } = publisher(ledger, targetsOf(configFor(ledger, { TICKMARK_CHECKPOINT_FOLDER: folder })));
  await publishing.round();
  await publishing.round();
  expect(readdirSync(folder).sort()).toEqual(['tickmark.0000000000000005.checkpoint', 'tickmark.0000000000000010.checkpoint']);
  expect(readFileSync(path.join(folder, 'tickmark.0000000000000010.checkpoint'), 'utf8')).toBe(ledger.memory.last()?.note);
  expect(await readPublications(ledger.app)).toMatchObject([{ target: 'file', epoch: 1, size: 10, attempts: 0, givenUp: 0 }]);
});

it('a webhook gets each checkpoint once, signed as Standard Webhooks says', async () => {
  await using ledger = await SealedLedger.make();
  const arrived: { readonly body: string; readonly headers: Readonly<Record<string, unknown>> }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      arrived.push({ body, headers: request.headers });
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/checkpoints`;
  const targets = targetsOf(configFor(ledger, { TICKMARK_CHECKPOINT_WEBHOOK_URL: url, TICKMARK_CHECKPOINT_WEBHOOK_SECRET: SECRET }));
  const { publishing, outcomes } = publisher(ledger, targets);
  await sealTo(ledger, 5, 10);
  await publishing.round();
  await publishing.round();
  await publishing.close();
  server.close();
  expect(outcomes).toEqual(['webhook published', 'webhook published']);
  expect(arrived.map(({ body }) => (JSON.parse(body) as { data: { size: number } }).data.size)).toEqual([5, 10]);
  const { body, headers } = arrived[1]!;
  expect(JSON.parse(body)).toMatchObject({ type: 'ledger.checkpoint', data: { origin: 'tickmark', epoch: 1, note: ledger.memory.last()?.note } });
  const [id, at] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])];
  const signature = createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64')).update(`${id}.${at}.${body}`).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${signature}`);
});

it('what does not get through is tried again in order, then given up for the latest, and stays visible', async () => {
  await using ledger = await SealedLedger.make();
  await sealTo(ledger, 5, 10, 15);
  const failed = { ok: false, reason: 'status 500' } as const;
  const target = aTarget([failed, failed, failed, { ok: true }]);
  const { publishing, outcomes } = publisher(ledger, [target]);
  await publishing.round();
  expect(await publishing.troubles()).toBe('webhook: status 500');
  await publishing.round();
  await publishing.round();
  expect(target.sizes).toEqual([5, 5, 5]);
  expect(await readPublications(ledger.app)).toMatchObject([{ target: 'webhook', size: 10, givenUp: 2, lastError: 'status 500' }]);
  await publishing.round();
  expect(target.sizes).toEqual([5, 5, 5, 15]);
  expect(await publishing.troubles()).toBeUndefined();
  expect(await readPublications(ledger.app)).toMatchObject([{ size: 15, givenUp: 2, attempts: 0 }]);
  expect(outcomes).toEqual(['webhook failed', 'webhook failed', 'webhook failed', 'webhook given-up', 'webhook published']);
});

it('a mail tells the latest checkpoint, and the next one not before its time', async () => {
  await using ledger = await SealedLedger.make();
  await sealTo(ledger, 5, 10);
  const target = aTarget([], 60_000);
  const { publishing } = publisher(ledger, [target]);
  await publishing.round();
  await sealTo(ledger, 15);
  await publishing.round();
  expect(target.sizes).toEqual([10]);
});

it('settings that only make sense together are named when one is missing', () => {
  const fault = (given: Readonly<Record<string, string>>) => () => parseConfig(sealerEnvironment, { DATABASE_URL: 'postgres://localhost/x', ...given });
  expect(fault({ TICKMARK_CHECKPOINT_WEBHOOK_URL: 'https://example.org' })).toThrow('TICKMARK_CHECKPOINT_WEBHOOK_SECRET: must be set when TICKMARK_CHECKPOINT_WEBHOOK_URL is');
  expect(fault({ TICKMARK_CHECKPOINT_EMAIL_TO: 'a@example.org' })).toThrow('SMTP_URL: must be set when TICKMARK_CHECKPOINT_EMAIL_TO is');
  expect(fault({ TICKMARK_SEAL_EVERY: '2m' })).toThrow('TICKMARK_SEAL_EVERY: must be a duration such as 30s');
});
