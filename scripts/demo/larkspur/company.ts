import type { FeedRegistrationInput } from '@tickmark/access';

/** Larkspur Payroll: calculates and pays salaries for its clients, and keeps their people's data. All of it is invented. */
export const ENTITY = 'Larkspur Payroll';
/** What Larkspur is measured by. Each of them serves SOC 1 and SOC 2. */
export const CONTROLS: readonly string[] = [
  'access-approved-before-granted',
  'access-recertified-quarterly',
  'admin-mfa',
  'backups-succeed',
  'batches-booked-within-two-hours',
  'batches-sent-equal-booked',
  'branch-protection-on',
  'changes-approved-by-other',
  'cloud-findings-fixed',
  'critical-vulnerabilities-fixed',
  'devices-encrypted',
  'failed-signins-stay-few',
  'feeds-alive',
  'incidents-decided',
  'leaver-access-removed',
  'pay-runs-paid-as-approved',
  'payroll-approved-before-disbursement',
  'scheduled-jobs-finish',
];
export const DIRECTORY = 'larkspur-directory';
export const PEOPLE = 'larkspur-people';
export const CODE = 'larkspur-code';
export const ENGINE = 'larkspur-payroll-engine';
export const BANK = 'larkspur-bank-ledger';
export const CLOUD = 'larkspur-cloud';
export const DEVICES = 'larkspur-devices';
export const TICKETS = 'larkspur-tickets';

/** How long a source may say nothing: the collector of accounts, others that run each day, and what speaks when something happens. */
const STRICT = '26h';
const DAILY = '50h';
const WEEKLY = '7d';

const feed = (name: string, system: string, maxSilence: string, types: string[]): FeedRegistrationInput => ({
  name,
  system,
  production: true,
  types,
  sources: [`/${name}`],
  liveness: { maxSilence },
  authentication: { kind: 'bearer' },
});

export const FEEDS: readonly FeedRegistrationInput[] = [
  feed(DIRECTORY, 'okta', STRICT, ['identity.account']),
  feed(PEOPLE, 'people', WEEKLY, ['hr.worker-left']),
  feed(CODE, 'github', WEEKLY, ['vcs.change-reviewed', 'vcs.change-merged', 'vcs.branch-protection']),
  feed(ENGINE, 'payroll-core', DAILY, ['payroll.approved', 'payroll.disbursed', 'ledger.batch-sent', 'job.run']),
  feed(BANK, 'bank-ledger', DAILY, ['ledger.batch-booked']),
  feed(CLOUD, 'aws', DAILY, ['config.finding', 'vuln.finding', 'backup.completed']),
  feed(DEVICES, 'devices', WEEKLY, ['device.posture']),
  feed(TICKETS, 'tickets', WEEKLY, ['identity.access-approved', 'identity.access-granted', 'identity.access-review', 'incident.updated']),
];

export interface Colleague {
  readonly worker: string;
  readonly account: string;
  readonly admin?: boolean;
  /** Has an account in the payroll system as well. */
  readonly payroll?: boolean;
}

export const COLLEAGUES: readonly Colleague[] = [
  { worker: 'w-1001', account: 'ada.brandt', admin: true, payroll: true },
  { worker: 'w-1002', account: 'ines.duarte', admin: true },
  { worker: 'w-1003', account: 'tomas.ek' },
  { worker: 'w-1004', account: 'noor.haddad' },
  { worker: 'w-1005', account: 'piet.jansen', payroll: true },
  { worker: 'w-1006', account: 'rosa.keller', payroll: true },
  { worker: 'w-1007', account: 'mira.olsen', payroll: true },
  { worker: 'w-1008', account: 'luca.ferri', payroll: true },
  { worker: 'w-1009', account: 'yuki.tanaka' },
  { worker: 'w-1010', account: 'joost.berg' },
];

export const REPOSITORY = 'larkspur/payroll';
export const CLIENTS: readonly { readonly name: string; readonly employees: number; readonly amountMinor: number }[] = [
  { name: 'alder', employees: 214, amountMinor: 48_211_907 },
  { name: 'brook', employees: 63, amountMinor: 15_873_440 },
];
export const STORES: readonly string[] = ['payroll-db', 'payslips', 'ledger-db'];
export const JOBS: readonly string[] = ['payslip-render', 'tax-tables', 'bank-statement-import'];
export const LAPTOPS: readonly string[] = ['lt-01', 'lt-02', 'lt-03', 'lt-04', 'lt-05', 'lt-06'];
export const CLOUD_RULES: readonly (readonly [resource: string, rule: string])[] = [
  ['payslips', 'bucket-public'],
  ['payroll-db', 'database-encrypted'],
  ['payroll-db', 'database-public'],
  ['root', 'root-has-no-keys'],
];
