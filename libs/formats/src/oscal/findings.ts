import { z } from 'zod';
import { text } from './parts.js';

const state = z.object({ state: z.string().min(1), reason: text });

export const findingBody = z.object({
  title: text,
  target: z.object({ 'target-id': z.string().min(1), status: state, 'implementation-status': z.object({ state: text }).nullish() }),
  'related-observations': z.array(z.object({ 'observation-uuid': text })).nullish(),
  'related-risks': z.array(z.object({ 'risk-uuid': text })).nullish(),
  'associated-risks': z.array(z.object({ 'risk-uuid': text })).nullish(),
});
export type Finding = z.infer<typeof findingBody>;

/** What a finding says of its objective, before exceptions. */
export function statedOutcome({ target }: Finding): string {
  const { state: word, reason } = target.status;
  if (word === 'not-satisfied') return 'fail';
  if (word !== 'satisfied') return 'unknown';
  const implemented = target['implementation-status']?.state ?? 'implemented';
  if (implemented === 'not-applicable') return 'not-applicable';
  // Satisfied for another reason than a passing test, or not implemented as yet: nobody has seen that it works.
  return (reason ?? 'pass') === 'pass' && ['implemented', 'alternative'].includes(implemented) ? 'pass' : 'unknown';
}

export function riskIdsOf({ 'related-risks': related, 'associated-risks': associated }: Finding): readonly string[] {
  return [...(related ?? []), ...(associated ?? [])].flatMap(({ 'risk-uuid': uuid }) => (typeof uuid === 'string' ? [uuid] : []));
}
