import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { context, deviationMessage, gapMessage, blank } from './messages.testkit.js';
import { planNotices } from './plan.js';
import { readRoutingFile } from './routing-file.js';

const channels = { webhook: z.strictObject({ url: z.url() }), email: z.strictObject({ to: z.array(z.email()) }) };
const read = (text: string) => readRoutingFile({ path: 'routes.yaml', text }, channels);

const GOOD = `
receivers:
  operations: {webhook: {url: "https://ops.example/hook"}}
  security:
    webhook: {url: "https://sec.example/hook"}
    email: {to: [sec@larkspur.example]}
  payroll: {email: {to: [pay@larkspur.example]}}
route:
  receiver: operations
  groupWait: 30s
  routes:
    - match: {severity: critical}
      receiver: security
      hold: 0s
      groupWait: 0s
      continue: true
    - match: {owner: [payroll, finance]}
      receiver: payroll
      groupInterval: 5m
      routes:
        - match: {control: payments-booked}
          receiver: operations
`;

const WAIT_30_S = { holdMs: 0, groupWaitMs: 30_000, groupIntervalMs: 0 };

describe('a routing file', () => {
  it('is read with what a route inherits from the one above it', () => {
    const routing = read(GOOD);
    if (!routing.ok) throw new Error(JSON.stringify(routing.error));
    expect(routing.value.root).toEqual({
      ...WAIT_30_S,
      match: {},
      receiver: 'operations',
      continue: false,
      routes: [
        { match: { severity: ['critical'] }, receiver: 'security', continue: true, holdMs: 0, groupWaitMs: 0, groupIntervalMs: 0, routes: [] },
        {
          ...WAIT_30_S,
          groupIntervalMs: 300_000,
          match: { owner: ['payroll', 'finance'] },
          receiver: 'payroll',
          continue: false,
          routes: [
            { ...WAIT_30_S, groupIntervalMs: 300_000, match: { control: ['payments-booked'] }, receiver: 'operations', continue: false, routes: [] },
          ],
        },
      ],
    });
  });

  it('is refused with every fault, its line, and what would be right', () => {
    const faults = read(`receivers:
  operations: {webhook: {url: "no address"}}
  empty: {}
  pagers: {telegraph: {to: x}}
route:
  receiver: operations
  hold: soon
  routes:
    - match: {severity: urgent}
      reciever: operations
`);
    expect(faults.ok ? [] : faults.error.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '2 receivers.operations.webhook.url: Invalid URL',
      '3 receivers.empty: must have at least one channel: webhook, email',
      '4 receivers.pagers: Unrecognized key: "telegraph"',
      '7 route.hold: must be a duration of at most 1d, such as 30s or 5m',
      '9 route.routes.0.match.severity: Invalid input',
      '10 route.routes.0: Unrecognized key: "reciever"',
    ]);
  });

  it('is refused when a route names a receiver that is not there', () => {
    const faults = read(`receivers:
  operations: {webhook: {url: "https://ops.example"}}
route:
  receiver: operations
  routes:
    - match: {owner: hr}
      receiver: hr
`);
    expect(faults).toEqual({
      ok: false,
      error: [{ file: 'routes.yaml', line: 7, message: 'route.routes.0.receiver: receiver hr is not in receivers; there are operations' }],
    });
  });

  it('is refused when it is not YAML', () => {
    const faults = read('receivers: {\nroute: ]');
    expect(faults.ok ? [] : faults.error[0]).toEqual({ file: 'routes.yaml', line: 2, message: expect.stringContaining('Flow') as unknown });
  });

  it('is refused when routes lie too deep in each other', () => {
    let routes = '[]';
    for (let depth = 0; depth < 9; depth += 1) routes = `[{match: {owner: o}, routes: ${routes}}]`;
    const faults = read(`receivers: {operations: {webhook: {url: "https://ops.example"}}}\nroute: {receiver: operations, routes: ${routes}}`);
    expect(faults.ok ? [] : faults.error.map(({ message }) => message)).toEqual(['routes may lie in each other at most 8 deep']);
  });
});

describe('routing by severity, owner and control', () => {
  const routing = read(GOOD.replaceAll('30s', '0s').replaceAll('5m', '0s'));
  const to = (message: ReturnType<typeof deviationMessage>, owners: Record<string, string> = {}) => {
    if (!routing.ok) throw new Error('the file is good');
    const lookup = (control: string) => {
      const owner = owners[control];
      return owner === undefined ? undefined : { severity: 'medium' as const, owner, criteria: [] };
    };
    const plan = planNotices([message], blank, context({ routing: routing.value, lookup }));
    return plan.notices.map(({ receiver, channel }) => `${receiver}/${channel}`);
  };

  it('takes the first branch that matches, and the next ones only after `continue`', () => {
    expect(to(deviationMessage('opened', { severity: 'critical', owner: 'it' }))).toEqual(['security/webhook', 'security/email']);
    expect(to(deviationMessage('opened', { severity: 'critical', owner: 'finance' }))).toEqual([
      'security/webhook',
      'security/email',
      'payroll/email',
    ]);
  });

  it('takes the deepest match, and the root when nothing matches', () => {
    expect(to(deviationMessage('opened', { severity: 'low', owner: 'payroll', control: 'payments-booked' }))).toEqual(['operations/webhook']);
    expect(to(deviationMessage('opened', { severity: 'low', owner: 'hr' }))).toEqual(['operations/webhook']);
  });

  it('sends a gap once to everyone whose control it hits', () => {
    const owners = { a: 'payroll', b: 'finance', c: 'hr' };
    expect(to(gapMessage('opened', { controls: ['a', 'b', 'c'] }), owners)).toEqual(['payroll/email', 'operations/webhook']);
  });

  it('tells the closing also to whoever was told of the opening under another routing', () => {
    if (!routing.ok) throw new Error('the file is good');
    const opened = planNotices([deviationMessage('opened', { id: 'd9', severity: 'low', owner: 'hr' })], blank, context({ routing: routing.value }));
    const closed = planNotices(
      [deviationMessage('closed', { id: 'd9', severity: 'low', owner: 'payroll' })],
      { ...blank, told: opened.told },
      context({ routing: routing.value }),
    );
    expect(closed.notices.map(({ receiver, body }) => `${receiver} ${body.kind}`)).toEqual(['payroll combined', 'operations closed']);
  });
});
