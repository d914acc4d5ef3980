import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { parseRfc3339 } from '../reading/instant.js';
import { ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';
import { assessedBody, itemsIn, text } from './parts.js';
import { assessedResults } from './results.js';

const metadataBody = z.object({ metadata: z.object({ 'last-modified': text }).nullish(), 'local-definitions': z.unknown().optional() });

const RESULTS = 'assessment-results';
const PLAN = 'plan-of-action-and-milestones';

/** Assessment results, with their wrapper or without, or a plan of action and milestones. */
export function documentResults(record: JsonObject, system: string): readonly ItemResult[] {
  if (isObject(record[RESULTS])) return assessmentResults(record[RESULTS], `/${RESULTS}`, system);
  if (isObject(record[PLAN])) return planResults(record[PLAN], `/${PLAN}`, system);
  if (Array.isArray(record.results)) return assessmentResults(record, '', system);
  const [model = 'an empty object'] = Object.keys(record);
  return [ignored(`${model.slice(0, 100)}: no results of an assessment`)];
}

interface Document {
  readonly modified: string | undefined;
  readonly modifiedMs: number | undefined;
  readonly definitions: readonly unknown[];
}

function documentOf(body: JsonObject, pointer: string): Document | ItemResult {
  const fields = fieldsOf(metadataBody, body);
  if (!fields.ok) return rejectedBy({ ...fields.error, pointer: `${pointer}${fields.error.pointer}` });
  const modified = fields.value.metadata?.['last-modified'] ?? undefined;
  const modifiedMs = modified === undefined ? undefined : parseRfc3339(modified);
  if (modified !== undefined && modifiedMs === undefined) return rejected(`${pointer}/metadata/last-modified`, 'is no instant');
  return { modified, modifiedMs, definitions: [fields.value['local-definitions']] };
}

function assessmentResults(body: JsonObject, pointer: string, system: string): readonly ItemResult[] {
  const document = documentOf(body, pointer);
  if ('kind' in document) return [document];
  const { read, faults } = itemsIn(assessedBody, body.results, `${pointer}/results`);
  if (read.length === 0 && faults.length === 0) return [ignored('no results: nothing was assessed')];
  const seen = new Map<string, number>();
  return [...read.flatMap((one) => assessedResults(one.value, { ...document, pointer: one.pointer, system, seen })), ...faults];
}

/** A plan has no end: what it says is as of its last change. Its items are work to do, its risks are what counts. */
function planResults(body: JsonObject, pointer: string, system: string): readonly ItemResult[] {
  const document = documentOf(body, pointer);
  if ('kind' in document) return [document];
  const fields = fieldsOf(assessedBody, body);
  if (!fields.ok) return [rejectedBy({ ...fields.error, pointer: `${pointer}${fields.error.pointer}` })];
  const items = itemsIn(z.unknown(), body['poam-items'], `${pointer}/poam-items`);
  const todo = items.read.map(() => ignored('an item of a plan of action: its risk says how it stands'));
  return [...assessedResults(fields.value, { ...document, pointer, system, seen: new Map() }), ...todo, ...items.faults];
}
