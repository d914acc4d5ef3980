import { createHmac, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import { CLOUDEVENTS_REQUESTS } from '../../libs/formats/src/cloudevents.samples.testkit.js';
import { EXPECTED as GITHUB_SAMPLES, headersOf } from '../../libs/formats/src/github.samples.testkit.js';
import { PROWLER_SAMPLES } from '../../libs/formats/src/prowler.samples.testkit.js';
import { sampleBytes, sampleFiles, sampleText } from '../../libs/formats/src/samples.testkit.js';
import type { Evidence, Received } from '../support/answers.ts';
import { HttpClient } from '../support/http-client.ts';
import type { Answer, Problem } from '../support/http-client.ts';
import { expectedAnswer, keptItems, refusalsOf } from '../support/sample-delivery.ts';
import { sharedSystem } from '../support/shared-system.ts';

const system = sharedSystem({ name: 'real-files' });

type Reply = Answer<Received & Problem>;

async function holds(reply: Reply, items: readonly object[]): Promise<void> {
  const { status, ignored, rejected, kept } = expectedAnswer(items);
  expect({ status: reply.status, refusals: refusalsOf(reply) }).toEqual({ status, refusals: rejected });
  if (status !== 202) return;
  expect(reply.body).toMatchObject({ ignored, accepted: kept.length });
  expect(await keptItems(reply.body, system().console('auditor'))).toEqual(kept);
}

describe('GitHub webhooks over HTTP', () => {
  const SECRET = 'a long secret that GitHub and this feed share';
  beforeAll(() => system().registerFeed({ name: 'github', system: 'github-cloud', authentication: { kind: 'github', secret: SECRET } }));

  const sign = (body: Uint8Array): string => `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;

  function deliver(file: string, headers: Readonly<Record<string, string | undefined>>, signature?: string): Promise<Reply> {
    const body = Buffer.from(sampleBytes('github', file));
    const own = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))) as Record<string, string>;
    return new HttpClient(system().apps.ingestion.url).send('/v1/events/github/github', {
      method: 'POST',
      headers: { ...own, 'content-type': 'application/json', 'x-hub-signature-256': signature ?? sign(body) },
      body,
    });
  }

  // A handshake: answered as GitHub asks, and no evidence.
  const [ping, others] = [GITHUB_SAMPLES.filter(([, event]) => event === 'ping'), GITHUB_SAMPLES.filter(([, event]) => event !== 'ping')];

  test.each(ping)('%s is answered and leaves no evidence', async (file, event) => {
    const reply = await deliver(file, headersOf(event, randomUUID()));
    expect(reply.status).toBe(200);
    expect(reply.text).not.toContain('evidenceId');
    expect((await deliver(file, headersOf(event), sign(Buffer.from('{}')))).status).toBe(401);
  });

  test.each(others)('%s is taken as the webhook %s', async (file, event, item) => {
    const delivery = randomUUID();
    const expected = 'type' in item ? { ...item, id: delivery } : item;
    await holds(await deliver(file, headersOf(event, delivery)), [expected]);
  });

  test('a file that breaks off is malformed, with the path where it does', async () => {
    const reply = await deliver('broken.truncated.json', headersOf('pull_request'));
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toMatchObject([{ pointer: '/pull_request/patch_url' }]);
  });

  test('a log record is no webhook: refused, since no header says what it is', async () => {
    const reply = await deliver('github_disable_protect_this_branch.json', {});
    expect(reply.status).toBe(400);
    expect(reply.body.errors?.[0]?.message).toContain('X-GitHub-Event');
  });

  test('every sample was sent', () => {
    const others = ['broken.truncated.json', 'github_disable_protect_this_branch.json'];
    expect([...GITHUB_SAMPLES.map(([file]) => file), ...others].sort()).toEqual(sampleFiles('github'));
  });

  test('a body that was changed on its way is not taken', async () => {
    const reply = await deliver('push.branch.payload.json', headersOf('push'), sign(Buffer.from('{}')));
    expect(reply.status).toBe(401);
    expect(reply.body.detail).toMatch(/sign/i);
  });

  test('the raw bytes can be read back as they came', async () => {
    const { body } = await deliver('pull_request.merged.payload.json', headersOf('pull_request', randomUUID()));
    const evidenceId = body.events[0]?.evidenceId ?? '';
    const raw = await system().console('auditor').send(`/v1/evidence/${evidenceId}/raw`);
    expect(raw.text).toBe(sampleText('github', 'pull_request.merged.payload.json'));
  });
});

describe('Prowler results over HTTP', () => {
  // The samples use each other's ids; an account of its own for each file is what a feed is for.
  const keyOf = async (file: string): Promise<string> => {
    const name = `prowler-${file.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
    return (await system().registerFeed({ name, system: 'aws' })).apiKey ?? '';
  };

  const deliver = (key: string, body: Buffer<ArrayBuffer> | string, contentType: string): Promise<Reply> =>
    system().ingestion(key).send('/v1/events/prowler', { method: 'POST', headers: { 'content-type': contentType }, body });

  test.each(PROWLER_SAMPLES)('$file holds $holds', async ({ file, contentType, items }) => {
    await holds(await deliver(await keyOf(file), Buffer.from(sampleBytes('prowler', file)), contentType), items);
  });

  test('every sample was sent', () => {
    expect(PROWLER_SAMPLES.map(({ file }) => file).sort()).toEqual(sampleFiles('prowler'));
  });

  test('MANUAL is unknown, never a pass and never a failure', async () => {
    // The sample with the times of a scan that ended now: the real one is too old to be judged.
    const nowS = String(Math.floor(Date.now() / 1_000));
    const scan = sampleText('prowler', 'example_output_aws.ocsf.json').replaceAll('1739539623', nowS);
    const { body } = await deliver(await keyOf('present'), scan, 'application/json');
    expect(body).toMatchObject({ accepted: 5, rejected: [] });
    await system().judged(body.deliveryId);
    const states = await system().states('cloud-findings-fixed');
    const stateOf = (rule: string): string | undefined => states.find((one) => one.key.endsWith(`#${rule}`))?.state;
    expect({
      found: stateOf('accessanalyzer_enabled'),
      manual: stateOf('account_maintain_current_contact_details'),
      alsoManual: stateOf('account_security_contact_information_is_registered'),
      alsoFound: stateOf('account_maintain_different_contact_details_to_security_billing_and_operations'),
    }).toEqual({ found: 'fail', manual: 'unknown', alsoManual: 'unknown', alsoFound: 'fail' });
    const deviations = await system().deviations({ control: 'cloud-findings-fixed', status: 'open' });
    expect(deviations.map((one) => one.key).filter((name) => name.includes('account_maintain_current_contact_details'))).toEqual([]);
    expect(deviations.map((one) => one.key.split('#')[1])).toContain('accessanalyzer_enabled');
  });
});

describe('requests of the CloudEvents conformance suite', () => {
  let key = '';
  beforeAll(async () => {
    key = (await system().registerFeed({ name: 'conformance', system: 'conformance' })).apiKey ?? '';
  });

  test.each(CLOUDEVENTS_REQUESTS)('$name', async ({ contentType, headers, body, items }) => {
    const own = Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))) as Record<string, string>;
    await holds(await system().ingestion(key).send('/v1/events', { method: 'POST', headers: { ...own, 'content-type': contentType }, body }), items);
  });
});

test('evidence that is older than the feed allows is kept, flagged, and not judged', async () => {
  const received = await system().push([
    { specversion: '1.0', id: 'old', source: '/specs', type: 'identity.signin', subject: 'a', time: '2020-01-01T00:00:00Z', data: { account: 'a', system: 'okta', outcome: 'success' } },
  ]);
  expect(await system().judged(received.deliveryId)).toMatchObject({ accepted: 1, judged: 0, notJudged: 1, pending: 0 });
  const evidence = await eventually(() => system().console('auditor').get<Evidence>(`/v1/evidence/${received.events[0]?.evidenceId ?? ''}`));
  expect(evidence).toMatchObject({ tooOld: true, timeAssumed: false, event: { time: '2020-01-01T00:00:00.000Z' } });
});
