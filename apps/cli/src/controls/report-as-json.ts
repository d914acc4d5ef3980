import { toInstant } from '@tickmark/contracts';
import type { ExpectationResult } from '@tickmark/evaluation';
import type { TestedControl } from './tested-control.js';

/** A report for programs; instants as in the APIs. */
export function reportAsJson({ control, report }: TestedControl): unknown {
  return {
    id: control.id,
    file: control.file,
    holds: report.holds,
    tests: report.results.map(({ test, holds, expectations }) => ({
      name: test.name,
      line: test.line,
      holds,
      expectations: expectations.map(expectationAsJson),
    })),
    unreached: report.coverage.flatMap(({ check, unreached }) => (unreached.length === 0 ? [] : [{ check, states: unreached }])),
  };
}

function expectationAsJson({ expected, got, holds }: ExpectationResult): unknown {
  const { check, key, atMs, knownAtMs, state, deviation } = expected;
  return {
    check,
    key,
    at: toInstant(atMs),
    knownAt: knownAtMs === undefined ? undefined : toInstant(knownAtMs),
    holds,
    expected: { state, deviation },
    got: { state: got.state, reason: got.reason, deviation: deviation === undefined ? undefined : got.deviation },
  };
}
