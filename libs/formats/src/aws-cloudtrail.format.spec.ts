import { describe, expect, it } from '@jest/globals';
import { awsCloudtrail } from './aws-cloudtrail.format.js';
import { sampleFiles, sampleText, send, sendSample, type Shown, shown } from './samples.testkit.js';

const ACCOUNT = '123837392027';
const BERT = `arn:aws:iam::${ACCOUNT}:user/bert-jan`;
const IAM = `iam.amazonaws.com/${ACCOUNT}`;
const iam = (name: string): string => `arn:aws:iam::${ACCOUNT}:${name}`;
const LOG = '218007301253_CloudTrail_us-east-1_20230710T';

interface Expected {
  readonly events: readonly object[];
  /** How many records only read, failed, or say what no event type says. */
  readonly read: number;
  readonly failed: number;
  readonly other: number;
}

function access(index: number, kind: 'granted' | 'revoked', at: { id: string; time: string }, data: { account: string; role?: string }): object {
  const by = kind === 'granted' ? { grantedBy: BERT } : { revokedBy: BERT };
  return {
    index,
    ...at,
    source: IAM,
    type: `identity.access-${kind}`,
    subject: data.account,
    data: { ...data, system: 'aws', ...by },
  };
}

const EXPECTED: Record<string, Expected> = {
  [`${LOG}1205Z_86g9Vok9HiUCgSI7.json`]: { events: [], read: 15, failed: 1, other: 3 },
  [`${LOG}1205Z_UljXNp9xLp8nsAGc.json`]: {
    events: [
      {
        index: 12,
        id: '98cf02da-a187-453b-87fe-884d93a06a4c',
        source: `cloudtrail.amazonaws.com/${ACCOUNT}`,
        type: 'config.finding',
        subject: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/stratus-red-team-ctes-trail-qyxyekjbtk`,
        time: '2023-07-10T12:00:05.000Z',
        data: {
          rule: 'cloudtrail-logging',
          resource: `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/stratus-red-team-ctes-trail-qyxyekjbtk`,
          outcome: 'pass',
          title: 'The trail records',
          account: ACCOUNT,
          region: 'us-east-1',
        },
      },
      access(28, 'granted', { id: '39b115ed-5806-43b7-abd5-c4e078b1528a', time: '2023-07-10T12:01:52.000Z' }, { account: iam('role/stratus-red-team-leave-org-role'), role: 'inline/inline-policy' }),
    ],
    read: 24,
    failed: 22,
    other: 7,
  },
  [`${LOG}1210Z_2ru8PrDKZmsO3yWC.json`]: { events: [], read: 1, failed: 1, other: 1 },
  [`${LOG}1210Z_QY5iPRtGUt0EpVaH.json`]: {
    events: [
      access(39, 'revoked', { id: 'bc0a5237-3f28-41b7-adf3-0e90c26e4cb0', time: '2023-07-10T12:07:59.000Z' }, { account: iam('role/stratus-red-team-ec2-get-password-data-role') }),
    ],
    read: 48,
    failed: 10,
    other: 10,
  },
  [`${LOG}1215Z_P0WZuP2zvLW2RcUo.json`]: {
    events: [access(21, 'revoked', { id: '70196aa0-ddaa-42f4-b5e0-623b210985f0', time: '2023-07-10T12:12:06.000Z' }, { account: iam('role/stratus-red-team-ec2-enumerate-role') })],
    read: 25,
    failed: 2,
    other: 5,
  },
  [`${LOG}1225Z_4iD2boYSOwmb6sWd.json`]: {
    events: [
      {
        index: 10,
        id: '70e5932e-9022-4b38-837e-ca10dad94eb7',
        source: `signin.amazonaws.com/${ACCOUNT}`,
        type: 'identity.signin',
        subject: iam('user/stratus-red-team-nmfalu-gfjyeaypjt'),
        time: '2023-07-10T12:23:15.000Z',
        data: { account: iam('user/stratus-red-team-nmfalu-gfjyeaypjt'), system: 'aws', outcome: 'success', mfa: false, ip: '192.168.10.20' },
      },
    ],
    read: 7,
    failed: 4,
    other: 0,
  },
  [`${LOG}1230Z_04rtp9DpvIpSZzMr.json`]: {
    events: [
      access(1, 'granted', { id: '57e170e5-78ba-4941-8508-353b2eb18c86', time: '2023-07-10T12:24:07.000Z' }, { account: iam('role/stratus-red-team-backdoor-r-role') }),
      access(4, 'granted', { id: 'f0d7bb15-75c8-4770-a500-92d1f71b948c', time: '2023-07-10T12:25:04.000Z' }, { account: iam('user/stratus-red-team-login-profile-user'), role: 'console' }),
    ],
    read: 13,
    failed: 0,
    other: 2,
  },
  [`${LOG}1230Z_9SJSsrxJ0ChF5VFb.json`]: {
    events: [
      access(15, 'granted', { id: '059cf0ed-af91-40a6-9c89-a8a4fb81dc65', time: '2023-07-10T12:28:24.000Z' }, { account: iam('role/stratus-red-team-backdoor-r-role'), role: 'trust-policy' }),
      access(38, 'revoked', { id: '08edca58-402f-4cc6-86dd-fa349a46bca3', time: '2023-07-10T12:28:34.000Z' }, { account: iam('user/stratus-red-team-nmfalu-gfjyeaypjt') }),
      access(52, 'revoked', { id: 'b5efbaf7-37dc-4f5b-b522-82e85ce5b657', time: '2023-07-10T12:28:35.000Z' }, { account: iam('user/stratus-red-team-backdoor-u-user') }),
    ],
    read: 64,
    failed: 9,
    other: 8,
  },
  'broken.event-time.json': {
    events: [
      {
        index: 0,
        id: '11111111-9022-4b38-837e-ca10dad94eb7',
        source: 'signin.amazonaws.com/123456789012',
        type: 'identity.signin',
        subject: 'arn:aws:iam::123456789012:root',
        time: '2026-01-31T12:00:00.000Z',
        data: { account: 'arn:aws:iam::123456789012:root', system: 'aws', outcome: 'failure', mfa: false, ip: '192.0.2.17' },
      },
      { index: 1, rejected: '/eventTime', message: 'is no instant' },
    ],
    read: 0,
    failed: 0,
    other: 0,
  },
};

const WRAPPED = ['cloudtrail_aws_config.json', 'cloudtrail_critical_api_calls.json', 'cloudtrail_mfa_policy_abuse_attempt.json', 'cloudtrail_root_account_usage.json'];

function ignoredBecause(all: readonly Shown[], reason: RegExp): number {
  return all.filter((item) => 'ignored' in item && reason.test(item.ignored)).length;
}

describe('samples of CloudTrail logs', () => {
  it('are all written out here', () => {
    expect([...Object.keys(EXPECTED), ...WRAPPED].sort()).toEqual(sampleFiles('aws-cloudtrail'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    const all = shown(sendSample(awsCloudtrail, file, { system: 'aws' }));
    expect(all.filter((item) => !('ignored' in item))).toEqual(EXPECTED[file]?.events);
    expect({
      read: ignoredBecause(all, /only reads$/),
      failed: ignoredBecause(all, /nothing was changed$/),
      other: ignoredBecause(all, /no event type of the catalogue says it$/),
    }).toEqual({ read: EXPECTED[file]?.read, failed: EXPECTED[file]?.failed, other: EXPECTED[file]?.other });
  });

  it.each(WRAPPED)('%s as it lies is a test of another tool around records: refused, no record has an id', (file) => {
    const all = shown(sendSample(awsCloudtrail, file));
    expect(all.length).toBeGreaterThan(0);
    for (const item of all) expect(item).toMatchObject({ rejected: '/eventID', message: 'expected string, but it is missing' });
  });

  /** The records inside the wrappers, sent as AWS would send them. */
  const unwrapped = (file: string): Shown[] =>
    (JSON.parse(sampleText('aws-cloudtrail', file)) as { data: unknown }[]).flatMap(({ data }) => shown(send(awsCloudtrail, JSON.stringify(data), { system: 'aws' })));
  const noTime = { rejected: '/eventTime', message: 'is no instant' };
  const other = (name: string): object => ({ ignored: `${name}: no event type of the catalogue says it` });

  it('cloudtrail_aws_config.json unwrapped has no times', () => {
    expect(unwrapped('cloudtrail_aws_config.json')).toMatchObject([noTime, noTime, noTime]);
  });

  it('cloudtrail_critical_api_calls.json unwrapped has one trail that stopped recording', () => {
    const stopped = {
      id: '123aaac1-123d-456a-1k29a4dd2kea',
      type: 'config.finding',
      time: '2017-01-01T00:20:50.000Z',
      data: { rule: 'cloudtrail-logging', resource: 'arn:aws:cloudtrail:us-west-2:123456789123:trail/...', outcome: 'fail' },
    };
    expect(unwrapped('cloudtrail_critical_api_calls.json')).toMatchObject([
      ...['DeleteSubnet', 'DeleteVpc', 'UpdateTrail'].map(other),
      stopped,
      ...['DeleteDBCluster', 'StopConfigurationRecorder', 'DeleteFlowLogs', 'DescribeFlowLogs', 'DeleteDetector', 'UpdateDetector', 'UpdateDetector'].map(other),
      ...['DeleteAccountPublicAccessBlock', 'PutBucketPublicAccessBlock', 'PutBucketPublicAccessBlock', 'PutAccountPublicAccessBlock'].map(other),
    ]);
  });

  it('cloudtrail_mfa_policy_abuse_attempt.json unwrapped says nothing that an event type says', () => {
    const failed = { ignored: 'CreateVirtualMFADevice ended with EntityAlreadyExists: nothing was changed' };
    expect(unwrapped('cloudtrail_mfa_policy_abuse_attempt.json')).toMatchObject([other('DeactivateMFADevice'), other('DeactivateMFADevice'), failed, other('CreateVirtualMFADevice')]);
  });

  it('cloudtrail_root_account_usage.json unwrapped has no times, at the place in its EventBridge event', () => {
    const inDetail = { ...noTime, rejected: '/detail/eventTime' };
    expect(unwrapped('cloudtrail_root_account_usage.json')).toMatchObject([inDetail, inDetail]);
  });
});

describe('records of CloudTrail', () => {
  const one = (record: object): unknown =>
    shown(send(awsCloudtrail, JSON.stringify({ eventID: 'e1', eventTime: '2026-01-31T12:00:00Z', recipientAccountId: '1', ...record }), { system: 'aws' }))[0];
  const call = (eventName: string, requestParameters: object, rest: object = {}): unknown =>
    one({ eventSource: 'iam.amazonaws.com', eventName, requestParameters, userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::1:user/al', userName: 'al' }, ...rest });
  const signIn = (rest: object): unknown => one({ eventSource: 'signin.amazonaws.com', eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Success' }, ...rest });

  it.each([
    ['CreateUser', { userName: 'bo' }, 'granted', 'user/bo', undefined],
    ['AttachUserPolicy', { userName: 'bo', policyArn: 'arn:p' }, 'granted', 'user/bo', 'arn:p'],
    ['DetachUserPolicy', { userName: 'bo', policyArn: 'arn:p' }, 'revoked', 'user/bo', 'arn:p'],
    ['PutGroupPolicy', { groupName: 'g', policyName: 'p' }, 'granted', 'group/g', 'inline/p'],
    ['DeleteRolePolicy', { roleName: 'r', policyName: 'p' }, 'revoked', 'role/r', 'inline/p'],
    ['AddUserToGroup', { userName: 'bo', groupName: 'g' }, 'granted', 'user/bo', 'group/g'],
    ['RemoveUserFromGroup', { userName: 'bo', groupName: 'g' }, 'revoked', 'user/bo', 'group/g'],
    ['DeleteAccessKey', { accessKeyId: 'AKIA1' }, 'revoked', 'user/al', 'access-key/AKIA1'],
    ['DeleteLoginProfile', { userName: 'bo' }, 'revoked', 'user/bo', 'console'],
  ])('%s %j is access %s', (...[name, parameters, kind, holder, role]) => {
    const account = `arn:aws:iam::1:${holder}`;
    expect(call(name, parameters)).toMatchObject({ type: `identity.access-${kind}`, subject: account, data: { account, system: 'aws', ...(role === undefined ? {} : { role }) } });
  });

  it('an access key is known by the answer to its creation', () => {
    const responseElements = { accessKey: { accessKeyId: 'AKIA1' } };
    expect(call('CreateAccessKey', { userName: 'bo' }, { responseElements })).toMatchObject({ data: { role: 'access-key/AKIA1' } });
    expect(call('CreateAccessKey', { userName: 'bo' })).toMatchObject({ rejected: '/requestParameters' });
  });

  it('a call that names nobody is refused; one that changes no access is of no use', () => {
    expect(call('DeleteRole', {})).toMatchObject({ rejected: '/requestParameters' });
    expect(call('TagUser', {})).toEqual({ index: 0, ignored: 'TagUser: no event type of the catalogue says it' });
    expect(call('GetUser', {}, { readOnly: 'true' })).toEqual({ index: 0, ignored: 'GetUser: a call that only reads' });
  });

  it('the caller may be a service, a role or nobody that is named', () => {
    const by = (userIdentity: object | null): unknown => call('CreateUser', { userName: 'bo' }, { userIdentity });
    expect(by({ type: 'AWSService', invokedBy: 'sso.amazonaws.com' })).toMatchObject({ data: { grantedBy: 'sso.amazonaws.com' } });
    expect(by(null)).toMatchObject({ data: { grantedBy: 'unknown' } });
  });

  it('a federated sign-in does not say whether a second factor was used', () => {
    const role = { type: 'AssumedRole', arn: 'arn:aws:sts::1:assumed-role/r/ines', principalId: 'x' };
    const federated = signIn({ userIdentity: role, additionalEventData: { MFAUsed: 'No' } });
    expect(federated).toMatchObject({ subject: role.arn, data: { outcome: 'success' } });
    expect(federated).not.toHaveProperty('data.mfa');
  });

  it('a sign-in without a result or a name is refused', () => {
    expect(signIn({ responseElements: null })).toMatchObject({ rejected: '/responseElements/ConsoleLogin' });
    expect(signIn({})).toMatchObject({ rejected: '/userIdentity' });
  });

  it.each([
    ['COMPLIANT', 'pass'],
    ['NON_COMPLIANT', 'fail'],
    ['NOT_APPLICABLE', 'not-applicable'],
    ['INSUFFICIENT_DATA', 'unknown'],
    ['SOMETHING_NEW', 'unknown'],
  ])('an evaluation that is %s is %s', (complianceType, outcome) => {
    const evaluations = [{ complianceResourceId: 'b1', complianceType }];
    const record = { eventSource: 'config.amazonaws.com', eventName: 'PutEvaluations', additionalEventData: { configRuleName: 'r1' } };
    expect(one({ ...record, requestParameters: { evaluations } })).toMatchObject({ type: 'config.finding', subject: 'b1', data: { rule: 'r1', outcome } });
    expect(one({ ...record, requestParameters: { evaluations, testMode: true } })).toMatchObject({ ignored: 'PutEvaluations in test mode: no result' });
  });

  it('evaluations that cannot be read are refused one by one', () => {
    const record = { eventSource: 'config.amazonaws.com', eventName: 'PutEvaluations', eventID: 'e1', eventTime: '2026-01-31T12:00:00Z', recipientAccountId: '1', awsRegion: 'eu-west-1' };
    const evaluations = [{ complianceResourceId: 'b1', complianceType: 'COMPLIANT' }, { complianceType: 'COMPLIANT' }, { complianceResourceId: 'b3', complianceType: 'COMPLIANT' }];
    const body = { ...record, requestParameters: { evaluations }, additionalEventData: { configRuleName: 'r1' } };
    expect(shown(send(awsCloudtrail, JSON.stringify(body)))).toMatchObject([{ id: 'e1' }, { rejected: '/requestParameters/evaluations/1/complianceResourceId' }, { id: 'e1#2' }]);
    expect(shown(send(awsCloudtrail, JSON.stringify({ ...body, additionalEventData: null })))).toMatchObject([{ rejected: '/additionalEventData/configRuleName' }]);
    expect(shown(send(awsCloudtrail, JSON.stringify({ ...body, requestParameters: null })))).toEqual([]);
  });

  it('a trail is known by its name or its ARN', () => {
    const logging = (requestParameters: object): unknown => one({ eventSource: 'cloudtrail.amazonaws.com', eventName: 'DeleteTrail', awsRegion: 'eu-west-1', requestParameters });
    expect(logging({ name: 'arn:aws:cloudtrail:eu-west-1:1:trail/t' })).toMatchObject({ subject: 'arn:aws:cloudtrail:eu-west-1:1:trail/t', data: { outcome: 'fail' } });
    expect(logging({ name: 't' })).toMatchObject({ subject: 'arn:aws:cloudtrail:eu-west-1:1:trail/t' });
    expect(logging({})).toMatchObject({ rejected: '/requestParameters/name' });
  });
});
