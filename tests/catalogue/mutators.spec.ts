import { describe, expect, test } from '@jest/globals';
import { acceptedAs, readAccepted, staleIn } from '../mutation/accepted.js';
import { conditionChanges } from '../mutation/expression-mutations.js';
import type { Judged } from '../mutation/model.js';
import { inWords, isGood, rateOf, tallyOf } from '../mutation/report.js';
import { lengthsBeside, numbersBeside, valuesBeside } from '../mutation/value-mutations.js';

const changes = (source: string, siblings: readonly (readonly [string, string])[] = []): readonly string[] => conditionChanges(source, { siblings: new Map(siblings) }).map(({ to }) => to);

describe('a condition said otherwise', () => {
  test('is negated, and its comparison becomes its neighbour and its opposite', () => {
    expect(changes('a.n >= params.n')).toEqual(['!(a.n >= params.n)', 'a.n > params.n', 'a.n < params.n']);
    expect(changes('a.n == b.n')).toEqual(['!(a.n == b.n)', 'a.n != b.n']);
  });

  test('joins otherwise, and loses each of its operands', () => {
    expect(changes('a.x && a.y')).toEqual(['!(a.x && a.y)', 'a.x || a.y', 'a.x ', '  a.y']);
    expect(changes('(a.x || a.y) && a.z').slice(1)).toEqual(['(a.x && a.y) && a.z', '(a.x ) && a.z', '(  a.y) && a.z', '(a.x || a.y) || a.z', '(a.x || a.y) ', '  a.z']);
  });

  test('loses a not, and its branches change places', () => {
    expect(changes('!a.x').slice(1)).toEqual(['a.x']);
    expect(changes('a.x ? a.y : a.z').slice(1)).toEqual(['a.x ? a.z : a.y ']);
  });

  test('names another text, number, truth or macro; patterns and joints stay', () => {
    expect(changes('a.s == "on"', [['on', 'off']]).slice(2)).toEqual(['a.s == "off"']);
    expect(changes('a.s == "on"').slice(2)).toEqual(['a.s == "on-other"']);
    expect(changes('a.n == 3').slice(2)).toEqual(['a.n == 4', 'a.n == 2', 'a.n == 6', 'a.n == 1']);
    expect(changes('a.l.exists(x, x)').slice(1)).toEqual(['a.l.all(x, x)']);
    expect(changes('a.s.matches("^b")')).toEqual(['!(a.s.matches("^b"))']);
    expect(changes('a.s + "/" == b.s').slice(2)).toEqual([]);
  });
});

describe('what stands beside a value', () => {
  test('is one step to each side, twice and half as much', () => {
    expect(lengthsBeside('24h')).toEqual(['25h', '23h', '48h', '12h']);
    expect(lengthsBeside('1d')).toEqual(['2d', '2d', '12h']);
    expect(lengthsBeside('params.limit')).toEqual([]);
    expect(numbersBeside('1')).toEqual(['2', '0']);
    expect(numbersBeside('0.2')).toEqual(['0.4', '0.1']);
  });

  test('of a list is the list without one item, of a text another text', () => {
    expect(valuesBeside(['a', 'b'])).toEqual([['b'], ['a']]);
    expect(valuesBeside(['a'])).toEqual([['a-other']]);
    expect([valuesBeside('erp'), valuesBeside(true)]).toEqual([['erp-other'], [false]]);
  });
});

describe('the outcome of a run', () => {
  const about = { control: 'c', file: 'c.yaml', line: 3, place: 'checks.x.where', mutator: 'negate', from: 'a', to: '!(a)' };
  const survivor: Judged = { ...about, fate: 'survived' };
  const caught: readonly Judged[] = Array.from({ length: 19 }, () => ({ ...about, to: 'b', fate: 'caught' as const }));
  const entries = readAccepted('accepted: [{control: c, place: checks.x.where, to: "!(a)", reason: the two say the same of every event}]');

  test('is good from 95 in 100 on, when every survivor has a reason; what does not load counts for nothing', () => {
    const refused: Judged = { ...about, fate: 'refused', reason: 'it does not load' };
    expect(rateOf(tallyOf([...caught, survivor, refused]))).toBe(0.95);
    expect(isGood({ judged: [...caught, survivor], unlisted: [], stale: [], broken: [] })).toBe(true);
    expect(isGood({ judged: [...caught.slice(1), survivor], unlisted: [], stale: [], broken: [] })).toBe(false);
    expect(isGood({ judged: [...caught, survivor], unlisted: [survivor], stale: [], broken: [] })).toBe(false);
    expect(isGood({ judged: caught, unlisted: [], stale: entries, broken: [] })).toBe(false);
    expect(isGood({ judged: caught, unlisted: [], stale: [], broken: ['c'] })).toBe(false);
  });

  test('knows a survivor by control, place and change, and an entry that has become untrue', () => {
    expect([acceptedAs(entries, survivor)?.control, acceptedAs(entries, { ...survivor, to: 'b' })]).toEqual(['c', undefined]);
    expect(staleIn(entries, [survivor])).toEqual([]);
    expect(staleIn(entries, [{ ...survivor, fate: 'caught' }])).toEqual(entries);
    expect(staleIn(entries, [{ ...survivor, control: 'd' }])).toEqual([]);
  });

  test('names each survivor without a reason by file and line', () => {
    const words = inWords({ judged: [...caught, survivor], unlisted: [survivor], stale: [], broken: [] });
    expect(words).toContain('  c.yaml:3 checks.x.where (negate)\n      a\n    → !(a)\n');
    expect(words).toContain('19 of 20 mutants that load are caught (95.0 %, wanted 95.0 %), 0 do not load, 0 survivors have a reason\n');
  });
});
