import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { Findings } from '../reading/findings.js';
import { parseRfc3339 } from '../reading/instant.js';
import { type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import { objectName } from './object-name.js';

const text = z.string().nullish();
const constraintBody = z.object({
  kind: z.string().min(1),
  metadata: z.object({ name: z.string().min(1) }),
  status: z
    .object({
      auditTimestamp: text,
      totalViolations: z.number().int().nonnegative().nullish(),
      violations: z.array(z.object({ kind: z.string().min(1), name: z.string().min(1), namespace: text, message: text })).nullish(),
    })
    .nullish(),
});

export const isConstraint = (record: JsonObject): boolean => typeof record.apiVersion === 'string' && record.apiVersion.startsWith('constraints.gatekeeper.sh/');

/**
 * The constraint as a whole on the cluster, and each violation that it lists. Violations vanish when they are repaired, so
 * only the constraint as a whole can say that there are none.
 */
export function constraintResults(record: JsonObject, system: string): readonly ItemResult[] {
  const fields = fieldsOf(constraintBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const { kind, metadata, status } = fields.value;
  const rule = `${kind}/${metadata.name}`;
  const audit = auditOf(status?.auditTimestamp);
  if (audit === undefined) return [rejected('/status/auditTimestamp', 'is no instant')];
  const { timeMs } = audit;
  const findings = new Findings('gatekeeper', `${rule}@${audit.written}`);
  const violations = status?.violations ?? [];
  const total = status?.totalViolations ?? violations.length;
  const whole = findings.of({ rule, resource: system, outcome: wholeOutcome(total, violations.length, timeMs), title: `${total} violations`, timeMs });
  const each = violations.map(({ message, ...named }) => findings.of({ rule, resource: objectName(named), outcome: 'fail', title: message, timeMs }));
  return [whole, ...each, ...capped(total, violations.length)];
}

/** Undefined: there is a time that cannot be read. */
function auditOf(written: string | null | undefined): { readonly written: string; readonly timeMs?: number } | undefined {
  if (written === null || written === undefined) return { written: 'never audited' };
  const timeMs = parseRfc3339(written);
  return timeMs === undefined ? undefined : { written, timeMs };
}

function capped(total: number, listed: number): readonly ItemResult[] {
  if (total <= listed) return [];
  return [rejected('/status/totalViolations', `counts ${total}, and ${listed} are listed; raise --constraint-violations-limit`)];
}

/** Without the time of an audit nobody has looked. */
function wholeOutcome(total: number, listed: number, timeMs: number | undefined): string {
  if (total > 0 || listed > 0) return 'fail';
  return timeMs === undefined ? 'unknown' : 'pass';
}
