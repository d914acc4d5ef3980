import { describe, expect, it } from '@jest/globals';
import { awsEventbridge } from './aws-eventbridge.format.js';
import { sampleFiles, sampleText, send, sendSample, shown, type Shown } from './samples.testkit.js';

const ASKED = 'a rule was asked about a resource; what it finds comes as an event of its own';
const noType = (name: string): object => ({ index: 0, ignored: `${name}: no event type of the catalogue says it` });
const HEALTH =
  'arn:aws:health:us-east-1::event/EC2/AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED/AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED3d776ac7-512d-4a3b-8ea4-73c33993a906';
const ALARM = 'arn:aws:cloudwatch:eu-west-1:912397435824:alarm:test_alarm';
const FINDING = 'arn:aws:guardduty:us-east-1:644160558196:detector/06b01209ca77b0865dd973df0355fc1e/finding/4cb5a629e9757b650d102f683cdbcd7b';
const IMAGE = 'arn:aws:ecr:eu-north-1:123456789012:repository/tribble-image-scan-test@sha256:d4a96ee9443e641fc100e763a0c10928720b50c6e3ea3342d05d7c3435fc5355';

const EXPECTED: Record<string, object[]> = {
  'awsConfigRuleConfigurationChanged.json': [{ index: 0, ignored: ASKED }],
  'awsConfigRuleOversizedConfiguration.json': [
    { index: 0, ignored: 'a rule was asked about a resource that is too large to be sent: nothing is known of it until the rule answers' },
  ],
  'awsConfigRuleScheduled.json': [{ index: 0, ignored: 'a rule was asked on schedule, about no resource; what it finds comes as an event of its own' }],
  'config-rule-instance.json': [{ index: 0, ignored: ASKED }],
  'cloudWatchAlarmEventSingleMetric.json': [
    {
      index: 0,
      id: `${ALARM}@1708170788431@ALARM`,
      source: 'aws.cloudwatch',
      type: 'detection.alert',
      subject: ALARM,
      time: '2024-02-17T11:53:08.431Z',
      data: { id: ALARM, severity: 'high', status: 'ALARM', kind: 'alarm' },
    },
  ],
  'codepipeline-execution-state-change-event.json': [noType('CodePipeline Pipeline Execution State Change')],
  'ec2-duty-event.json': [{ index: 0, ignored: 'a sample finding of GuardDuty: nothing happened' }],
  'ecr-image-scan-event.json': [
    {
      index: 0,
      id: '01234567-0123-0123-0123-012345678901',
      source: 'aws.ecr/123456789012',
      type: 'scan.completed',
      subject: 'ecr/tribble-image-scan-test',
      time: '2019-10-30T21:32:27.000Z',
      data: { scanner: 'ecr/tribble-image-scan-test', outcome: 'success', covered: 1, total: 1 },
    },
    {
      index: 0,
      id: '01234567-0123-0123-0123-012345678901#1',
      source: 'aws.ecr/123456789012',
      type: 'config.finding',
      subject: IMAGE,
      time: '2019-10-30T21:32:27.000Z',
      data: {
        rule: 'ecr-image-vulnerabilities',
        resource: IMAGE,
        outcome: 'fail',
        severity: 'critical',
        title: 'The image has no known vulnerabilities',
        account: '123456789012',
        region: 'eu-north-1',
      },
    },
  ],
  'event-cloud-trail-create-bucket.json': [noType('CreateBucket')],
  'event-cloud-trail-create-db.json': [noType('CreateDBInstance')],
  'event-cloud-trail-run-instance-creator-assumed.json': [noType('RunInstances')],
  'event-phd-ec2-retire.json': [
    {
      index: 0,
      id: '00fdef86-e930-cc2a-3bf7-1fd61ab3c89f',
      source: 'aws.health/011122335622',
      type: 'detection.alert',
      subject: HEALTH,
      time: '2018-11-01T22:00:00.000Z',
      data: { id: HEALTH, severity: 'medium', status: 'open', kind: 'scheduledChange' },
    },
  ],
  'event-securityhub-iamkey-finding-action.json': [
    {
      index: 0,
      id: `${FINDING}@2019-06-12T15:34:50.346Z`,
      source: 'arn:aws:securityhub:us-east-1::product/aws/guardduty',
      type: 'detection.alert',
      subject: FINDING,
      time: '2019-06-12T15:34:50.346Z',
      data: { id: FINDING, severity: 'medium', status: 'NEW' },
    },
  ],
  'eventBridgeEvent.json': [noType('EC2 Instance State-change Notification')],
  'kinesisFirehosePutEvent.json': [
    { index: 0, rejected: '/data', message: expect.stringMatching(/^holds no event of AWS: /) },
    { index: 1, rejected: '/data', message: 'is no event of AWS that is known here: it has no detail-type' },
  ],
  'snsSqsEvent.json': [{ index: 0, rejected: '/body/Message', message: 'is no event of AWS that is known here: it has no detail-type' }],
  'sqsEvent.json': [
    { index: 0, rejected: '/body', message: expect.stringMatching(/^holds no event of AWS: /) },
    { index: 1, rejected: '/body', message: 'is no event of AWS that is known here: it has no detail-type' },
  ],
  'broken.body.json': [
    {
      index: 0,
      id: 'r@@b-1@2026-01-31T12:00:00Z',
      source: 'aws.config/',
      type: 'config.finding',
      subject: 'b-1',
      time: '2026-01-31T12:00:00.000Z',
      data: { rule: 'r', resource: 'b-1', outcome: 'pass' },
    },
    { index: 1, rejected: '/body/detail/resourceId', message: 'expected string, but it is missing' },
  ],
};

describe('the samples of EventBridge and its envelopes', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('aws-eventbridge'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(awsEventbridge, file))).toEqual(EXPECTED[file]);
  });
});

const all = (body: unknown): Shown[] => shown(send(awsEventbridge, JSON.stringify(body)));
const SAMPLE = JSON.parse(awsEventbridge.sample.body) as { readonly detail: { readonly newEvaluationResult: object } };
const event = (kind: string, detail: object): object => ({ ...SAMPLE, 'detail-type': kind, detail });

describe('an envelope of AWS', () => {
  const notification = { Type: 'Notification', MessageId: 'm-1', TopicArn: 'arn:aws:sns:eu-west-1:1:t', Message: awsEventbridge.sample.body, Timestamp: '2026-01-31T12:00:00Z' };
  const inSqs = (body: unknown): object => ({ Records: [{ messageId: 'm-2', eventSource: 'aws:sqs', body: JSON.stringify(body) }] });

  it.each([
    ['SNS', notification],
    ['SNS in SQS', inSqs(notification)],
    ['SQS', inSqs(SAMPLE)],
    ['SNS as a function gets it', { Records: [{ EventSource: 'aws:sns', Sns: notification }] }],
    ['Firehose', { records: [{ recordId: 'r', data: Buffer.from(awsEventbridge.sample.body).toString('base64') }] }],
  ])('of %s is taken off: the event is the one inside', (_name, body) => {
    expect(all(body)).toEqual(all(SAMPLE));
  });

  it('of SNS that only speaks of the subscription leaves no evidence', () => {
    expect(all({ ...notification, Type: 'SubscriptionConfirmation' })).toMatchObject([{ ignored: expect.stringMatching(/SubscribeURL/) as unknown }]);
    expect(all({ ...notification, Type: 'UnsubscribeConfirmation' })).toMatchObject([{ ignored: expect.anything() as unknown }]);
  });

  it('within an envelope and so on is not opened for ever', () => {
    let body: object = SAMPLE;
    for (let level = 0; level < 6; level += 1) body = { ...notification, Message: JSON.stringify(body) };
    expect(all(body)).toMatchObject([{ rejected: '/Message/Message/Message/Message/Message' }]);
  });

  it('whose text breaks off is refused there', () => {
    expect(all({ ...notification, Message: '{"detail-type":' })).toMatchObject([{ rejected: expect.stringMatching(/^\/Message/) as unknown }]);
    expect(all({ ...notification, Message: 7 })).toMatchObject([{ rejected: '/Message' }]);
  });
});

describe('a rule of AWS Config', () => {
  it.each([
    ['COMPLIANT', 'pass'],
    ['NON_COMPLIANT', 'fail'],
    ['NOT_APPLICABLE', 'not-applicable'],
    ['INSUFFICIENT_DATA', 'unknown'],
    ['ERROR', 'unknown'],
  ])('that says %s is %s', (complianceType, outcome) => {
    const detail = { ...SAMPLE.detail, newEvaluationResult: { ...SAMPLE.detail.newEvaluationResult, complianceType } };
    expect(all(event('Config Rules Compliance Change', detail))).toMatchObject([{ type: 'config.finding', subject: 'larkspur-payslips', data: { outcome } }]);
    expect(all(detail)).toEqual(all(event('Config Rules Compliance Change', detail)));
  });

  it('that says nothing any more gives no result, and no pass', () => {
    expect(all(event('Config Rules Compliance Change', { ...SAMPLE.detail, newEvaluationResult: null }))).toMatchObject([{ ignored: expect.anything() as unknown }]);
  });

  it('that is asked in a way that is not known is refused', () => {
    const asked = JSON.parse(sampleText('aws-eventbridge', 'awsConfigRuleScheduled.json')) as object;
    expect(all({ ...asked, invokingEvent: '{"messageType":"ConfigurationSnapshotDeliveryCompleted"}' })).toMatchObject([{ ignored: 'a snapshot was stored: it says what there is, not whether it is as it should be' }]);
    expect(all({ messageType: 'ConfigurationItemChangeNotification', configurationItem: {} })).toMatchObject([{ ignored: 'a message of AWS Config about no result of a rule' }]);
    expect(all({ messageType: 'Hello' })).toMatchObject([{ rejected: '' }]);
    expect(all({ ...asked, invokingEvent: '{}' })).toMatchObject([{ rejected: '/invokingEvent/messageType' }]);
    expect(all({ ...asked, invokingEvent: '{' })).toMatchObject([{ rejected: expect.stringMatching(/^\/invokingEvent/) as unknown }]);
    expect(all({ ...asked, invokingEvent: {} })).toMatchObject([{ rejected: '/invokingEvent' }]);
  });
});

describe('a finding of GuardDuty', () => {
  const finding = { id: 'f1', type: 'Backdoor:EC2/C&CActivity.B!DNS', severity: 5, updatedAt: '2026-01-31T12:00:00.865Z', accountId: '1', service: { count: 2 } };
  const one = (change: object): unknown => all(event('GuardDuty Finding', { ...finding, ...change }))[0];

  it.each([
    [9.2, 'critical'],
    [9, 'critical'],
    [8.9, 'high'],
    [7, 'high'],
    [6.9, 'medium'],
    [4, 'medium'],
    [3.9, 'low'],
    [1, 'low'],
    [0, 'informational'],
  ])('of severity %d is %s', (severity, word) => {
    expect(one({ severity })).toMatchObject({ data: { severity: word } });
  });

  it('has its time and its version by its last update, and is not over because it was archived', () => {
    expect(one({})).toMatchObject({ id: 'f1@2026-01-31T12:00:00.865Z', time: '2026-01-31T12:00:00.865Z', data: { status: 'ACTIVE' } });
    expect(one({ service: { archived: true } })).toMatchObject({ data: { status: 'ARCHIVED' } });
    expect(one({ service: { archived: true } })).not.toHaveProperty('data.decidedAt');
    expect(one({ updatedAt: 'x' })).toMatchObject({ rejected: '/detail/updatedAt' });
  });
});

describe('an alarm of CloudWatch', () => {
  const bridged = (state: object): unknown => all({ ...event('CloudWatch Alarm State Change', { alarmName: 'a', state }), resources: [ALARM] })[0];

  it('that is over is no longer to be decided, and one that cannot tell says nothing', () => {
    expect(bridged({ value: 'OK', timestamp: '2026-01-31T12:00:00.000+0000' })).toMatchObject({ data: { id: ALARM, severity: 'informational', status: 'OK', containedAt: '2026-01-31T12:00:00.000Z' } });
    expect(bridged({ value: 'INSUFFICIENT_DATA' })).toEqual({ index: 0, ignored: 'alarm INSUFFICIENT_DATA: neither on nor off' });
    expect(bridged({ value: 'ALARM', timestamp: 'x' })).toMatchObject({ rejected: '/detail/state/timestamp' });
    expect(bridged({})).toMatchObject({ rejected: '/detail/state/value' });
  });

  it('through SNS is the same', () => {
    expect(all({ AlarmName: 'a', AlarmArn: ALARM, NewStateValue: 'ALARM', StateChangeTime: '2026-01-31T12:00:00.000+0000' })).toMatchObject([{ time: '2026-01-31T12:00:00.000Z', data: { status: 'ALARM' } }]);
    expect(all({ NewStateValue: 'ALARM' })).toMatchObject([{ rejected: '/alarmArn' }]);
  });
});

describe('an event of EventBridge', () => {
  it('of AWS Health weighs by its category, and nothing once it is closed', () => {
    const health = (change: object): unknown => all(event('AWS Health Event', { eventArn: 'e', eventTypeCode: 'c', eventTypeCategory: 'issue', statusCode: 'open', ...change }))[0];
    expect(health({})).toMatchObject({ data: { severity: 'high', status: 'open' } });
    expect(health({ statusCode: 'closed' })).toMatchObject({ data: { severity: 'informational', status: 'closed' } });
    expect(health({ eventTypeCategory: 'new word' })).toMatchObject({ data: { severity: 'high' } });
    expect((health({ eventArn: 'e'.repeat(400) }) as { subject: string }).subject).toMatch(/^e{100}#[0-9a-f]{64}$/);
  });

  it('of an image scan that failed covers nothing, and no counts are no pass', () => {
    const scan = (change: object): Shown[] => all(event('ECR Image Scan', { 'scan-status': 'COMPLETE', 'repository-name': 'r', 'image-digest': 'sha256:1', ...change }));
    expect(scan({ 'scan-status': 'FAILED' })).toMatchObject([{ data: { outcome: 'failure', covered: 0 } }]);
    expect(scan({ 'finding-severity-counts': { CRITICAL: 0 } })).toMatchObject([{ type: 'scan.completed' }]);
    expect(scan({ 'scan-status': 'PENDING' })).toMatchObject([{ ignored: expect.anything() as unknown }]);
  });

  it('carries records of CloudTrail and findings of Security Hub as they are', () => {
    const trail = { eventID: 'e1', eventTime: '2026-01-31T12:00:00Z', eventName: 'StopLogging', eventSource: 'cloudtrail.amazonaws.com', requestParameters: { name: 'arn:aws:cloudtrail:eu-west-1:1:trail/t' } };
    expect(all(event('AWS API Call via CloudTrail', trail))).toMatchObject([{ type: 'config.finding', data: { outcome: 'fail' } }]);
    expect(all(event('AWS API Call via CloudTrail', {}))).toMatchObject([{ rejected: '/detail/eventID' }]);
    expect(all(event('Security Hub Findings - Imported', { findings: [null, {}] }))).toMatchObject([{ rejected: '/detail/findings/0' }, { rejected: '/detail/findings/1/Id' }]);
    expect(all(event('Security Hub Findings - Imported', {}))).toMatchObject([{ rejected: '/detail/findings' }]);
  });

  it('without a time that can be read is refused', () => {
    expect(all({ ...SAMPLE, time: 'now' })).toMatchObject([{ rejected: '/time', message: 'is no instant' }]);
    expect(all({})).toMatchObject([{ rejected: '' }]);
  });
});
