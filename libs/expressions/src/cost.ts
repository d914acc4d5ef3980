import type { ValueType } from './model.js';

/**
 * Synchronous code cannot be interrupted, so the worst case is counted when an expression is loaded: steps of nodes,
 * times the items of the list that a macro walks, plus the characters that text functions read. A step is some 50 ns.
 */
export const LIMITS = {
  sourceLength: 4_000,
  nodes: 200,
  depth: 20,
  steps: 200_000,
  patternLength: 200,
  patternSize: 300,
} as const;

/** Of a list of no known length. */
export const ASSUMED_ITEMS = 1_000;
const ASSUMED_LENGTH = 1_024;
const CHARACTERS_A_STEP = 16;

/** The longest text that this can be; what is no text counts as short. */
export function longest(type: ValueType): number {
  if (type.kind === 'string') return type.maxLength ?? ASSUMED_LENGTH;
  return type.kind === 'dynamic' ? ASSUMED_LENGTH : CHARACTERS_A_STEP;
}

/** Steps that reading the whole value takes once. */
export function readingCost(type: ValueType): number {
  if (type.kind === 'list') return 1 + type.maxItems * readingCost(type.items);
  return 1 + longest(type) / CHARACTERS_A_STEP;
}

export const searchCost = (text: ValueType, part: ValueType): number =>
  1 + (longest(text) * longest(part)) / CHARACTERS_A_STEP;

export const matchCost = (text: ValueType, patternSize: number): number =>
  1 + (longest(text) * patternSize) / CHARACTERS_A_STEP;

/** Integers, times, durations and objects in lists are converted whenever the list is read. */
export function accessCost(type: ValueType): number {
  if (type.kind !== 'list') return 1;
  return needsConversion(type.items) ? 1 + type.maxItems * accessCost(type.items) : 1;
}

export function needsConversion(type: ValueType): boolean {
  if (type.kind === 'list') return needsConversion(type.items);
  return type.kind === 'int' || type.kind === 'timestamp' || type.kind === 'duration' || type.kind === 'object';
}
