import { z } from 'zod';
import { parseRfc3339 } from '../reading/instant.js';
import { type Placed, propOf, props, type Subject, subjectBody, text } from './parts.js';

export const observationBody = z.object({
  uuid: text,
  title: text,
  description: text,
  props,
  subjects: z.array(subjectBody).nullish(),
  collected: text,
  expires: text,
});
export type Observation = z.infer<typeof observationBody>;

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['pass', 'pass'],
  ['passed', 'pass'],
  ['fixed', 'pass'],
  ['fail', 'fail'],
  ['failed', 'fail'],
  ['error', 'error'],
  ['notapplicable', 'not-applicable'],
  ['not-applicable', 'not-applicable'],
]);
export const NOT_SELECTED = 'notselected';

/** The tool's own word about one subject of an observation; observations of people have none. */
export const wordOf = (observation: Observation, subject: Subject): string | undefined =>
  (propOf(subject.props, 'result') ?? propOf(observation.props, 'result'))?.toLowerCase();

export const outcomeOf = (word: string): string => OUTCOMES.get(word) ?? 'unknown';

const RULES = ['idref', 'assessment-rule-id', 'rule-id', 'check-id', 'check-name-id', 'policy-id'];

/** Which rule was evaluated: tools put it into a property, else the title or the description is its name. */
export function ruleOf(observation: Observation): string | undefined {
  const { title, description } = observation;
  return propOf(observation.props, ...RULES) ?? [title, description].find((name): name is string => typeof name === 'string' && name !== '');
}

/** When it was collected; undefined where that is not said, `null` where it is no instant. */
export function collectedMs({ value: { collected } }: Placed<Observation>): number | undefined | null {
  if (collected === undefined || collected === null || collected === '') return undefined;
  return parseRfc3339(collected) ?? null;
}

/** What it saw may no longer be so at that time. */
export function isOver({ expires }: Observation, timeMs: number | undefined): boolean {
  const end = typeof expires === 'string' ? parseRfc3339(expires) : undefined;
  return end !== undefined && timeMs !== undefined && end <= timeMs;
}
