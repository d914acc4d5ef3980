import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { SETTINGS, aNotice, itKeepsTheChannelContract } from './channel-contract.testkit.js';
import type { Behaviour } from './channel-contract.testkit.js';
import type { ChannelSettings } from './channel.js';
import { HttpReceiver, status } from './http-receiver.testkit.js';
import type { Answer } from './http-receiver.testkit.js';
import { webhook } from './webhook.channel.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TOKEN = 'T0K3N';

const ANSWERS: Readonly<Record<Behaviour, Answer>> = {
  accepts: status(204),
  busy: status(429, { 'retry-after': '30' }),
  broken: status(500),
  refuses: status(410),
  silent: () => undefined,
};

itKeepsTheChannelContract(webhook, async () => {
  const server = await HttpReceiver.start();
  return {
    config: { url: `http://127.0.0.1:${server.port}/hooks/${TOKEN}`, secret: SECRET },
    settings: {},
    secrets: [SECRET, SECRET.slice(6), TOKEN],
    behave: (behaviour) => {
      server.answer = ANSWERS[behaviour];
    },
    arrived: () => server.arrivals.length,
    close: () => server.close(),
  };
});

describe('the webhook channel', () => {
  let server: HttpReceiver;
  beforeEach(async () => {
    server = await HttpReceiver.start();
  });
  afterEach(() => server.close());

  async function send(url = `http://127.0.0.1:${server.port}/`, settings: Partial<ChannelSettings> = {}) {
    const sender = webhook.open({ ...SETTINGS, timeoutMs: 2_000, ...settings });
    try {
      return await sender.send(webhook.render(aNotice()), { url, secret: SECRET }, new AbortController().signal);
    } finally {
      await sender.close();
    }
  }

  it('signs as Standard Webhooks says, with the id of the notice', async () => {
    expect(await send()).toEqual({ kind: 'sent' });
    const [arrival] = server.arrivals;
    expect(arrival?.headers['webhook-id']).toBe('0b54a1de-3f0c-8f1e-9a52-4c1d2f3e4a5b');
    expect(arrival?.headers['content-type']).toBe('application/json');
    expect(new Webhook(SECRET).verify(arrival!.body, arrival!.headers as Record<string, string>)).toEqual(aNotice());
  });

  it('sends a notice the same bytes each time, so that a repeat is known by its id', async () => {
    await send();
    await send();
    const [first, second] = server.arrivals;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  });

  it.each([400, 401, 403, 404, 409, 410, 413, 422])('gives up at status %i', async (code) => {
    server.answer = status(code);
    expect(await send()).toEqual({ kind: 'giveUp', reason: `status ${code}` });
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('asks for a retry at status %i', async (code) => {
    server.answer = status(code);
    expect(await send()).toEqual({ kind: 'retry', reason: `status ${code}` });
  });

  it('hears when the receiver wants the next attempt', async () => {
    server.answer = status(503, { 'retry-after': '120' });
    expect(await send()).toEqual({ kind: 'retry', reason: 'status 503', afterMs: 120_000 });
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (code) => {
    server.answer = status(code, { location: `http://127.0.0.1:${server.port}/elsewhere` });
    expect(await send()).toEqual({ kind: 'giveUp', reason: `status ${code}: redirects are not followed; set the final address` });
    expect(server.arrivals.length).toBe(1);
  });

  it('reads an answer without end no further than its bound', async () => {
    let written = 0;
    const ended = new Promise<void>((resolve) => {
      server.answer = (response) => {
        response.writeHead(200);
        const pour = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536;
          response.once('drain', pour);
        };
        response.once('close', resolve);
        pour();
      };
    });
    expect(await send()).toEqual({ kind: 'sent' });
    await ended;
    expect(written).toBeLessThan(16 * 1_048_576);
  });

  it('is sent when the status came, even though the answer never ends', async () => {
    server.answer = (response) => {
      response.writeHead(200);
      response.write('thank you, and');
    };
    expect(await send(undefined, { timeoutMs: 2_000 })).toEqual({ kind: 'sent' });
  });

  it('calls no loopback address in production unless the operator allows it', async () => {
    const refused = {
      kind: 'giveUp',
      reason: 'the address is private, link-local or otherwise not allowed; TICKMARK_ALLOWED_NETWORKS allows networks',
    };
    expect(await send(undefined, { production: true })).toEqual(refused);
    expect(await send(`http://localhost:${server.port}/`, { production: true })).toEqual(refused);
    expect(server.arrivals).toEqual([]);
    expect(await send(undefined, { production: true, allowedNetworks: ['127.0.0.1'] })).toEqual({ kind: 'sent' });
  });

  it.each([
    ['no address', 'hooks.example'],
    ['another protocol', 'ftp://hooks.example'],
    ['a password in the address', 'https://ada:secret@hooks.example'],
  ])('refuses settings with %s', (_, url) => {
    expect(webhook.config.safeParse({ url, secret: SECRET }).success).toBe(false);
  });

  it('refuses a secret that is not written as the specification says', () => {
    expect(webhook.config.safeParse({ url: 'https://hooks.example', secret: 'abc' }).success).toBe(false);
  });
});
