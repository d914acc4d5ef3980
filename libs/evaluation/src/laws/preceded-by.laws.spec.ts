import { describe, expect, test } from '@jest/globals';
import type { State } from '@tickmark/contracts';
import fc from 'fast-check';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, HOUR, START } from '../evaluation.testkit.js';
import { expectStates, historyOf, livedThrough, RUNS } from './laws.testkit.js';

const yaml = (latestPer: string): string => `
id: law
title: Law
maps: {tsc: [CC8.1]}
inputs: {merge: vcs.change-merged, review: vcs.change-reviewed}
checks:
  it:
    kind: preceded-by
    when: merge
    needs: review
    key: {merge: merge.change, review: review.change}
    ${latestPer}
    where: review.state == "approved" && review.reviewer != merge.author
    notBefore: 25h
    settle: 2h
    remedy: {input: review, where: review.state == "commented" && review.reviewer != merge.author}
`;

const time = { at: fc.integer({ min: 0, max: 60 }), delay: fc.constantFrom(0, 0, 3, 40), sequence: fc.constantFrom(undefined, undefined, '1', '2') };
const rest = ({ at, delay, sequence }: { readonly at: number; readonly delay: number; readonly sequence: string | undefined }): object => ({ receivedAt: at + delay, ...(sequence === undefined ? {} : { sequence }) });
const review = fc
  .record({ ...time, reviewer: fc.constantFrom('al', 'bea', 'cy'), state: fc.constantFrom('approved', 'approved', 'dismissed', 'commented') })
  .map(({ reviewer, state, ...when }): JudgedEvent => anEvent('vcs.change-reviewed', when.at, { change: 'c', repository: 'r', reviewer, state, commit: 'h' }, rest(when)));
const merge = fc
  .record(time)
  .map((when): JudgedEvent => anEvent('vcs.change-merged', when.at, { change: 'c', repository: 'r', branch: 'main', author: 'al', mergedBy: 'al', head: 'h' }, rest(when)));
const events = fc
  .tuple(fc.array(merge, { maxLength: 3 }), fc.array(review, { maxLength: 7 }))
  .map(([merges, reviews]) => [...merges, ...reviews])
  .filter((all) => all.length > 0);

type Place = readonly [timeMs: number, sequence: string];
const placeOf = ({ timeMs, sequence = '' }: JudgedEvent): Place => [timeMs, sequence === '' ? '' : sequence.padStart(30, '0')];
const compare = ([a, as]: Place, [b, bs]: Place): number => a - b || (as < bs ? -1 : as > bs ? 1 : 0);
const isReview = ({ type }: JudgedEvent): boolean => type === 'vcs.change-reviewed';
const approves = ({ data }: JudgedEvent): boolean => data['state'] === 'approved' && data['reviewer'] !== 'al';

/** Valid when some reviewer's last word within 25 hours approves; what ties with the merge is tried with and without. */
function passes(all: readonly JudgedEvent[], one: JudgedEvent, latest: boolean): boolean {
  const view = (least: number): boolean => {
    const before = all.filter((other) => isReview(other) && compare(placeOf(other), placeOf(one)) < least && other.timeMs >= one.timeMs - 25 * HOUR);
    if (!latest) return before.some(approves);
    const byReviewer = Map.groupBy(before, ({ data }) => data['reviewer']);
    return [...byReviewer.values()].some((words) => {
      const last = words.map(placeOf).sort(compare).at(-1);
      return words.filter((word) => last !== undefined && compare(placeOf(word), last) === 0).every(approves);
    });
  };
  return view(0) && view(1);
}

describe.each(['latestPer: review.reviewer', ''])('preceded-by %s', (latestPer) => {
  const { check } = controlOf(yaml(latestPer));
  test('judged step by step, in any order, is that of the whole history and of the reference', () => {
    fc.assert(
      fc.property(historyOf(events), fc.constantFrom(START - 1_000 * HOUR, START + 20 * HOUR), (history, effectiveFromMs) => {
        const [key] = livedThrough(check, 'c', { history, effectiveFromMs }).keys;
        const all = history.events;
        const begin = Math.max(effectiveFromMs, Math.min(...all.map(({ timeMs }) => timeMs)));
        const merges = all.filter((one) => !isReview(one) && one.timeMs >= effectiveFromMs);
        const verdicts = merges.map((one) => ({ one, place: placeOf(one), passes: passes(all, one, latestPer !== '') }));
        expectStates(key?.segments ?? [], (ms): State | undefined => {
          if (ms < begin) return undefined;
          const known = verdicts.filter(({ one }) => one.timeMs <= ms);
          const last = known.map(({ place }) => place).sort(compare).at(-1);
          if (last === undefined) return 'no-occurrence';
          return known.filter(({ place }) => compare(place, last) === 0).every((verdict) => verdict.passes) ? 'pass' : 'fail';
        });
        const closing = all.filter(({ data }) => data['state'] === 'commented' && data['reviewer'] !== 'al');
        const expected = verdicts
          .filter((verdict) => !verdict.passes)
          .map(({ one, place }) => [one.evidenceId, one.timeMs, closing.filter((other) => compare(placeOf(other), place) > 0).map(placeOf).sort(compare)[0]?.[0]]);
        const failures = key?.failures.map(({ occurrence, fromMs, toMs }) => [occurrence, fromMs, toMs]) ?? [];
        expect(failures.sort()).toEqual(expected.sort());
      }),
      { numRuns: RUNS },
    );
  });
});
