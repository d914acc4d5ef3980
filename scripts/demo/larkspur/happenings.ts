import type { StoryDelivery } from '../story.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, REVIEW_EARLY_MS, at, instant, isWeekend, weekdayFrom } from './calendar.ts';
import type { StoryCalendar } from './calendar.ts';
import { BANK, CLIENTS, CODE, COLLEAGUES, DIRECTORY, ENGINE, PEOPLE, REPOSITORY, TICKETS } from './company.ts';
import { accountsAt, disablings, leavers, systemsOf, workerOf } from './directory.ts';
import type { Facts } from './facts.ts';
import { event, told } from './told.ts';

/** What people and systems at Larkspur did in the quarter. */
export const happenings = (calendar: StoryCalendar, facts: Facts): readonly StoryDelivery[] => [
  ...departures(facts),
  ...changes(calendar, facts),
  ...payDays(calendar, facts),
  ...reviews(calendar, facts),
  ...grants(calendar, facts),
  ...incidents(calendar, facts),
  // The collector's token was renewed: it tells at once what it missed to tell.
  told(DIRECTORY, facts.outage.backMs, accountsAt(facts.outage.backMs, facts)),
];

const departures = (facts: Facts): readonly StoryDelivery[] => [
  ...leavers(facts).map(({ account, lastDayMs }) =>
    told(PEOPLE, lastDayMs - 30 * MINUTE_MS, [event('hr.worker-left', workerOf(account), { worker: workerOf(account), lastDay: instant(lastDayMs) })]),
  ),
  ...disablings(facts).map((one) => told(DIRECTORY, one.atMs, [one.told])),
];

interface Change {
  readonly name: string;
  readonly author: string;
  readonly reviewer: string;
  readonly reviewedMs: number;
  readonly mergedMs: number;
}

const AUTHORS = ['tomas.ek', 'ines.duarte', 'yuki.tanaka'] as const;
const CHANGE_EVERY_DAYS = 4;
const FIRST_CHANGE = 469;

/** One change every few working days, approved by somebody else before it is merged; and the one that was not. */
function changes(calendar: StoryCalendar, { change, dayBeforeMs: fromBefore }: Facts): readonly StoryDelivery[] {
  const days = Array.from({ length: 22 }, (_, index) => calendar.fromMs + (index + 1) * CHANGE_EVERY_DAYS * DAY_MS);
  const good = [fromBefore, ...days]
    .filter((day) => day === fromBefore || (!isWeekend(day) && day < calendar.toMs))
    .map((day, index): Change => {
      const number = FIRST_CHANGE + index + (FIRST_CHANGE + index >= 482 ? 1 : 0);
      const [author = '', reviewer = ''] = [AUTHORS[index % 3], AUTHORS[(index + 1) % 3]];
      return { name: `${REPOSITORY}#${number}`, author, reviewer, reviewedMs: at(day, '11:20'), mergedMs: at(day, '11:55') };
    });
  const own = { name: change.name, author: 'tomas.ek', reviewer: 'tomas.ek', reviewedMs: change.selfApprovedMs, mergedMs: change.mergedMs };
  return [...[...good, own].flatMap(reviewedAndMerged), told(CODE, change.reviewedMs, [approval({ ...own, reviewer: 'ines.duarte' })])];
}

const commitOf = (name: string): string => `c0ffee${name.replace(/\D/g, '')}`;

const approval = ({ name, reviewer }: Change) =>
  event('vcs.change-reviewed', name, { change: name, repository: REPOSITORY, reviewer, state: 'approved', commit: commitOf(name) });

function reviewedAndMerged(change: Change): readonly StoryDelivery[] {
  const { name, author } = change;
  const merge = { change: name, repository: REPOSITORY, branch: 'main', author, mergedBy: author, head: commitOf(name) };
  return [told(CODE, change.reviewedMs, [approval(change)]), told(CODE, change.mergedMs, [event('vcs.change-merged', name, merge)])];
}

/** Days of the story on which salaries leave; three in the quarter. */
const PAY_DAYS = [13, 44, 75] as const;

/** Approved by the client, paid out as approved, sent to the bank and booked there; once a cent was missing. */
const payDays = (calendar: StoryCalendar, { cent, dayBeforeMs }: Facts): readonly StoryDelivery[] =>
  [dayBeforeMs, ...PAY_DAYS.map((day) => weekdayFrom(calendar, day, 'wednesday', '00:00'))].flatMap((dayMs, index) =>
    CLIENTS.flatMap(({ name, employees, amountMinor }, place) => {
      const run = `${name}-${instant(dayMs).slice(0, 10)}`;
      const total = { employees, amountMinor, currency: 'EUR' };
      const batch = { batch: `sepa-${run}`, count: employees, amountMinor, currency: 'EUR' };
      const missing = index === cent.payDay && name === cent.client ? 1 : 0;
      const offsetMs = place * 10 * MINUTE_MS;
      return [
        told(ENGINE, at(dayMs, '07:00') + offsetMs, [event('payroll.approved', run, { payRun: run, ...total, approver: `${name}-finance` })]),
        told(ENGINE, at(dayMs, '09:00') + offsetMs, [event('payroll.disbursed', run, { payRun: run, ...total })]),
        told(ENGINE, at(dayMs, '10:00') + offsetMs, [event('ledger.batch-sent', batch.batch, batch)]),
        told(BANK, at(dayMs, '10:40') + offsetMs, [event('ledger.batch-booked', batch.batch, { ...batch, amountMinor: amountMinor - missing })]),
      ];
    }),
  );

/** Each quarter, each system; one of them late. */
function reviews({ late, inTime }: StoryCalendar, { review }: Facts): readonly StoryDelivery[] {
  const systems = [...new Set(COLLEAGUES.flatMap(systemsOf))];
  return [late, ...inTime].flatMap((quarter) =>
    systems.map((system, place) => {
      const population = COLLEAGUES.filter((one) => systemsOf(one).includes(system)).length;
      const isLate = quarter === late && system === review.system;
      const doneMs = isLate ? review.doneMs : quarter.dueMs - REVIEW_EARLY_MS + (11 + place) * HOUR_MS;
      const data = { system, campaign: quarter.name, population, reviewed: population, revoked: 0, reviewer: 'noor.haddad', systemOwner: 'ada.brandt' };
      return told(TICKETS, doneMs, [event('identity.access-review', system, data)]);
    }),
  );
}

function grants(calendar: StoryCalendar, { dayBeforeMs }: Facts): readonly StoryDelivery[] {
  const approvals = [at(dayBeforeMs, '13:10'), ...[8, 35, 66].map((day) => weekdayFrom(calendar, day, 'monday', '13:10'))];
  return approvals.flatMap((approvedMs, index) => {
    const account = ['ines.duarte', 'noor.haddad', 'yuki.tanaka', 'tomas.ek'][index] ?? '';
    const grant = { account, system: 'payroll-core', role: 'read-only', request: `REQ-${2_209 + index}` };
    return [
      told(TICKETS, approvedMs, [event('identity.access-approved', account, { ...grant, approver: 'ada.brandt' })]),
      told(TICKETS, approvedMs + 3 * HOUR_MS, [event('identity.access-granted', account, { ...grant, grantedBy: 'rosa.keller' })]),
    ];
  });
}

function incidents(calendar: StoryCalendar, { dayBeforeMs }: Facts): readonly StoryDelivery[] {
  const openings = [at(dayBeforeMs, '09:05'), ...[26, 62].map((day) => weekdayFrom(calendar, day, 'tuesday', '09:05'))];
  return openings.flatMap((openedMs, index) => {
    const decidedMs = openedMs + 95 * MINUTE_MS;
    const incident = { id: `INC-${203 + index}`, severity: 'high' };
    return [
      told(TICKETS, openedMs, [event('incident.updated', incident.id, { ...incident, status: 'open' })]),
      told(TICKETS, decidedMs, [event('incident.updated', incident.id, { ...incident, status: 'mitigated', decidedAt: instant(decidedMs) })]),
    ];
  });
}
