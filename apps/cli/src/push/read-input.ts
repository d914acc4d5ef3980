import { hash } from 'node:crypto';
import { FORMATS, formatById } from '@tickmark/formats';
import type { Format } from '@tickmark/formats';
import { WrongUse } from '../io.js';
import { splitJsonArray } from './split-json-array.js';

/** How the text of a file is cut: as it is, or into items that may travel in several requests. */
type Shape = 'whole' | 'json-array' | 'json-lines';

export interface PushInput {
  readonly name: string;
  readonly format: string;
  readonly shape: Shape;
  readonly contentType: string;
  /** Exact texts; for `whole` there is one. */
  readonly items: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

interface Written {
  readonly name: string;
  readonly bytes: Buffer;
  /** As asked for; absent: found out. */
  readonly format: string | undefined;
  /** The mapping that was asked for, when it is one. */
  readonly mapped?: Format | undefined;
}

const NDJSON = 'application/x-ndjson';
/** Takes what others take as well: only when nothing more particular fits. */
const GENERIC = ['ocsf'];

export function readInput({ name, bytes, format, mapped }: Written): PushInput {
  const text = bytes.toString('utf8');
  const shape = shapeOf(name, text);
  const headers = githubHeaders(name, bytes);
  const chosen = format === undefined ? detect(name, bytes, { shape, headers }) : (mapped ?? named(format));
  return {
    name,
    format: chosen.id,
    shape: shape === 'json-lines' && !takesLines(chosen) ? 'whole' : shape,
    contentType: contentTypeOf(chosen, text, { name, shape }),
    items: itemsOf(text, shape),
    headers: chosen.id === 'github' ? headers : {},
  };
}

export interface Chosen {
  readonly format: Format;
  readonly contentType: string;
}

/** By the beginning of a file: what wrote it, and how it is sent. Undefined: not known by that alone. */
export function chosenFormat(head: Written): Chosen | undefined {
  const { bytes, format, mapped, name } = head;
  const text = bytes.toString('latin1');
  const shape = shapeOf(name, text);
  const asked = format === undefined ? undefined : (mapped ?? named(format));
  const chosen = asked ?? (/^1[\d ]{3}[^\n]{30,90}\r?\n5/.test(text) ? named('ach') : shape === 'json-lines' ? detect(name, bytes, { shape, headers: {} }) : undefined);
  return chosen === undefined ? undefined : { format: chosen, contentType: contentTypeOf(chosen, text, { name, shape }) };
}

function named(id: string): Format {
  const format = formatById(id);
  if (format !== undefined) return format;
  throw new WrongUse(`there is no format ${id}; there are ${FORMATS.map((each) => each.id).join(', ')}, and mappings without a fault in the folders of TICKMARK_CATALOGUE_PATH`);
}

/** One line alone is a document, unless its name says that it is lines: a tool may read the two differently. */
function shapeOf(name: string, text: string): Shape {
  if (splitJsonArray(text) !== undefined) return 'json-array';
  const lines = linesOf(text);
  return lines.length > (/\.(ndjson|jsonl)$/i.test(name) ? 0 : 1) && lines.every((line) => line.startsWith('{') && line.endsWith('}')) ? 'json-lines' : 'whole';
}

const linesOf = (text: string): readonly string[] =>
  text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

function itemsOf(text: string, shape: Shape): readonly string[] {
  if (shape === 'json-array') return splitJsonArray(text) ?? [];
  return shape === 'json-lines' ? linesOf(text) : [text];
}

interface Seen {
  readonly name: string;
  readonly shape: Shape;
}

const takesLines = ({ contentTypes }: Format): boolean => contentTypes.includes(NDJSON);

/** By how the text begins, since a format may take a notation under several names and several notations. */
function contentTypeOf({ contentTypes }: Format, text: string, { name, shape }: Seen): string {
  const taken = (notation: RegExp): string | undefined => contentTypes.find((type) => notation.test(type));
  if (shape === 'json-lines' && contentTypes.includes(NDJSON)) return NDJSON;
  return taken(notationOf(name, text)) ?? (contentTypes.includes('application/json') ? 'application/json' : (contentTypes[0] ?? 'application/json'));
}

function notationOf(name: string, text: string): RegExp {
  if (/\.ya?ml$/i.test(name)) return /yaml$/;
  const [first] = /[^\s\ufeff]/.exec(text) ?? [];
  if (first === '<') return /xml$/;
  // YAML has no first character of its own; where a table is read as well, what is no JSON is the table.
  return first === '{' || first === '[' ? /^application\/json$/ : /^text\/csv$|yaml$/;
}

/**
 * GitHub names event and delivery in headers, which a saved file has lost: its name begins with the event, as in
 * `push.payload.json`, and its bytes identify it, so that the same file sent again is a repeat.
 */
function githubHeaders(name: string, bytes: Buffer): Readonly<Record<string, string>> {
  const event = /(?:^|\/)([a-z_]+)\.[^/]*json$/.exec(name)?.[1];
  if (event === undefined) return {};
  return { 'x-github-event': event, 'x-github-delivery': `file-${hash('sha256', bytes, 'hex').slice(0, 32)}` };
}

interface Known {
  readonly shape: Shape;
  readonly headers: Readonly<Record<string, string>>;
}

/** The format that makes the most of it, or at least can read it; none that cannot. */
function detect(name: string, bytes: Buffer, { shape, headers }: Known): Format {
  const text = bytes.toString('utf8');
  const scored = FORMATS.map((format) => {
    const contentType = contentTypeOf(format, text, { name, shape });
    const parsed = format.parse({ headers, rawBody: bytes, contentType, feed: { name: 'push', system: 'push' } });
    const items = parsed.outcome === 'items' ? parsed.items : [];
    const count = (kind: string): number => items.filter((item) => item.kind === kind).length;
    return { format, events: count('event'), ignored: count('ignored'), rank: GENERIC.includes(format.id) ? 1 : 0 };
  });
  const [best] = scored.sort((a, b) => b.events - a.events || b.ignored - a.ignored || a.rank - b.rank);
  if (best !== undefined && best.events > 0) return best.format;
  // Before the formats that would leave them out without a word.
  if (looksLikeCloudEvents(text)) return named('cloudevents');
  if (best !== undefined && best.ignored > 0) return best.format;
  const known = FORMATS.map(({ id }) => id).join(', ');
  throw new WrongUse(`${name} is of no format that is known here; say which with --format (${known})`);
}

/** Broken ones still go to the server, which says what is wrong with each. */
const looksLikeCloudEvents = (text: string): boolean => /"specversion"\s*:/.test(text.slice(0, 100_000));
