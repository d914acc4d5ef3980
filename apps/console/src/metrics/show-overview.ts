import { SEVERITIES, toInstant } from '@tickmark/contracts';
import type { State } from '@tickmark/contracts';
import type { SealingFigures } from '@tickmark/persistence';
import { ROLL_UP_WORDS } from '@tickmark/reporting';
import type { RollUpWord } from '@tickmark/reporting';
import { instantOrNull } from '../http/query.js';
import type { FeedNow, MeasuredNow, MeasureNow } from './measure-now.js';

export class ShowOverview {
  constructor(private readonly measureNow: MeasureNow) {}

  async execute() {
    const now = await this.measureNow.execute();
    const { controls, deviations, gaps, feeds, coverage, times, sealing } = now;
    return {
      asOf: toInstant(now.nowMs),
      ...(now.demo ? { demo: true } : {}),
      judgedUntil: instantOrNull(now.watermarkMs),
      controls: { total: controls.length, byState: byState(controls), items: controls.map((control) => ({ ...control })) },
      criteria: byWord(now.criteria),
      objectives: byWord(now.objectives),
      deviations: {
        open: sum(deviations.values()),
        bySeverity: Object.fromEntries(SEVERITIES.map((severity) => [severity, deviations.get(severity) ?? 0])),
      },
      gaps: { open: sum(gaps.values()), byCause: Object.fromEntries(gaps) },
      feeds: { alive: inState(feeds, 'alive'), silent: inState(feeds, 'silent'), notMonitored: inState(feeds, 'notMonitored') },
      coverage: { from: toInstant(coverage.day.fromMs), to: toInstant(coverage.day.toMs), ratio: coverage.ratio },
      ledger: showSealing(sealing),
      ...times,
    };
  }
}

const showSealing = ({ leaves, sealedLeaves, unsealedSinceMs, lastCheckpointAtMs, sealerSeenAtMs, refusal, alteredLeaf }: SealingFigures) => ({
  leaves,
  sealedLeaves,
  unsealedLeaves: leaves - sealedLeaves,
  unsealedSince: instantOrNull(unsealedSinceMs),
  lastCheckpointAt: instantOrNull(lastCheckpointAtMs),
  sealerSeenAt: instantOrNull(sealerSeenAtMs),
  refusal: refusal ?? null,
  alteredLeaf: alteredLeaf ?? null,
});

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, each) => total + each, 0);
const inState = (feeds: readonly FeedNow[], state: FeedNow['state']): number => feeds.filter((feed) => feed.state === state).length;

function byState(controls: MeasuredNow['controls']) {
  const count = (state: State): number => controls.filter((control) => control.state === state).length;
  return {
    pass: count('pass'),
    fail: count('fail'),
    error: count('error'),
    unknown: count('unknown'),
    notApplicable: count('not-applicable'),
    noOccurrence: count('no-occurrence'),
  };
}

const byWord = (words: readonly RollUpWord[]) =>
  Object.fromEntries(ROLL_UP_WORDS.map((word) => [word, words.filter((each) => each === word).length]));
