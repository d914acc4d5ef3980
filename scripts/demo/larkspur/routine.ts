import type { StoryDelivery } from '../story.ts';
import { DAY_MS, at, daysBetween, instant } from './calendar.ts';
import type { StoryCalendar } from './calendar.ts';
import { BANK, CLOUD, CLOUD_RULES, CODE, DEVICES, DIRECTORY, ENGINE, JOBS, LAPTOPS, PEOPLE, REPOSITORY, STORES, TICKETS } from './company.ts';
import { accountsAt } from './directory.ts';
import type { Facts } from './facts.ts';
import { event, told } from './told.ts';

/** When the collectors run. */
const MORNING = '06:00';
/** So many days before the quarter all feeds are there. */
const WARM_UP_DAYS = 3;

const allSince = ({ fromMs }: StoryCalendar): number => fromMs - WARM_UP_DAYS * DAY_MS;

/** What the access reviews need was there before the others. */
export const feedSince = (feed: string, calendar: StoryCalendar): number => (feed === DIRECTORY || feed === TICKETS ? calendar.beginMs : allSince(calendar));

/** What comes every day, whatever happens: a word from each feed, and what its collector saw. */
export function routine(calendar: StoryCalendar, facts: Facts): readonly StoryDelivery[] {
  return [...daysBetween(calendar.beginMs, calendar.nowMs)].flatMap((day) => {
    const ms = at(day, MORNING);
    return day < allSince(calendar) ? quiet(ms, ms <= calendar.beginMs + DAY_MS, facts) : morning(ms, calendar.beginMs, facts);
  });
}

/** Before that two feeds live, and who has access was known from the first day on. */
const quiet = (ms: number, isFirst: boolean, facts: Facts): readonly StoryDelivery[] => [told(DIRECTORY, ms, isFirst ? accountsAt(ms, facts) : []), told(TICKETS, ms, [])];

function morning(ms: number, firstSeenMs: number, facts: Facts): readonly StoryDelivery[] {
  const { lastSignMs, backMs } = facts.outage;
  const directory = ms > lastSignMs && ms < backMs ? [] : [told(DIRECTORY, ms, accountsAt(ms, facts))];
  return [
    ...directory,
    told(PEOPLE, ms, []),
    told(CODE, ms, protection(ms)),
    told(ENGINE, ms, JOBS.map((job) => event('job.run', job, { job, scheduledFor: instant(ms - 3_600_000), outcome: 'success' }))),
    told(BANK, ms, []),
    told(CLOUD, ms, cloud(firstSeenMs)),
    told(DEVICES, ms, LAPTOPS.map((device) => event('device.posture', device, { device, encrypted: true, agent: true, lastSeenAt: instant(ms - 7_200_000) }))),
    told(TICKETS, ms, []),
  ];
}

/** Read anew each Monday. */
function protection(ms: number) {
  if (new Date(ms).getUTCDay() !== 1) return [];
  const data = { repository: REPOSITORY, branch: 'main', enforced: true, requiredApprovals: 1, appliesToAdmins: true };
  return [event('vcs.branch-protection', `${REPOSITORY}/main`, data)];
}

const cloud = (firstSeenMs: number) => [
  ...STORES.map((asset) => event('backup.completed', asset, { asset, outcome: 'success', sizeBytes: 7_340_032_000 })),
  ...CLOUD_RULES.map(([resource, rule]) => event('config.finding', resource, { rule, resource, outcome: 'pass', severity: 'high' })),
  event('vuln.finding', 'payroll-api', { finding: 'CVE-2026-0417', asset: 'payroll-api', severity: 'critical', status: 'fixed', firstSeenAt: instant(firstSeenMs) }),
];
