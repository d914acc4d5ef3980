import { RESERVED_EVENT_TYPES } from '@tickmark/contracts';
import { valueTypeOfSchema } from '@tickmark/expressions';
import { z } from 'zod';
import { checkEventSchema } from './event-schema.js';
import { fileId } from './file-id.js';
import type { CatalogueFault, CatalogueFile, EventType } from './model.js';
import { validateEvent } from './validate-event.js';
import { readYaml, reporter, type Report, type YamlSource } from './yaml-source.js';
import { reportIssues } from './zod-faults.js';

const MOST_EXAMPLES = 20;
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+$/;

const eventTypeFile = z.strictObject({
  id: z.string().max(100).regex(ID, 'an id is words in small letters with dots: identity.account'),
  title: z.string().min(1).max(120),
  /** What the subject is, in words. */
  subject: z.string().min(1).max(120),
  schema: z.record(z.string(), z.unknown()),
  examples: z.array(z.record(z.string(), z.unknown())).min(1).max(MOST_EXAMPLES),
});

export function loadEventType(file: CatalogueFile, faults: CatalogueFault[]): EventType | undefined {
  const before = faults.length;
  const report = reporter(faults, file.path);
  const source = readYaml(file, report);
  if (source === undefined) return undefined;
  const parsed = eventTypeFile.safeParse(source.value, { reportInput: true });
  if (!parsed.success) {
    reportIssues(parsed.error, eventTypeFile, { source, at: [], report });
    return undefined;
  }
  const { id, title, subject, schema, examples } = parsed.data;
  if (id !== fileId(file.path)) report(source.lineOf(['id']), `the id "${id}" is not the file's name`, `name the file ${id}.yaml`);
  checkEventSchema(schema, source.lineOf, report);
  if (faults.length > before) return undefined;
  const reserved = (RESERVED_EVENT_TYPES as readonly string[]).includes(id);
  const type: EventType = { id, title, subject, schema, examples, valueType: valueTypeOfSchema(schema), reserved };
  checkExamples(type, source, report);
  return faults.length > before ? undefined : type;
}

function checkExamples(type: EventType, source: YamlSource, report: Report): void {
  type.examples.forEach((example, index) => {
    for (const { pointer, message } of validateEvent(type, example)) {
      const path = ['examples', index, ...pointer.split('/').slice(1)];
      report(source.lineOf(path), `the example breaks its own schema: ${pointer === '' ? 'it' : pointer} ${message}`);
    }
  });
}
