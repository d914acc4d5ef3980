import type { NoticeBody, NoticeDeviation, NoticeKind } from '@tickmark/alerting';

const HEADLINES: Readonly<Record<NoticeKind, string>> = {
  opened: 'Deviation opened',
  closed: 'Deviation closed',
  withdrawn: 'Deviation withdrawn',
  combined: 'Deviation found, already closed',
  digest: 'Deviations found in older evidence',
  'gap-opened': 'Monitoring gap opened',
  'gap-closed': 'Monitoring gap closed',
};

const EXPLANATIONS: Readonly<Record<Exclude<NoticeKind, 'gap-opened'>, string>> = {
  opened: 'Monitoring noted that the control did not do what it says.',
  closed: 'Received evidence shows that the control does again what it says.',
  withdrawn: 'Evidence received later shows that this deviation never was.',
  combined: 'Monitoring noted a deviation that was over when the evidence for it arrived.',
  digest: 'These deviations were noted in evidence that was more than a day old when it arrived.',
  'gap-closed': 'Monitoring sees again. The gap stays on record.',
};

const BLIND = 'From the time given, results that rest on missing evidence are unknown. Unknown is neither pass nor fail.';
const GAP_EXPLANATIONS: Readonly<Record<NonNullable<NoticeBody['gap']>['cause'], string>> = {
  'feed-silent': BLIND,
  'incomplete-population': BLIND,
  'check-error': BLIND,
  unreconciled: BLIND,
  altered: 'Something that is kept differs from its leaf in the ledger. Nothing is put right by itself: a person has to find out who changed it.',
  conflict: 'The first content stands. A person has to find out which one is true.',
  'dead-letter': 'It is kept and counts nowhere until a person has it read again.',
  epoch: 'The ledger was restored. A person has to confirm what it holds.',
  'not-judged': 'What is received is kept. What happened after the time given is unknown until it is judged.',
  unsealed: 'Evidence is received and judged. Until the ledger is sealed, nobody outside can tell whether its latest part was changed.',
};

export const headlineOf = (kind: NoticeKind): string => HEADLINES[kind];
export const explanationOf = ({ kind, gap }: NoticeBody): string =>
  kind === 'gap-opened' ? (gap === undefined ? BLIND : GAP_EXPLANATIONS[gap.cause]) : EXPLANATIONS[kind];

export function subjectOf({ kind, severity, title, deviations }: NoticeBody): string {
  const [first] = deviations;
  const about = first === undefined ? '' : deviations.length === 1 ? ` (${first.key})` : ` (${deviations.length} keys)`;
  return `[${severity}] ${HEADLINES[kind]}: ${title}${about}`;
}

/** `2026-03-02 11:00:00 UTC` */
const sayInstant = (instant: string): string => instant.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');

/** When it happened; a range where no more is known. */
function sayOccurred({ occurredAt, occurredUntil }: Pick<NoticeDeviation, 'occurredAt' | 'occurredUntil'>): string {
  if (occurredUntil === undefined) return sayInstant(occurredAt);
  return `between ${sayInstant(occurredAt)} and ${sayInstant(occurredUntil)}`;
}

function sayStatus({ status, remediatedAt }: NoticeDeviation): string {
  return status === 'closed' && remediatedAt !== undefined ? `closed, remediated ${sayInstant(remediatedAt)}` : status;
}

export interface Field {
  readonly name: string;
  readonly value: string;
}

const field = (name: string, value: string | null | undefined): readonly Field[] =>
  value === undefined || value === null || value === '' ? [] : [{ name, value }];

/** What stands above the list of keys, in the same words for text and HTML. */
export function fieldsOf({ control, owner, severity, criteria, gap }: NoticeBody): readonly Field[] {
  return [
    ...field('Control', control),
    ...field('Severity', severity),
    ...field('Owner', owner),
    ...field('Criteria', criteria.join(', ')),
    ...(gap === undefined
      ? []
      : [
          ...field('Cause', gap.cause),
          ...field('Feed', gap.feed),
          ...field('Check', gap.check),
          ...field('Key', gap.key),
          ...field('From', sayInstant(gap.from)),
          ...field('Until', gap.to === undefined ? undefined : sayInstant(gap.to)),
          ...field('Controls', gap.controls.join(', ')),
        ]),
  ];
}

export function deviationFields(deviation: NoticeDeviation): readonly Field[] {
  return [
    ...field('Status', sayStatus(deviation)),
    ...field('Check', deviation.check),
    ...field('Occurred', sayOccurred(deviation)),
    ...field('Detected', sayInstant(deviation.detectedAt)),
    ...field('System', deviation.system),
    ...field('Reason', deviation.reason),
    ...field('Evidence', deviation.evidenceIds.join(', ')),
    ...field('Deviation', deviation.id),
  ];
}

const LINK_NAMES: Readonly<Record<string, string>> = {
  control: 'Control',
  deviations: 'Deviations',
  timeline: 'Timeline',
  evidence: 'Evidence',
  gaps: 'Gaps',
};

export const linksOf = ({ links }: NoticeBody): readonly Field[] =>
  Object.entries(links).map(([name, value]) => ({ name: LINK_NAMES[name] ?? name, value }));

export const FOOTER = 'Written by Tickmark from monitoring records. It is not an opinion of an auditor.';

/** Beyond so many only the keys are listed, so that a mail stays readable. */
const DETAILED_MOST = 100;

export function splitDetail(deviations: readonly NoticeDeviation[]): {
  readonly detailed: readonly NoticeDeviation[];
  readonly keysOnly: readonly string[];
} {
  return {
    detailed: deviations.slice(0, DETAILED_MOST),
    keysOnly: deviations.slice(DETAILED_MOST).map(({ key }) => key),
  };
}
