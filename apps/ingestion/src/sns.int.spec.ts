import { sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Got } from '@tickmark/platform';
import { selfSigned } from '@tickmark/testing';
import { TestIngestion } from './ingestion.testkit.js';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:config';
const HOST = 'https://sns.eu-central-1.amazonaws.com';
const CERTIFICATE = `${HOST}/SimpleNotificationService-1.pem`;
const DAY = 86_400_000;
const { pem, privateKey } = selfSigned({ name: 'sns.amazonaws.com', fromMs: Date.now() - DAY, toMs: Date.now() + DAY });

const gone: Got = { outcome: 'failed', reason: 'TimeoutError' };
const vendor: { asked: string[]; certificate: Got; confirmation: Got } = { asked: [], certificate: gone, confirmation: gone };
let ingestion: TestIngestion;

beforeAll(async () => {
  ingestion = await TestIngestion.start({
    getFromVendor: (url) => {
      vendor.asked.push(url);
      return Promise.resolve(url === CERTIFICATE ? vendor.certificate : vendor.confirmation);
    },
  });
  await ingestion.feed({ name: 'topic', authentication: { kind: 'aws-sns', topic: TOPIC } });
  await ingestion.feed({ name: 'unconfirmed', authentication: { kind: 'aws-sns', topic: TOPIC, confirm: false } });
});
beforeEach(() => {
  vendor.asked = [];
  vendor.certificate = { outcome: 'answered', status: 200, body: pem };
  vendor.confirmation = { outcome: 'answered', status: 200, body: '<ok/>' };
});
afterAll(() => ingestion[Symbol.asyncDispose]());

const SUBSCRIBE = `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=t1`;

function message(type: 'Notification' | 'SubscriptionConfirmation', text: string): string {
  const fields: [string, string][] = [
    ['Message', text],
    ['MessageId', `m-${text.length}`],
    ...(type === 'Notification' ? [] : ([['SubscribeURL', SUBSCRIBE]] as [string, string][])),
    ['Timestamp', new Date().toISOString()],
    ...(type === 'Notification' ? [] : ([['Token', 't1']] as [string, string][])),
    ['TopicArn', TOPIC],
    ['Type', type],
  ];
  const signed = fields.map(([name, value]) => `${name}\n${value}\n`).join('');
  const Signature = sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64');
  return JSON.stringify({ ...Object.fromEntries(fields), SignatureVersion: '2', Signature, SigningCertURL: CERTIFICATE });
}

const post = (body: string, feed = 'topic') => ingestion.post(body, { path: `/v1/events/aws-eventbridge/${feed}`, key: undefined, type: 'text/plain; charset=UTF-8' });
const kept = (): Promise<number> => ingestion.count("delivery WHERE format = 'aws-eventbridge'");
const result = (id: string): string =>
  JSON.stringify({
    ...{ version: '0', id, source: 'aws.config', 'detail-type': 'Config Rules Compliance Change', account: '123456789012', time: new Date().toISOString(), region: 'eu-central-1', resources: [] },
    detail: { configRuleName: 'r', resourceType: 'AWS::S3::Bucket', resourceId: id, newEvaluationResult: { complianceType: 'NON_COMPLIANT', resultRecordedTime: new Date().toISOString() } },
  });

describe('a topic of SNS', () => {
  it('has its subscription confirmed, which leaves a sign of life and no evidence', async () => {
    const before = await kept();
    expect((await post(message('SubscriptionConfirmation', 'You have chosen'))).status).toBe(200);
    expect(vendor.asked).toEqual([CERTIFICATE, SUBSCRIBE]);
    expect(await ingestion.rows("SELECT accepted FROM delivery WHERE format = 'aws-eventbridge' ORDER BY received_at DESC LIMIT 1")).toEqual([{ accepted: 0 }]);
    expect(await kept()).toBe(before + 1);
  });

  it('asks again when the confirmation does not get through', async () => {
    vendor.confirmation = gone;
    const before = await kept();
    const answer = await post(message('SubscriptionConfirmation', 'You have chosen again'));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await kept()).toBe(before);
  });

  it('is not confirmed where its feed says so: what it asks is kept, and nothing is opened', async () => {
    const answer = await post(message('SubscriptionConfirmation', 'You have chosen'), 'unconfirmed');
    expect([answer.status, answer.body.accepted, answer.body.ignored]).toEqual([202, 0, 1]);
    expect(vendor.asked).not.toContain(SUBSCRIBE);
  });

  it('brings evidence, and what it sends again is the same', async () => {
    const body = message('Notification', result('bucket-1'));
    const first = await post(body);
    expect([first.status, first.body.accepted]).toEqual([202, 1]);
    expect((await post(body)).body.events).toEqual(first.body.events);
  });

  it('is 401 when its message was changed on the way', async () => {
    const before = await kept();
    expect((await post(message('Notification', result('bucket-2')).replaceAll('NON_COMPLIANT', 'COMPLIANT'))).status).toBe(401);
    expect(await kept()).toBe(before);
  });
});
