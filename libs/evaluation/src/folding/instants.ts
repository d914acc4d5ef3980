import type { State } from '@tickmark/contracts';
import { sequenceOf } from '../order.js';
import type { Due, Point } from '../model.js';
import { isWorse } from './stand.js';

const OLD_MS = 24 * 3_600_000;

/** Points of one instant in the order that their source gave; those of one class are a tie. Sorted points only. */
export function tieClasses(points: readonly Point[]): readonly (readonly Point[])[] {
  const classes: Point[][] = [];
  let before: string | undefined;
  for (const point of points) {
    const sequence = sequenceOf(point.order);
    if (sequence === before) classes.at(-1)?.push(point);
    else classes.push([point]);
    before = sequence;
  }
  return classes;
}

/** The one whose outcome holds in a tie; of equal ones the first. */
export function worstOf(tie: readonly Point[], outcomeOf: (point: Point) => State): Point | undefined {
  return tie.reduce<Point | undefined>(
    (worst, point) => (worst === undefined || isWorse(outcomeOf(point), outcomeOf(worst)) ? point : worst),
    undefined,
  );
}

/** When it happened, also where it takes effect earlier. */
const happenedMs = ({ atMs, facts }: Point): number => (typeof facts['timeMs'] === 'number' ? facts['timeMs'] : atMs);

/** More than 24 hours old when it was received. */
export const isOld = (atMs: number, receivedAtMs: number): boolean => receivedAtMs - atMs > OLD_MS;

export const isBackfill = (point: Point): boolean => isOld(happenedMs(point), point.receivedAtMs);

export function textOf({ facts }: Point, name: string): string | undefined {
  const value = facts[name];
  return typeof value === 'string' ? value : undefined;
}

export const systemOf = (point: Point): string => textOf(point, 'system') ?? '';

export const flag = ({ facts }: Point, name: string): boolean => facts[name] === true;

/** A time-out at `atMs` may be decided when everything accepted by then, and what set it, has been judged. */
export const dueAt = (atMs: number, trigger: Pick<Point, 'receivedAtMs' | 'settleMs'>): Due => ({
  atMs,
  readyMs: Math.max(atMs, trigger.receivedAtMs) + trigger.settleMs,
});
