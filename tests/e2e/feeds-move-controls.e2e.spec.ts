import { createHmac, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import { sampleText } from '../../libs/formats/src/samples.testkit.js';
import type { Received } from '../support/answers.ts';
import { HttpClient } from '../support/http-client.ts';
import { sampleAtNow } from '../support/sample-at-now.ts';
import { sharedSystem } from '../support/shared-system.ts';

const system = sharedSystem({ name: 'feeds-move-controls' });
/** Longer ago than the controls wait before they call something late. */
const HAPPENED_MS = Date.now() - 5 * 3_600_000;
const SECRET = 'a long secret that GitHub and this feed share';

interface Told {
  readonly control: string;
  readonly key: string;
  readonly state: 'pass' | 'fail' | 'unknown';
}

interface RealFile {
  readonly format: string;
  readonly file: string;
  /** When what it tells of happened, as it writes it: moved to some hours ago. */
  readonly told?: string;
  /** The file as it is, but for a date of a kind that only its format writes. */
  readonly atNow?: (text: string) => string;
  /** The event's name, of a webhook that says it in a header only. */
  readonly event?: string;
  readonly moves: readonly Told[];
}

const ROLE = 'aws-cloudtrail/arn:aws:iam::123837392027:role/stratus-red-team-backdoor-r-role';
const USER = 'aws-cloudtrail/arn:aws:iam::123837392027:user/stratus-red-team-login-profile-user';
const WRONG_TOTAL = '0231380104-042000013-110805-2100-A';
const isoDay = new Date(HAPPENED_MS).toISOString().slice(2, 10).replaceAll('-', '');
const achHour = new Date(HAPPENED_MS).toISOString().slice(11, 16).replace(':', '');

const REAL_FILES: readonly RealFile[] = [
  {
    format: 'aws-cloudtrail',
    file: '218007301253_CloudTrail_us-east-1_20230710T1230Z_04rtp9DpvIpSZzMr.json',
    told: '2023-07-10T12:25:04Z',
    moves: [
      { control: 'access-approved-before-granted', key: ROLE, state: 'fail' },
      { control: 'access-approved-before-granted', key: USER, state: 'fail' },
    ],
  },
  { format: 'okta', file: 'eventhook.json', told: '2026-01-31T12:00:02.000Z', moves: [{ control: 'access-approved-before-granted', key: 'okta/al@acme.example', state: 'fail' }] },
  {
    format: 'github',
    file: 'branch_protection_rule.deleted.payload.json',
    event: 'branch_protection_rule',
    moves: [{ control: 'branch-protection-on', key: 'octo-org/octo-repo/production', state: 'fail' }],
  },
  {
    format: 'prowler',
    file: 'example_output_aws.ocsf.json',
    told: '1739539623',
    moves: [
      { control: 'cloud-findings-fixed', key: '<resource_uid>#accessanalyzer_enabled', state: 'fail' },
      { control: 'cloud-findings-fixed', key: 'arn:aws:iam::<account_uid>:root#account_maintain_current_contact_details', state: 'unknown' },
      { control: 'recording-and-detection-on', key: '<resource_uid>#accessanalyzer_enabled', state: 'fail' },
    ],
  },
  {
    format: 'trivy',
    file: 'trivy.alpine-310.json',
    told: '2021-08-25T12:20:30.000000005Z',
    moves: [{ control: 'cloud-findings-fixed', key: 'testdata/fixtures/images/alpine-310.tar.gz#os-supported', state: 'fail' }],
  },
  {
    format: 'ach',
    file: '20110805A.ach',
    atNow: (text) => text.replace('1108052100A', `${isoDay}${achHour}A`),
    moves: [
      { control: 'interfaces-deliver-whole', key: WRONG_TOTAL.replace('110805-2100', `${isoDay}-${achHour}`), state: 'fail' },
      { control: 'interfaces-deliver-whole', key: `${WRONG_TOTAL.replace('110805-2100', `${isoDay}-${achHour}`)}/0000001`, state: 'pass' },
    ],
  },
];

test.each(REAL_FILES)('$format: $file moves its controls, and each verdict leads back to the bytes that were sent', async (real) => {
  const body = bodyOf(real);
  const { deliveryId, rejected } = await send(real, body);
  expect(rejected).toEqual([]);
  await system().judged(deliveryId);
  for (const { control, key, state } of real.moves) {
    const found = await eventually(async () => {
      const one = (await system().states(control)).find((each) => each.key === key);
      expect({ control, key, state: one?.state }).toEqual({ control, key, state });
      return one;
    });
    const raw = await system().console('auditor').send(`/v1/evidence/${found?.evidenceId ?? ''}/raw`);
    expect(raw.text).toBe(body);
  }
  // Not to be able to tell is no deviation, and neither is a pass.
  const told = (await system().deviations({ status: 'open' })).map(({ control, key }) => `${control} ${key}`);
  for (const { control, key, state } of real.moves) expect([state, told.includes(`${control} ${key}`)]).toEqual([state, state === 'fail']);
});

function bodyOf({ format, file, told, atNow }: RealFile): string {
  if (told !== undefined) return sampleAtNow([format, file], { told, nowMs: HAPPENED_MS });
  const text = sampleText(format, file);
  return atNow?.(text) ?? text;
}

async function send({ format, event }: RealFile, body: string): Promise<Received> {
  if (event !== undefined) return sendSigned(format, event, body);
  const { apiKey } = await system().registerFeed({ name: format, system: format });
  const type = format === 'ach' ? 'text/plain' : 'application/json';
  const reply = await system().ingestion(apiKey).send<Received>(`/v1/events/${format}`, { method: 'POST', headers: { 'content-type': type }, body });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 202 });
  return reply.body;
}

async function sendSigned(format: string, event: string, body: string): Promise<Received> {
  const name = `${format}-${event.replaceAll('_', '-')}`;
  await system().registerFeed({ name, system: format, authentication: { kind: 'github', secret: SECRET } });
  const reply = await new HttpClient(system().apps.ingestion.url).send<Received>(`/v1/events/${format}/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  expect({ status: reply.status, text: reply.text }).toMatchObject({ status: 202 });
  return reply.body;
}
