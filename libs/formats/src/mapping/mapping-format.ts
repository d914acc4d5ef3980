import type { MappingDefinition, MappingInput } from '@tickmark/catalogue';
import type { InputFault, Json, JsonObject, Result } from '@tickmark/contracts';
import { BEARER } from '../authentication.js';
import { type Format, type FormatLimits, type FormatSample, type FormatStream, mediaTypeOf, type ParseRequest, type ParseResult, type StreamRequest } from '../format.js';
import { readCsv } from '../reading/csv.js';
import { type ItemResult, items, malformed, placed, rejectedBy, tooMany } from '../reading/items.js';
import { readJson } from '../reading/json.js';
import { streamLines } from '../reading/lines-stream.js';
import { isObject, JSON_LINES_TYPES, readRecords, type RecordRules } from '../reading/records.js';
import { charsetFault, decodeUtf8 } from '../reading/text.js';
import { eventsOf } from './make-events.js';
import { csvRecord, envelopeOf, jsonRecord, listUnder, type MappedRecord } from './records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 256 * 1024, stream: { bytes: 1024 ** 3, items: 1_000_000 } };

type Input<Kind> = MappingInput & { readonly kind: Kind };

/** A mapping as any other format: the rest of the program knows no difference. */
export function formatOfMapping(mapping: MappingDefinition): Format {
  const { input } = mapping;
  return {
    id: mapping.id,
    title: mapping.title,
    contentTypes: contentTypesOf(input),
    limits: LIMITS,
    authentication: [BEARER],
    words: [],
    sample: sampleOf(mapping),
    parse: (request) => (input.kind === 'csv' ? parseCsv(mapping, input, request) : parseJson(mapping, input, request)),
    stream: (request) => streamJson(mapping, request),
  };
}

export const contentTypesOf = ({ kind }: MappingInput): readonly string[] => (kind === 'csv' ? ['text/csv'] : ['application/json', ...JSON_LINES_TYPES]);

/** What its first test with an event is given: a valid delivery that its author has seen. */
function sampleOf({ input, tests }: MappingDefinition): FormatSample {
  const test = tests.find(({ expect }) => expect.length > 0 && expect.every((line) => 'event' in line)) ?? tests.find(({ expect }) => expect.some((line) => 'event' in line));
  return { contentType: test?.contentType ?? contentTypesOf(input)[0] ?? '', headers: {}, body: test?.given ?? '' };
}

function parseCsv(mapping: MappingDefinition, { columns, delimiter }: Input<'csv'>, request: ParseRequest): ParseResult {
  const charset = charsetFault(request.contentType);
  if (charset !== undefined) return malformed(charset);
  const decoded = decodeUtf8(request.rawBody);
  if (!decoded.ok) return malformed(decoded.fault);
  const csv = readCsv(decoded.text, { delimiter, limits: LIMITS, columns: columns.map(({ header }) => header) });
  if (!csv.ok) return malformed(csv.fault);
  if (csv.rows.length > LIMITS.items) return tooMany(LIMITS);
  return items(csv.rows.flatMap((row, index) => placed(index, row.ok ? mapped(mapping, csvRecord(row.value, columns), request) : rejectedBy(row.error))));
}

function parseJson(mapping: MappingDefinition, { list }: Input<'json'>, request: ParseRequest): ParseResult {
  if (list.length > 0 && !JSON_LINES_TYPES.includes(mediaTypeOf(request.contentType))) return parseList(mapping, list, request);
  return readRecords(request, recordRules(mapping));
}

/** Lines come one after the other; a document, or a table, is read at once. */
const streamJson = (mapping: MappingDefinition, request: StreamRequest): FormatStream | undefined =>
  mapping.input.kind === 'json' && JSON_LINES_TYPES.includes(mediaTypeOf(request.contentType)) ? streamLines(request, recordRules(mapping)) : undefined;

const recordRules = (mapping: MappingDefinition): RecordRules => ({
  limits: LIMITS,
  bigNumbers: 'refuse',
  map: (record, { request }) => mapped(mapping, jsonRecord(record), request),
});

/** A list somewhere inside the body. A value in it that cannot be kept is the fault of its item. */
function parseList(mapping: MappingDefinition, path: readonly string[], request: ParseRequest): ParseResult {
  const charset = charsetFault(request.contentType);
  if (charset !== undefined) return malformed(charset);
  const reading = readJson(request.rawBody, { bigNumbers: 'refuse' });
  if (!reading.ok) return malformed(reading.fault);
  const found = listUnder(reading.value, path);
  if (!found.ok) return malformed(found.error);
  const { list, holder } = found.value;
  if (list.length > LIMITS.items) return tooMany(LIMITS);
  const prefix = path.length;
  const faults = new Map<number, InputFault>();
  for (const fault of reading.faults) {
    const tokens = fault.pointer.split('/').slice(1);
    const index = tokens.slice(0, prefix).every((token, at) => token === escaped(path[at])) ? Number(tokens[prefix]) : Number.NaN;
    if (!Number.isSafeInteger(index)) return malformed(fault);
    if (!faults.has(index)) faults.set(index, { pointer: tokens.slice(prefix + 1).map((token) => `/${token}`).join(''), message: fault.message });
  }
  const envelope = envelopeOf(holder);
  return items(list.flatMap((one, index) => placed(index, listed(mapping, one, { fault: faults.get(index), envelope, request }))));
}

const escaped = (step = ''): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

interface Listed {
  readonly fault: InputFault | undefined;
  readonly envelope: JsonObject;
  readonly request: ParseRequest;
}

function listed(mapping: MappingDefinition, one: Json, { fault, envelope, request }: Listed): ItemResult | readonly ItemResult[] {
  if (fault !== undefined) return rejectedBy(fault);
  return isObject(one) ? mapped(mapping, jsonRecord(one), request, envelope) : rejectedBy({ pointer: '', message: 'expected an object' });
}

function mapped(
  mapping: MappingDefinition,
  record: Result<MappedRecord, InputFault>,
  { feed }: ParseRequest,
  envelope: JsonObject = {},
): ItemResult | readonly ItemResult[] {
  return record.ok ? eventsOf(mapping, record.value, { feed, envelope }) : rejectedBy(record.error);
}
