import { controlJsonSchema, loadCatalogue, mappingJsonSchema, overrideJsonSchema } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import { readCatalogue } from '@tickmark/platform';
import { controlsPage } from './controls.mjs';

const asFile = (file, value) => ({ file, text: `${JSON.stringify(value, null, 2)}\n` });

/** JSON Schemas for editors, the page of event types and the page of controls. */
export async function catalogueReference() {
  const { catalogue, faults } = loadCatalogue(await readCatalogue(), kindById);
  if (catalogue === undefined) throw new Error(`the catalogue does not load: ${faults[0]?.file}:${faults[0]?.line} ${faults[0]?.message}`);
  return [
    asFile('docs/reference/schemas/control.schema.json', controlJsonSchema(kindById)),
    asFile('docs/reference/schemas/mapping.schema.json', mappingJsonSchema()),
    asFile('docs/reference/schemas/override.schema.json', overrideJsonSchema()),
    { file: 'docs/reference/event-types.md', text: eventTypesPage([...catalogue.eventTypes.values()]) },
    { file: 'docs/reference/controls.md', text: controlsPage(catalogue) },
  ];
}

function eventTypesPage(types) {
  const intro = [
    '# Event types',
    '',
    'Made by `npm run generate` from `catalogue/event-types/`. Times are RFC 3339, money is whole minor units with a currency,',
    'fields that no type has are refused. A type grows by optional fields only.',
    '',
  ];
  return [...intro, ...types.flatMap(sectionOf)].join('\n');
}

function sectionOf({ id, title, subject, schema, examples, reserved }) {
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties).map(([name, field]) => `| ${name} | ${typeOf(field)} | ${required.has(name) ? 'always' : 'may be absent'} | ${field.description ?? ''} |`);
  const note = reserved ? ' Reserved: a feed needs the scope to send it.' : '';
  return [
    `## ${id}`,
    '',
    `${title}. Subject: ${subject}.${note}`,
    '',
    '| Field | Type | | |',
    '|---|---|---|---|',
    ...rows,
    '',
    '```json',
    JSON.stringify(examples[0], null, 2),
    '```',
    '',
  ];
}

function typeOf({ type, format, enum: choices, maxLength, items, maxItems, minimum, maximum }) {
  if (choices !== undefined) return choices.join(', ');
  if (type === 'array') return `list of ${typeOf(items)}, at most ${maxItems} items`;
  if (format !== undefined) return { 'date-time': 'time', date: 'date', currency: 'currency code' }[format] ?? format;
  if (type === 'string') return `text, at most ${maxLength} characters`;
  const bounds = [minimum === undefined ? '' : `from ${minimum}`, maximum === undefined ? '' : `to ${maximum}`].filter((bound) => bound !== '').join(' ');
  const words = { integer: 'whole number', number: 'number', boolean: 'true or false' };
  return [words[type] ?? type, bounds].filter((part) => part !== '').join(' ');
}
