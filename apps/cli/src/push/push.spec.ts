import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { FORMATS } from '@tickmark/formats';
import { folderWith, run } from '../cli.testkit.js';

interface Got {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const event = (id: string): string => JSON.stringify({ specversion: '1.0', id, source: 'urn:t', type: 'identity.account', data: {} });
const accepted = (...ids: string[]): Reply => ({
  status: 202,
  body: { deliveryId: 'd1', accepted: ids.length, ignored: 0, rejected: [], events: ids.map((id, index) => ({ index, id, evidenceId: `ev-${id}` })) },
});

describe('tickmark push', () => {
  let server: Server;
  let got: Got[];
  let replies: Reply[];
  let url: string;

  beforeEach(async () => {
    got = [];
    replies = [];
    server = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        got.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
        const reply = replies.length > 1 ? replies.shift() : replies[0];
        response.writeHead(reply?.status ?? 500, { 'content-type': 'application/json', ...reply?.headers }).end(JSON.stringify(reply?.body));
      })();
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => new Promise((resolve) => void server.close(resolve)));

  const push = (...args: readonly string[]) => run(['push', ...args, '--url', url, '--key', 'tmk_integration_x']);
  const file = async (name: string, text: string): Promise<string> => join(await folderWith({ [name]: text }), name);

  it('sends lines of CloudEvents as they are, with the key, and answers for each item', async () => {
    replies = [accepted('e1', 'e2')];
    const path = await file('events.ndjson', `${event('e1')}\n${event('e2')}\n`);
    const { code, out, err } = await push(path);
    expect(got).toEqual([{ path: '/v1/events', headers: expect.objectContaining({ authorization: 'Bearer tmk_integration_x', 'content-type': 'application/x-ndjson' }), body: `${event('e1')}\n${event('e2')}\n` }]);
    expect(out).toBe(`${path}:1: accepted e1 as evidence ev-e1\n${path}:2: accepted e2 as evidence ev-e2\n2 accepted, 0 ignored, 0 rejected\n`);
    expect([code, err]).toEqual([0, '']);
  });

  it('sends a JSON array in bounded requests and counts its items through', async () => {
    const ids = Array.from({ length: 750 }, (_, index) => `e${index}`);
    replies = [accepted(...ids.slice(0, 500)), accepted(...ids.slice(500))];
    const path = await file('events.json', `[${ids.map(event).join(',\n')}]`);
    const { code, out } = await push(path);
    expect(got.map(({ body }) => (JSON.parse(body) as unknown[]).length)).toEqual([500, 250]);
    expect(got[0]?.headers['content-type']).toBe('application/json');
    expect(out).toContain(`${path}:750: accepted e749 as evidence ev-e749\n750 accepted, 0 ignored, 0 rejected\n`);
    expect(code).toBe(0);
  });

  it('names what was refused and what was of no use, and answers no', async () => {
    replies = [
      {
        status: 202,
        body: {
          deliveryId: 'd1', accepted: 1, ignored: 1, rejected: [{ index: 1, pointer: '/time', message: 'is in the future' }],
          events: [{ index: 0, id: 'e1', evidenceId: 'ev-e1' }],
        },
      },
    ];
    const path = await file('events.ndjson', [event('e1'), event('e2'), event('e3')].join('\n'));
    const { code, out } = await push(path);
    expect(out).toBe(`${path}:1: accepted e1 as evidence ev-e1\n${path}:2: rejected /time is in the future\n${path}:3: ignored\n1 accepted, 1 ignored, 1 rejected\n`);
    expect(code).toBe(1);
  });

  it('says what the server said of a request that was refused as a whole', async () => {
    replies = [{ status: 403, body: { title: 'Not allowed', detail: 'This key may not send identity.account.' } }];
    const path = await file('events.ndjson', event('e1'));
    expect(await push(path)).toMatchObject({ code: 1, out: `${path}:1: rejected This key may not send identity.account.\n0 accepted, 0 ignored, 1 rejected\n` });
    replies = [{ status: 422, body: { detail: 'None could be accepted', errors: [{ index: 0, pointer: '/source', message: 'is missing' }] } }];
    expect((await push(path)).out).toContain(`${path}:1: rejected /source is missing\n`);
  });

  it('comes back after 429 and 503 when it is asked to, and tells it', async () => {
    replies = [
      { status: 429, headers: { 'retry-after': '0' }, body: { detail: 'too many' } },
      { status: 503, headers: { 'retry-after': '0' }, body: { detail: 'not now' } },
      accepted('e1'),
    ];
    const path = await file('events.ndjson', event('e1'));
    const { code, err } = await push(path);
    expect(got).toHaveLength(3);
    expect(code).toBe(0);
    expect(err).toBe('tickmark: the server answers 429: too many; trying again in 0.0 s\ntickmark: the server answers 503: not now; trying again in 0.0 s\n');
  });

  it('gives up on a server that stays away, sends nothing after it, and ends with 3', async () => {
    replies = [{ status: 503, headers: { 'retry-after': '0' }, body: { detail: 'not now' } }];
    const path = await file('events.ndjson', event('e1'));
    const { code, out, err } = await push(path, path);
    expect(got).toHaveLength(8);
    expect(code).toBe(3);
    expect(out).toContain('0 accepted, 0 ignored, 0 rejected, 2 not sent\n');
    expect(err).toContain('send the same again later, repeats are recognised');
  });

  it('tells within seconds when nobody listens', async () => {
    const path = await file('events.ndjson', event('e1'));
    const { code, err } = await run(['push', path, '--url', 'http://127.0.0.1:1', '--key', 'k']);
    expect([code, err.split('\n').filter((line) => line.includes('trying again')).length]).toEqual([3, 3]);
  }, 15_000);

  it('prints JSON', async () => {
    replies = [accepted('e1')];
    const path = await file('events.ndjson', event('e1'));
    const { out } = await push(path, '--json');
    expect(JSON.parse(out)).toEqual({
      ok: true,
      answers: [{ file: path, item: 1, outcome: 'accepted', id: 'e1', evidenceId: 'ev-e1' }],
      deliveries: ['d1'],
    });
  });

  const LARGE = 1_600;
  const largeLines = (): string => `${Array.from({ length: LARGE }, (_, at) => JSON.stringify({ ...(JSON.parse(event(`e${at}`)) as object), data: { pad: 'x'.repeat(3_000) } })).join('\n')}\n`;
  const keptAll = { index: 0, pointer: '/id', message: 'conflict: no' };
  const largeReply: Reply = {
    status: 202,
    body: { deliveryId: 'up', accepted: LARGE - 2, ignored: 1, rejected: [keptAll], events: Array.from({ length: LARGE - 2 }, (_, at) => ({ index: at + 2, id: `e${at + 2}`, evidenceId: `ev-${at + 2}` })) },
  };

  it('sends a large file in one request, whole again where it broke, and tells each item once', async () => {
    const text = largeLines();
    replies = [{ status: 503, headers: { 'retry-after': '0' }, body: { detail: 'not now' } }, largeReply];
    const path = await file('large.ndjson', text);
    const { code, out, err } = await push(path);
    expect(got.map(({ path: to, body }) => [to, body === text])).toEqual([['/v1/events', true], ['/v1/events', true]]);
    expect(got[0]?.headers).toMatchObject({ 'content-type': 'application/x-ndjson', 'content-length': String(text.length) });
    const lines = out.split('\n');
    expect([lines[0], lines[1], lines.at(-4), lines.at(-3), lines.at(-2)]).toEqual([
      `${path}:1: rejected /id conflict: no`,
      `${path}:3: accepted e2 as evidence ev-2`,
      `${path}:1600: accepted e1599 as evidence ev-1599`,
      `${path}:2: ignored`,
      '1598 accepted, 1 ignored, 1 rejected',
    ]);
    expect(err).toContain(`tickmark: the server answers 503: not now; trying again in 0.0 s\n`);
    expect(err).toContain(`tickmark: ${path}: 5.0 of 5.0 MB, 1600 lines sent\n`);
    expect(code).toBe(1);
  });

  it('prints the answers to a large file as JSON, item by item', async () => {
    replies = [largeReply];
    const { code, out } = await push(await file('large.ndjson', largeLines()), '--json');
    const printed = JSON.parse(out) as { ok: boolean; answers: unknown[]; deliveries: string[] };
    expect([code, printed.ok, printed.answers.length, printed.deliveries]).toEqual([1, false, LARGE, ['up']]);
  });

  it('knows a large ACH file, and says what the server says of one that was cut off', async () => {
    const entry = `622231380104987654321        0000000100W-1042         Ines Example            0121042880000001\n`;
    const head = '101 231380104 1210428822601311200A094101Federal Reserve Bank   Larkspur Payroll       \n5220Larkspur Payroll                    121042882 PPDPAYROLL         260202   1121042880000001\n';
    replies = [{ status: 400, body: { detail: 'cannot be read', errors: [{ pointer: '/lines/45002', message: 'the file ends without its control record (9); send it whole' }] } }];
    const path = await file('payroll.txt', head + entry.repeat(45_000));
    const { code, out } = await push(path);
    expect(got.map(({ path: to, headers }) => [to, headers['content-type']])).toEqual([['/v1/events/ach', 'text/plain']]);
    expect(out).toBe(`${path}:1: rejected /lines/45002 the file ends without its control record (9); send it whole\n0 accepted, 0 ignored, 1 rejected\n`);
    expect(code).toBe(1);
  });

  it('gives up on a large file when nobody listens', async () => {
    const path = await file('large.ndjson', largeLines());
    const { code, out } = await run(['push', path, '--url', 'http://127.0.0.1:1', '--key', 'k']);
    expect([code, out.split('\n').at(-2)]).toEqual([3, '0 accepted, 0 ignored, 0 rejected, 1 not sent']);
  }, 15_000);

  it('finds the format out, and sends what a tool wrote unchanged where it cannot be cut', async () => {
    replies = [{ status: 202, body: { deliveryId: 'd1', accepted: 1, ignored: 0, rejected: [], events: [{ index: 0, id: 'e1', evidenceId: 'ev-e1' }] } }];
    const sampleOf = (id: string) => FORMATS.find((format) => format.id === id)?.sample ?? { body: '', headers: {} };
    for (const id of ['prowler', 'okta']) {
      await push(await file(`${id}.json`, sampleOf(id).body));
      expect(got.at(-1)?.path).toBe(`/v1/events/${id}`);
    }
    const github = sampleOf('github');
    const name = 'branch_protection_rule';
    await push(await file(`${name}.payload.json`, github.body));
    await push(await file(`${name}.again.json`, github.body));
    const [first, again] = got.slice(-2);
    expect(first).toMatchObject({ path: '/v1/events/github', body: github.body, headers: { 'x-github-event': name } });
    expect(again?.headers['x-github-delivery']).toBe(first?.headers['x-github-delivery']);
  });

  it.each([
    ['openscap', 'arf.two-assets.xml', 'application/xml'],
    ['openscap', 'ssg-ocp4-ds-cis-111.222.333.444-pod.yaml', 'application/yaml'],
    ['k8s-policy', 'policy-report.yaml', 'application/yaml'],
    ['backup', 'velero.backup.yaml', 'application/yaml'],
    ['oscal', 'assessment.states.json', 'application/json'],
  ])('says of a file of %s in which notation it is: %s', async (id, name, contentType) => {
    replies = [{ status: 202, body: { deliveryId: 'd1', accepted: 1, ignored: 0, rejected: [], events: [{ index: 0, id: 'e1', evidenceId: 'ev-e1' }] } }];
    const text = await readFile(join(import.meta.dirname, '../../../../libs/formats/samples', id, name), 'utf8');
    await push(await file(name, text));
    expect([got.at(-1)?.path, got.at(-1)?.headers['content-type']]).toEqual([`/v1/events/${id}`, contentType]);
  }, 60_000);

  it('takes YAML for what it is by how it begins, when the name does not say it', async () => {
    replies = [{ status: 202, body: { deliveryId: 'd1', accepted: 1, ignored: 0, rejected: [], events: [{ index: 0, id: 'e1', evidenceId: 'ev-e1' }] } }];
    await push(await file('results', 'results:\n  - title: none\n'), '--format', 'oscal');
    expect(got.at(-1)?.headers['content-type']).toBe('application/yaml');
  });

  it('sends a file to a mapping by its name, as what the mapping reads', async () => {
    replies = [{ status: 202, body: { deliveryId: 'd1', accepted: 1, ignored: 0, rejected: [], events: [{ index: 0, id: 'e1', evidenceId: 'ev-e1' }] } }];
    const rows = 'Employee ID,Status\nw-1,Active\n';
    const { code } = await push(await file('export.csv', rows), '--format', 'hr-export');
    expect([code, got.at(-1)]).toEqual([0, expect.objectContaining({ path: '/v1/events/hr-export', body: rows, headers: expect.objectContaining({ 'content-type': 'text/csv' }) as unknown })]);
  }, 60_000);

  it('takes one line alone as a document, and what is readable but of no use as what it is', async () => {
    replies = [{ status: 202, body: { deliveryId: 'd1', accepted: 0, ignored: 1, rejected: [], events: [] } }];
    const trail = '{"Records":[{"eventVersion":"1.08","eventTime":"2023-07-10T12:00:24Z","eventSource":"s3.amazonaws.com","eventName":"GetBucketTagging","awsRegion":"us-east-1","eventID":"5f1c8b9e-3f5e-4c0e-9a54-0d3f7c1b2a60","errorCode":"NoSuchTagSet","userIdentity":{"type":"IAMUser"}}]}';
    await push(await file('trail.json', trail));
    expect(got.at(-1)).toMatchObject({ path: '/v1/events/aws-cloudtrail', body: trail, headers: { 'content-type': 'application/json' } });
  });

  it('sends a broken event of ours to where it is told what is wrong with it, not to a tool that leaves it out', async () => {
    replies = [{ status: 422, body: { detail: 'none', errors: [{ index: 0, pointer: '/id', message: 'holds control characters; leave them out' }] } }];
    const { code } = await push(await file('events.ndjson', event('red\u001b[31m')));
    expect([code, got.at(-1)?.path]).toEqual([1, '/v1/events']);
  });

  it('writes out what a source put there to move the cursor', async () => {
    const events = [{ index: 0, id: 'e1\u001b[2K\n✓ all good', evidenceId: 'ev-1' }];
    replies = [{ status: 202, body: { deliveryId: 'd1', accepted: 1, ignored: 0, rejected: [], events } }];
    const path = await file('events.ndjson', event('e1'));
    const { out } = await push(path);
    expect(out.split('\n')[0]).toBe(`${path}:1: accepted e1\\u001b[2K\\u000a✓ all good as evidence ev-1`);
  });

  it('counts a handshake as of no use, not as a failure', async () => {
    replies = [{ status: 200, body: { message: 'pong' } }];
    const { code, out } = await push(await file('ping.payload.json', '{"zen": "x"}'), '--format', 'github');
    expect([code, out.split('\n').at(-2)]).toEqual([0, '0 accepted, 1 ignored, 0 rejected']);
  });

  it.each([
    [['nowhere.json'], /nowhere\.json is no file/],
    [['--format', 'nothing'], /there is no format nothing; there are .*cloudevents/],
    [['--url', 'ftp://x'], /is no address/],
  ])('ends with 2 on wrong use: %j', async (args, message) => {
    const path = await file('events.ndjson', event('e1'));
    const { code, err } = await run(['push', path, '--url', url, '--key', 'k', ...args]);
    expect([code, message.test(err)]).toEqual([2, true]);
    expect(got).toEqual([]);
  }, 60_000);

  it('asks for the format of what it does not know', async () => {
    const { code, err } = await push(await file('notes.txt', 'hello'));
    expect(code).toBe(2);
    expect(err).toMatch(/notes\.txt is of no format that is known here; say which with --format/);
  });

  it('takes the key from the file of a started installation', async () => {
    const folder = await folderWith({ 'credentials.json': JSON.stringify({ apiKeys: { integration: 'tmk_integration_file' } }), 'e.ndjson': event('e1') });
    replies = [accepted('e1')];
    const before = process.env['TICKMARK_CREDENTIALS_FILE'];
    process.env['TICKMARK_CREDENTIALS_FILE'] = join(folder, 'credentials.json');
    try {
      await run(['push', join(folder, 'e.ndjson'), '--url', url]);
    } finally {
      if (before === undefined) delete process.env['TICKMARK_CREDENTIALS_FILE'];
      else process.env['TICKMARK_CREDENTIALS_FILE'] = before;
    }
    expect(got[0]?.headers.authorization).toBe('Bearer tmk_integration_file');
    expect(JSON.parse(await readFile(join(folder, 'credentials.json'), 'utf8'))).toBeDefined();
  });
});
