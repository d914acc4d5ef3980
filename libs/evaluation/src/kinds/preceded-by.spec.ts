import { describe, expect, test } from '@jest/globals';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, HOUR, hours, inShort, judgeAt, timelineOf } from '../evaluation.testkit.js';

const yaml = (more = ''): string => `
id: approved-by-other
title: Merged changes were approved by somebody else
maps: {tsc: [CC8.1]}
inputs: {merge: vcs.change-merged, review: vcs.change-reviewed}
checks:
  approved:
    kind: preceded-by
    when: merge
    needs: review
    key: {merge: merge.change, review: review.change}
    latestPer: review.reviewer
    where: review.state == "approved" && review.reviewer != merge.author && review.commit == merge.head
    notBefore: 30d
    settle: 10m
    ${more}
`;

type Rest = Parameters<typeof anEvent>[3];
const review = (at: number, reviewer: string, state = 'approved', rest: Rest = {}): JudgedEvent =>
  anEvent('vcs.change-reviewed', at, { change: 'c', repository: 'r', reviewer, state, commit: 'h' }, { feedId: 2, ...rest });
const merge = (at: number, rest: Rest = {}): JudgedEvent =>
  anEvent('vcs.change-merged', at, { change: 'c', repository: 'r', branch: 'main', author: 'al', mergedBy: 'al', head: 'h' }, rest);
const of = (events: readonly JudgedEvent[], watermark: number, more = ''): ReturnType<typeof timelineOf> =>
  timelineOf(judgeAt(controlOf(yaml(more)).check, events, { group: 'c', watermark }), 'c');

describe('kind preceded-by', () => {
  test('pending for the check’s own settle, then decided as of the merge', () => {
    const events = [review(0, 'bea'), merge(1)];
    expect(inShort(of(events, 1.16).segments)).toEqual(['0..1 no-occurrence', '1.. no-occurrence (pending)']);
    expect(inShort(of(events, 1.17).segments)).toEqual(['0..1 no-occurrence', '1.. pass']);
    expect(of(events, 1.17).observations).toMatchObject([{ outcome: 'pass', atMs: hours(1), evidenceIds: [events[1]?.evidenceId, events[0]?.evidenceId] }]);
  });

  test('an approval that was dismissed is none, though it was one', () => {
    expect(of([review(0, 'bea'), review(0.5, 'bea', 'dismissed'), merge(1)], 2).failures).toMatchObject([{ fromMs: hours(1), exact: true, basis: 'absence' }]);
    expect(of([review(0, 'bea'), review(0.5, 'cy', 'dismissed'), merge(1)], 2).failures).toEqual([]);
  });

  test('an approval in the same instant as the merge does not help, by sequence before it does', () => {
    expect(of([review(1, 'bea'), merge(1)], 2).failures).toHaveLength(1);
    expect(of([review(1, 'bea', 'approved', { sequence: '1' }), merge(1, { sequence: '2' })], 2).failures).toEqual([]);
    expect(of([review(0, 'bea'), review(1, 'bea', 'dismissed'), merge(1)], 2).failures).toHaveLength(1);
  });

  test('an approval that is too old is none', () => {
    expect(of([review(0, 'bea'), merge(720)], 800).failures).toEqual([]);
    expect(of([review(0, 'bea'), merge(720.1)], 800).failures).toHaveLength(1);
  });

  test('an approval that comes late withdraws the failure', () => {
    const events = [merge(1), review(0, 'bea', 'approved', { receivedAt: 3 })];
    expect(inShort(of(events, 2).segments)).toEqual(['1.. fail (nothing-valid-before)']);
    expect(of(events, 3)).toMatchObject({ failures: [], observations: [{ outcome: 'pass' }] });
  });

  test('a remedy closes the failure of the merge that it fits, and leaves the state', () => {
    const remedy = 'remedy: {input: review, where: review.state == "approved" && review.reviewer != merge.author}';
    const events = [merge(2), review(5, 'al'), review(8, 'cy'), merge(9), review(9.5, 'al', 'commented')];
    const { segments, failures } = of(events, 10, remedy);
    expect(inShort(segments)).toEqual(['2..9 fail (nothing-valid-before)', '9.. pass']);
    expect(failures.map(({ fromMs, toMs = 0 }) => (toMs - fromMs) / HOUR)).toEqual([6]);
  });

  test('two merges without approval are two failures, each with its own end', () => {
    const remedy = 'remedy: {input: review, where: review.state == "approved" && review.reviewer != merge.author}';
    const { failures, observations } = of([merge(2), merge(4), review(8, 'cy')], 10, remedy);
    expect(failures.map(({ fromMs, toMs = 0 }) => (toMs - fromMs) / HOUR)).toEqual([6, 4]);
    expect(observations.map(({ outcome }) => outcome)).toEqual(['fail', 'fail']);
  });

  test('merges before the check was in force are none of its occurrences, reviews before it count', () => {
    const { check } = controlOf(yaml());
    const judged = judgeAt(check, [merge(-2), review(-1, 'bea'), merge(1)], { group: 'c', watermark: 3, effectiveFromMs: hours(0) });
    expect(inShort(timelineOf(judged, 'c').segments)).toEqual(['0..1 no-occurrence', '1.. pass']);
    expect(timelineOf(judged, 'c').observations).toHaveLength(1);
  });

  test('the feeds that it needs are those of the reviews, by name where none is known', () => {
    const { check } = controlOf(yaml());
    expect(check.neededTypes).toEqual(['vcs.change-reviewed']);
    expect(of([merge(1)], 2).segments.at(-1)).toMatchObject({ feedIds: [] });
    expect(of([review(0, 'bea'), merge(1)], 2).segments.at(-1)).toMatchObject({ feedIds: [2] });
  });
});
