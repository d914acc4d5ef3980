import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tickmark/testing';
import type { Deviation, Engagement, Gap, Segment } from '../support/answers.ts';
import { anEvent } from '../support/events.ts';
import type { CloudEvent } from '../support/events.ts';
import { PayrollCompany } from '../support/payroll-company.ts';
import { sharedSystem } from '../support/shared-system.ts';

const DAY_MS = 86_400_000;
const LONG = { limitMs: 40_000 };
const AGREE = 'batches-sent-equal-booked';
const IN_TIME = 'batches-booked-within-two-hours';
const SEQUENCE = 'batch-sequence-unbroken';
const BY_OTHER = 'payments-approved-by-other';
const FILED = 'filings-accepted-by-due-date';

const PAYROLL = ['ICFR-PAY-1', 'ICFR-PAY-2', 'ICFR-PAY-3', 'ICFR-PAY-4', 'ICFR-PAY-5'];
const TRANSACTIONS = ['ICFR-TP-1', 'ICFR-TP-2', 'ICFR-TP-3', 'ICFR-TP-4', 'ICFR-TP-5', 'ICFR-TP-6', 'ICFR-TP-7', 'ICFR-TP-8', 'ICFR-TP-9'];
const OBJECTIVES = ['ICFR-LA-2', 'ICFR-LA-3', 'ICFR-OP-4', 'ICFR-CS-1', 'ICFR-CS-2', ...TRANSACTIONS, ...PAYROLL];

interface Rolled {
  readonly id: string;
  readonly state: string;
  readonly reasons: readonly string[];
  readonly controls: readonly string[];
}

interface Summary {
  readonly header: { readonly elapsedTo: string };
  readonly objectives: readonly Rolled[];
  readonly controls: readonly { readonly id: string; readonly checks: readonly { readonly occurrences?: Readonly<Record<string, unknown>> }[] }[];
  readonly deviations: readonly (Deviation & { readonly openForMs?: number })[];
  readonly gaps: readonly { readonly cause: string; readonly source: string; readonly controls: readonly string[] }[];
}

/** What goes wrong, by hours from the beginning of the pay run. */
const FAULTS = [
  { name: 'a batch off by one cent', control: AGREE, check: 'sent-equals-booked', key: 'b-cent', reason: 'differs', severity: 'high', hour: 22 },
  { name: 'that batch, which was never booked as it was sent', control: IN_TIME, check: 'booked-in-time', key: 'b-cent', reason: 'not-in-time', severity: 'high', hour: 23 },
  { name: 'a doubled batch', control: AGREE, check: 'sent-equals-booked', key: 'b-twice', reason: 'doubled', severity: 'high', hour: 23.5 },
  { name: 'a missing batch, after four hours', control: AGREE, check: 'sent-equals-booked', key: 'b-missing', reason: 'not-booked', severity: 'high', hour: 27 },
  { name: 'the missing batch, after the two hours that it may take', control: IN_TIME, check: 'booked-in-time', key: 'b-missing', reason: 'not-in-time', severity: 'high', hour: 25 },
  { name: 'a batch that was never sent, by the one that names it', control: SEQUENCE, check: 'follows', key: 'b-gone', reason: 'nothing-valid-before', severity: 'high', hour: 26 },
  { name: 'a payment approved by its initiator', control: BY_OTHER, check: 'by-another', key: 'pay-self', reason: 'nothing-valid-before', severity: 'critical', hour: 15 },
] as const;

/** Objectives that a fault shows in, with the controls that noted it. */
const NOTED: readonly (readonly [string, readonly string[]])[] = [
  ['ICFR-OP-4', [IN_TIME, AGREE]],
  ['ICFR-TP-1', [BY_OTHER]],
  ['ICFR-TP-2', [SEQUENCE, IN_TIME, AGREE]],
  ['ICFR-TP-3', [AGREE]],
  ['ICFR-TP-4', [IN_TIME]],
  ['ICFR-TP-7', [BY_OTHER]],
];

const system = sharedSystem({ name: 'payroll-soc1' });

describe('the SOC 1 of a payroll company, from the shipped catalogue', () => {
  const midnightMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const company = new PayrollCompany(midnightMs - 9 * DAY_MS);
  let engagement: Engagement;

  const summary = (): Promise<Summary> => system().console('auditor').get(`/v1/engagements/${engagement.id}/summary.json`);
  const objectivesNow = (): Promise<readonly Rolled[]> => system().all('/v1/objectives');
  const occurrencesOf = ({ controls }: Summary, id: string) => controls.find((one) => one.id === id)?.checks[0]?.occurrences;

  beforeAll(async () => {
    const feedOf = async (name: string, types: readonly string[], liveness: unknown): Promise<string> =>
      (await system().registerFeed({ name, system: name, types, liveness })).apiKey ?? '';
    const deliveries: string[] = [];
    const send = async (name: string, events: readonly CloudEvent[], liveness: unknown = 'none'): Promise<void> => {
      const key = await feedOf(name, [...new Set(events.map(({ type }) => type))], liveness);
      deliveries.push((await system().push(events, key)).deliveryId);
    };
    await send('payroll', company.payrollSystem());
    await send('treasury', [
      ...company.treasury(),
      ...company.payment('pay-self', { amountMinor: 99_900, approvals: [{ by: 'dee', afterH: 0 }] }),
      ...company.payment('pay-mended', { amountMinor: 5_000, approvals: [{ by: 'dee', afterH: 0 }, { by: 'bea', afterH: 3 }] }),
      ...company.reconciliations(7),
    ]);
    await send('ledger', [
      ...company.batch('b-clean', 20),
      ...company.batch('b-cent', 21, { sent: { previous: 'b-clean' }, booked: [{ afterH: 1, facts: { amountMinor: 48_211_906 } }] }),
      ...company.batch('b-twice', 22, { sent: { previous: 'b-cent' }, booked: [{ afterH: 1 }, { afterH: 1.5 }] }),
      ...company.batch('b-missing', 23, { sent: { previous: 'b-twice' }, booked: [] }),
      ...company.batch('b-after', 26, { sent: { previous: 'b-gone' } }),
    ]);
    await send('identity', company.itGeneral());
    await send('gateway', company.gateway(), { maxSilence: '5s' });
    for (const delivery of deliveries) await system().judged(delivery, LONG);
    // What falls due on old events is decided when what was sent beside them has had its time to settle.
    await system().judgedPast(Date.now() + 8_000, LONG);
    const period = { from: new Date(midnightMs - 20 * DAY_MS).toISOString(), to: new Date(midnightMs + 2 * DAY_MS).toISOString() };
    engagement = await system().console().post('/v1/engagements', { name: 'Payroll', reports: ['soc1'], type: 'II', ...period, objectives: OBJECTIVES });
  });

  test.each(FAULTS)('$name is a deviation of $control', async ({ control, check, key, reason, severity, hour }) => {
    const occurredAt = company.at(hour);
    expect(await system().deviations({ control, key })).toMatchObject([{ control, check, key, status: 'open', severity, reason, occurredAt, remediatedAt: null, verifiedAt: null }]);
    expect(await system().states(control, { key })).toMatchObject([{ key, check, state: 'fail', since: occurredAt }]);
    const { deviations, header } = await summary();
    const openForMs = Date.parse(header.elapsedTo) - company.ms(hour);
    expect(deviations.filter((one) => one.control === control && one.key === key)).toMatchObject([{ status: 'open', severity, reason, occurredAt, openForMs }]);
  });

  test('a payment that somebody else approves afterwards was in deviation for those three hours', async () => {
    const told = { key: 'pay-mended', status: 'closed', severity: 'critical', occurredAt: company.at(15), remediatedAt: company.at(18) };
    expect(await system().deviations({ control: BY_OTHER, key: 'pay-mended' })).toMatchObject([told]);
    const { deviations } = await summary();
    expect(deviations.filter(({ key }) => key === 'pay-mended')).toMatchObject([{ control: BY_OTHER, ...told, lastedMs: 3 * 3_600_000 }]);
    expect(await system().states(BY_OTHER, { key: 'pay-mended' })).toMatchObject([{ state: 'pass', since: company.at(18) }]);
  });

  test('nothing else of that month is a deviation: not the clean batch, not the payments of the run', async () => {
    const { deviations } = await summary();
    const expected = [...FAULTS.map(({ control, key }) => `${control} ${key}`), `${BY_OTHER} pay-mended`];
    expect(deviations.map(({ control, key }) => `${control} ${key}`).sort()).toEqual(expected.sort());
    for (const key of ['b-clean', 'b-after']) {
      expect(await system().deviations({ key })).toEqual([]);
      expect(await system().states(AGREE, { key })).toMatchObject([{ state: 'pass' }]);
      expect(await system().states(IN_TIME, { key })).toMatchObject([{ state: 'pass' }]);
    }
    expect(await system().states(BY_OTHER, { key: 'pay-1' })).toMatchObject([{ state: 'pass' }]);
  });

  test('a doubled batch passed until it was booked again, and was booked in time', async () => {
    const segments: readonly Segment[] = await system().timeline(AGREE, { key: 'b-twice', from: company.at(22), to: company.at(30) });
    expect(segments).toMatchObject([
      { state: 'no-occurrence', from: company.at(22), to: company.at(23) },
      { state: 'pass', from: company.at(23), to: company.at(23.5) },
      { state: 'fail', from: company.at(23.5), to: company.at(30) },
    ]);
    expect(await system().deviations({ control: IN_TIME, key: 'b-twice' })).toEqual([]);
  });

  test.each(NOTED)('%s says that deviations were noted, now and over the period, and by which controls', async (id, controls) => {
    const now = (await objectivesNow()).find((one) => one.id === id);
    expect(now).toMatchObject({ state: 'deviations noted', reasons: controls });
    expect(now?.controls).toEqual(expect.arrayContaining([...controls]));
    expect((await summary()).objectives.find((one) => one.id === id)).toMatchObject({ state: 'deviations noted', reasons: controls });
  });

  test('counts the populations: batches, payments, and one of each step of the pay run', async () => {
    const told = await summary();
    expect(occurrencesOf(told, AGREE)).toMatchObject({ population: 6, evaluated: 6, deviations: 3 });
    expect(occurrencesOf(told, IN_TIME)).toMatchObject({ population: 5, evaluated: 5, deviations: 2 });
    expect(occurrencesOf(told, SEQUENCE)).toMatchObject({ population: 4, evaluated: 4, deviations: 1 });
    expect(occurrencesOf(told, BY_OTHER)).toMatchObject({ population: 6, evaluated: 6, deviations: 2 });
    const steps = [
      ...['client-set-up-follows-instruction', 'input-approved-by-authorised-person', 'input-loaded-equals-declared'],
      ...['pay-runs-recalculated', 'pay-run-variances-explained', 'payroll-approved-before-disbursement', 'pay-runs-paid-as-approved'],
      ...['pay-runs-settled-to-the-cent', 'agencies-paid-by-due-date', FILED, 'filing-totals-equal-register'],
      ...['master-data-changes-approved', 'bank-details-called-back', 'rate-tables-current', 'client-reports-equal-books'],
      ...['rejected-items-resolved', 'access-approved-before-granted', 'leaver-access-removed'],
    ];
    const counted = Object.fromEntries(steps.map((id) => [id, occurrencesOf(told, id)]));
    expect(counted).toMatchObject(Object.fromEntries(steps.map((id) => [id, { population: 1, evaluated: 1, deviations: 0 }])));
    expect(occurrencesOf(told, 'client-money-reconciled-daily')).toMatchObject({ population: 8, evaluated: 7, deviations: 0 });
  });

  test('says no more of the rest than evidence allows: clean now, and short of evidence over a period that began before it', async () => {
    const clean = ['ICFR-LA-3', 'ICFR-CS-1', 'ICFR-CS-2', 'ICFR-PAY-1', 'ICFR-PAY-2', 'ICFR-PAY-3', 'ICFR-TP-8'];
    const now = await objectivesNow();
    expect(clean.map((id) => now.find((one) => one.id === id)?.state)).toEqual(clean.map(() => 'no deviations noted by monitoring'));
    // No returned payment, no archive, no suspense account was ever heard of.
    for (const id of ['ICFR-PAY-4', 'ICFR-TP-5', 'ICFR-TP-6', 'ICFR-TP-9']) {
      expect(now.find((one) => one.id === id)).toMatchObject({ state: 'insufficient evidence' });
    }
    const { objectives } = await summary();
    const noted = new Set(NOTED.map(([id]) => id));
    const others = objectives.filter(({ id }) => !noted.has(id));
    expect(others.map(({ state }) => state)).toEqual(others.map(() => 'insufficient evidence'));
  });

  test('a filing gateway that fell silent makes its filing unknown, never missed and never made', async () => {
    const gapOf = async () => (await system().all<Gap>('/v1/gaps')).filter(({ feed }) => feed === 'gateway');
    await eventually(async () => expect(await gapOf()).toMatchObject([{ cause: 'feed-silent', status: 'open' }]), LONG);
    const dueMs = Date.now() + 2_000;
    const due = { filing: 'alder-next', authority: 'federal-tax-office', period: '2026-11', dueAt: new Date(dueMs).toISOString(), employees: 214, amountMinor: 9_214_455, currency: 'EUR' };
    await system().push([anEvent('filing.due', due)]);
    await system().judgedPast(dueMs + 3_000, LONG);
    const key = 'federal-tax-office/alder-next';
    await eventually(async () => expect(await system().states(FILED, { key })).toMatchObject([{ state: 'unknown', reason: 'feed-silent' }]), LONG);
    expect(await system().deviations({ control: FILED })).toEqual([]);
    expect((await objectivesNow()).find(({ id }) => id === 'ICFR-PAY-5')).toMatchObject({ state: 'insufficient evidence' });
    const told = await summary();
    expect(told.gaps).toMatchObject([{ cause: 'feed-silent', source: 'feed gateway' }]);
    expect(told.gaps[0]?.controls).toContain(FILED);
    expect(occurrencesOf(told, FILED)).toMatchObject({ population: 2, evaluated: 1, deviations: 0 });
    expect(told.objectives.find(({ id }) => id === 'ICFR-PAY-5')).toMatchObject({ state: 'insufficient evidence' });
  });
});
