import { fieldChanges, listChanges } from './field-changes.js';
import type { FieldChange, ListChanges } from './field-changes.js';
import type { PeriodSummary, RuleChange, SummaryControl, SummaryDeviation, SummaryGap, SummaryHeader } from './model.js';

/** What two frozen revisions of one engagement say differently. What follows from the time of making alone is left out. */
export interface RevisionDifference {
  readonly from: RevisionMark;
  readonly to: RevisionMark;
  readonly header: readonly FieldChange[];
  /** Words, reasons and controls of what the engagement is measured against. */
  readonly criteria: readonly RecordChange[];
  readonly objectives: readonly RecordChange[];
  readonly controls: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly ControlChange[];
  };
  readonly deviations: {
    readonly added: readonly SummaryDeviation[];
    /** No longer in the engagement's period, systems or controls; a deviation is never deleted. */
    readonly removed: readonly SummaryDeviation[];
    readonly withdrawn: readonly DeviationChanged[];
    readonly changed: readonly DeviationChanged[];
  };
  readonly measures: readonly FieldChange[];
  readonly gaps: {
    readonly added: readonly SummaryGap[];
    readonly removed: readonly SummaryGap[];
    readonly changed: readonly RecordChange[];
  };
  readonly ruleChanges: { readonly added: readonly RuleChange[]; readonly removed: readonly RuleChange[] };
}

export interface RevisionMark {
  readonly revision: number | null;
  readonly judgedUntil: string | null;
  readonly dataCutOff: SummaryHeader['dataCutOff'];
  readonly generatedAt: string;
  readonly manifestHash: string;
}

export interface RecordChange {
  readonly id: string;
  readonly fields: readonly FieldChange[];
}

export interface ControlChange extends RecordChange {
  /** The segments stand in the summaries themselves. */
  readonly timelineChanged: boolean;
}

export interface DeviationChanged extends RecordChange {
  readonly control: string;
  readonly check: string;
  readonly key: string;
}

/** Pure: two summaries in, their difference out. */
export function compareRevisions(from: PeriodSummary, to: PeriodSummary): RevisionDifference {
  const gaps = listChanges(from.gaps, to.gaps, { idOf });
  return {
    from: markOf(from.header),
    to: markOf(to.header),
    header: fieldChanges(said(from.header), said(to.header)),
    criteria: changesOf(listChanges(from.criteria, to.criteria, { idOf })),
    objectives: changesOf(listChanges(from.objectives, to.objectives, { idOf })),
    controls: controlsOf(from.controls, to.controls),
    deviations: deviationsOf(from.deviations, to.deviations),
    measures: fieldChanges(measuresOf(from), measuresOf(to)),
    gaps: { added: gaps.added, removed: gaps.removed, changed: changesOf(gaps) },
    ruleChanges: ruleChangesOf(from.ruleChanges, to.ruleChanges),
  };
}

const idOf = ({ id }: { readonly id: string }): string => id;
const changesOf = <T extends { readonly id: string }>({ changed }: ListChanges<T>): readonly RecordChange[] =>
  changed.map(({ after, fields }) => ({ id: after.id, fields }));

const markOf = ({ revision, judgedUntil, dataCutOff, generatedAt, manifestHash }: SummaryHeader): RevisionMark => ({
  revision, judgedUntil, dataCutOff, generatedAt, manifestHash,
});

/** The header without what stands in the marks. */
function said(header: SummaryHeader): object {
  const { revision: _1, judgedUntil: _2, dataCutOff: _3, generatedAt: _4, manifestHash: _5, ...rest } = header;
  return rest;
}

/** How long something has been open grows by itself. */
const measuresOf = ({ measures: { openDeviations: _, ...rest } }: PeriodSummary): object => rest;

function controlsOf(before: readonly SummaryControl[], after: readonly SummaryControl[]): RevisionDifference['controls'] {
  const whole = listChanges(before, after, { idOf });
  return {
    added: whole.added.map(idOf),
    removed: whole.removed.map(idOf),
    changed: whole.changed.map(({ before: old, after: present }) => ({
      id: present.id,
      fields: fieldChanges(figuresOf(old), figuresOf(present)),
      timelineChanged: JSON.stringify(old.timeline) !== JSON.stringify(present.timeline),
    })),
  };
}

/** Checks and versions by what they are, so that one more of them does not shift the others. */
function figuresOf({ timeline: _, checks, versions, ...rest }: SummaryControl): object {
  return {
    ...rest,
    versions: Object.fromEntries(versions.map((version) => [`${version.definitionHash} from ${version.effectiveFrom}`, version])),
    checks: Object.fromEntries(checks.map((check) => [`${check.name} by ${check.logicHash} from ${check.inForce.from}`, check])),
  };
}

function deviationsOf(before: readonly SummaryDeviation[], after: readonly SummaryDeviation[]): RevisionDifference['deviations'] {
  const { added, removed, changed } = listChanges(before, after, { idOf, shown: recordedOf });
  const told = changed.map((one) => ({ isWithdrawn: one.after.status === 'withdrawn' && one.before.status !== 'withdrawn', shown: showDeviation(one) }));
  return {
    added,
    removed,
    withdrawn: told.flatMap(({ isWithdrawn, shown }) => (isWithdrawn ? [shown] : [])),
    changed: told.flatMap(({ isWithdrawn, shown }) => (isWithdrawn ? [] : [shown])),
  };
}

const showDeviation = ({ after, fields }: ListChanges<SummaryDeviation>['changed'][number]): DeviationChanged => ({
  id: after.id, control: after.control, check: after.check, key: after.key, fields,
});

/** Lengths follow from the times, and how long it has been open from the time of making. */
function recordedOf(deviation: SummaryDeviation): object {
  const { timeToDetectMs: _1, timeToDetectAtLeastMs: _2, timeToRemediateMs: _3, lastedMs: _4, exposureMs: _5, openForMs: _6, ...rest } = deviation;
  return rest;
}

function ruleChangesOf(before: readonly RuleChange[], after: readonly RuleChange[]): RevisionDifference['ruleChanges'] {
  const ruleOf = ({ control, definitionHash, effectiveFrom }: RuleChange): string => `${control} ${definitionHash} ${effectiveFrom}`;
  const { added, removed } = listChanges(before, after, { idOf: ruleOf });
  return { added, removed };
}
