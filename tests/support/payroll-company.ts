import { anAccount, aLeaver, anEvent, type CloudEvent } from './events.ts';

const HOUR_MS = 3_600_000;
const DAY_H = 24;
const CLIENT = 'alder-bakery';
const RUN = 'alder-2026-10';
const TOTAL = { count: 214, amountMinor: 48_211_907, currency: 'EUR' };
const PEOPLE = { employees: 214, amountMinor: 48_211_907, currency: 'EUR' };
const TAX = { employees: 214, amountMinor: 9_214_455, currency: 'EUR' };

type Facts = Readonly<Record<string, unknown>>;
type Batch = Readonly<{ sent?: Facts; booked?: readonly { readonly afterH: number; readonly facts?: Facts }[] }>;

/** What a payroll company's systems send over one pay run of one client: everything as it ought to be. */
export class PayrollCompany {
  constructor(
    /** When the pay run begins. */
    readonly startMs: number,
  ) {}

  ms(hours: number): number {
    return this.startMs + hours * HOUR_MS;
  }

  at(hours: number): string {
    return new Date(this.ms(hours)).toISOString();
  }

  /** Client input, calculation and approval. */
  payrollSystem(): readonly CloudEvent[] {
    const run = { payRun: RUN, ...PEOPLE };
    const input = { input: RUN, client: CLIENT, ...TOTAL };
    return [
      this.#event(0, 'client.instructed', { client: CLIENT, instruction: 'SET-118', signedBy: 'alder-cfo', settings: 's1' }),
      this.#event(1, 'client.set-up', { client: CLIENT, instruction: 'SET-118', settings: 's1', enteredBy: 'dee', checkedBy: 'bea' }),
      this.#event(1, 'client.authorised-person', { client: CLIENT, person: 'alder-cfo', may: 'approve-input', status: 'active', limitMinor: 60_000_000 }),
      this.#event(1, 'client.authorised-person', { client: CLIENT, person: 'alder-hr', may: 'receive-reports', status: 'active' }),
      this.#event(2, 'masterdata.changed', { record: 'employee-9931', field: 'iban', changedBy: 'dee', change: 'CHG-7', approvedBy: 'bea' }),
      this.#event(3, 'masterdata.changed', { record: 'employee-9931', field: 'iban', changedBy: 'dee', change: 'CHG-7', approvedBy: 'bea', callBackAt: this.at(3), calledBackBy: 'bea' }),
      this.#event(2, 'table.published', { table: 'wage-tax', version: '2026-3', source: 'federal-tax-office', effectiveFrom: this.at(72), values: 'v1' }),
      this.#event(4, 'table.loaded', { table: 'wage-tax', version: '2026-3', values: 'v1', enteredBy: 'dee', approvedBy: 'bea' }),
      this.#event(5, 'input.declared', { ...input, approvedBy: 'alder-cfo' }),
      this.#event(6, 'input.loaded', { ...input, booking: 'load-1', count: 200, amountMinor: 45_000_000 }),
      this.#event(7, 'input.loaded', { ...input, booking: 'load-2', count: 14, amountMinor: 3_211_907 }),
      this.#event(8, 'payroll.calculated', { ...run, previousAmountMinor: 40_000_000 }),
      this.#event(9, 'payroll.recalculated', { ...run, differing: 0 }),
      this.#event(10, 'review.completed', { review: 'pay-run-variance', subject: RUN, population: 31, reviewed: 31, exceptions: 0, preparer: 'dee', reviewer: 'bea' }),
      this.#event(12, 'payroll.approved', { ...run, approver: 'alder-cfo' }),
      this.#event(30, 'payroll.disbursed', run),
      this.#event(24, 'filing.due', { filing: 'alder-wage-tax', authority: 'federal-tax-office', period: '2026-10', dueAt: this.at(120), ...TAX }),
      this.#event(24, 'report.due', { report: 'alder-payslips', client: CLIENT, dueAt: this.at(48), ...TOTAL }),
      this.#event(40, 'report.delivered', { report: 'alder-payslips', client: CLIENT, recipient: 'alder-hr', ...TOTAL }),
      this.#event(41, 'item.rejected', { item: 'line-88', kind: 'input', reason: 'unknown-person' }),
      this.#event(45, 'item.resolved', { item: 'line-88', resolution: 'resubmitted', resolvedBy: 'dee' }),
    ];
  }

  /** Payments of the run and of the tax, entered by one person and approved by another; and the bank's bookings. */
  treasury(): readonly CloudEvent[] {
    return [
      ...this.payment('pay-1', { amountMinor: 40_000_000, settled: { payRun: RUN } }),
      ...this.payment('pay-2', { amountMinor: 8_211_907, settled: { payRun: RUN } }),
      ...this.payment('pay-tax', { amountMinor: TAX.amountMinor, settled: { filing: 'alder-wage-tax' } }),
    ];
  }

  /** A payment that the bank settles 12 hours after it was approved. */
  payment(payment: string, { amountMinor, approvals = [{ by: 'bea', afterH: 0 }], settled = {} }: Paid): readonly CloudEvent[] {
    const money = { payment, amountMinor, currency: 'EUR' };
    return [
      this.#event(14, 'payment.initiated', { ...money, initiator: 'dee' }),
      ...approvals.map(({ by, afterH }) => this.#event(15 + afterH, 'payment.approved', { ...money, approver: by })),
      this.#event(27, 'payment.settled', { ...money, booking: `bank-${payment}`, account: 'client-money', ...settled }),
    ];
  }

  /** The account that clients' money leaves from agrees with the bank on every day from the first full one on. */
  reconciliations(days: number): readonly CloudEvent[] {
    const each = Array.from({ length: days }, (_none, index) => index + 1);
    return each.map((day) =>
      this.#event((day + 1) * DAY_H, 'ledger.reconciled', { account: 'client-money', period: `day-${day}`, preparer: 'dee', reviewer: 'bea', differenceMinor: 0, currency: 'EUR' }),
    );
  }

  /** What the authority answers to the return of the run. */
  gateway(): readonly CloudEvent[] {
    return [this.#event(100, 'filing.acknowledged', { filing: 'alder-wage-tax', authority: 'federal-tax-office', outcome: 'accepted', receipt: 'FT-1', ...TAX })];
  }

  /** Of the IT general controls: somebody joins with approved access, somebody leaves. */
  itGeneral(): readonly CloudEvent[] {
    return [
      anEvent('identity.access-approved', { account: 'omar', system: 'payroll', role: 'clerk', approver: 'ines' }, { atMs: this.ms(1) }),
      anEvent('identity.access-granted', { account: 'omar', system: 'payroll', role: 'clerk', grantedBy: 'al' }, { atMs: this.ms(2) }),
      anAccount({ account: 'kim', system: 'payroll', worker: 'w-kim' }, { atMs: this.ms(0) }),
      aLeaver('w-kim', this.ms(8)),
      anAccount({ account: 'kim', system: 'payroll', worker: 'w-kim', status: 'disabled' }, { atMs: this.ms(9) }),
    ];
  }

  /** A batch that the payment system sends at this hour, and how the ledger books it. */
  batch(batch: string, hour: number, { sent = {}, booked = [{ afterH: 1 }] }: Batch = {}): readonly CloudEvent[] {
    return [
      this.#event(hour, 'ledger.batch-sent', { batch, ...TOTAL, ...sent }),
      ...booked.map(({ afterH, facts = {} }) => this.#event(hour + afterH, 'ledger.batch-booked', { batch, ...TOTAL, ...facts })),
    ];
  }

  #event(hours: number, type: string, data: Facts): CloudEvent {
    return anEvent(type, data, { atMs: this.ms(hours) });
  }
}

interface Paid {
  readonly amountMinor: number;
  readonly approvals?: readonly { readonly by: string; readonly afterH: number }[];
  /** What else the bank says of it. */
  readonly settled?: Facts;
}
