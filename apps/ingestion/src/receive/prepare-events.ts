import { RESERVED_EVENT_TYPES } from '@tickmark/contracts';
import type { InputFault, JsonObject, NormalEvent } from '@tickmark/contracts';
import type { ParsedItem } from '@tickmark/formats';
import { normalForm, saltedHash } from '@tickmark/ledger';
import type { Feed, Rejection } from '@tickmark/persistence';
import type { PreparedEvent } from '../append/append-request.js';

/** Faults of an event's data by its type, with pointers from `data` on; none for a type that nobody knows. */
export type ValidateData = (type: string, data: JsonObject) => readonly InputFault[];

export interface Preparation {
  readonly events: readonly PreparedEvent[];
  readonly ignored: number;
  readonly rejections: readonly Rejection[];
}

interface Rules {
  readonly feed: Feed;
  /** Reserved types that the caller's credential may send. */
  readonly allowedReserved: ReadonlySet<string>;
  readonly validate: ValidateData;
  newSalt(): Buffer;
  /** Events of the same delivery that came before. */
  readonly earlier?: number;
}

const MOST_NORMAL_BYTES = 256 * 1024;
/** Years 1 to 9999: what RFC 3339, the ledger and Postgres can all write. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const MOST_NAMED_FAULTS = 9;
const RESERVED: ReadonlySet<string> = new Set(RESERVED_EVENT_TYPES);

/** The good part of a delivery goes on; every item that does not says where its fault is. */
export function prepareEvents(items: readonly ParsedItem[], rules: Rules): Preparation {
  const events: PreparedEvent[] = [];
  const rejections: Rejection[] = [];
  let ignored = 0;
  for (const item of items) {
    if (item.kind === 'ignored') {
      ignored += 1;
    } else if (item.kind === 'rejected') {
      rejections.push({ index: item.index, pointer: item.pointer, message: item.message });
    } else {
      const prepared = prepareEvent(item, (rules.earlier ?? 0) + events.length, rules);
      if ('pointer' in prepared) rejections.push({ index: item.index, ...prepared });
      else events.push(prepared);
    }
  }
  return { events, ignored, rejections };
}

interface Refusal {
  readonly pointer: string;
  readonly message: string;
}

function prepareEvent(item: Extract<ParsedItem, { kind: 'event' }>, ordinal: number, rules: Rules): PreparedEvent | Refusal {
  const { event, index } = item;
  const refusal = undeclared(event, rules) ?? impossibleTime(event) ?? invalidData(event, rules.validate);
  if (refusal !== undefined) return refusal;
  const { text, contentHash } = normalForm(event);
  if (Buffer.byteLength(text) > MOST_NORMAL_BYTES) {
    return { pointer: '/data', message: 'the event is larger than 256 KiB; send what the controls need and a reference to the rest' };
  }
  const salt = rules.newSalt();
  return {
    index,
    ordinal,
    eventId: event.id,
    source: event.source,
    type: event.type,
    subject: event.subject,
    timeMs: event.timeMs,
    normal: text,
    contentHash,
    salt,
    normalDigest: saltedHash(salt, text),
  };
}

function undeclared({ type, source }: NormalEvent, { feed, allowedReserved }: Rules): Refusal | undefined {
  if (RESERVED.has(type)) return reservedRefusal(type, feed, allowedReserved);
  if (!declares(feed.types, type)) {
    return { pointer: '/type', message: `this feed did not declare the type "${type}"; declare it on the feed, or send it by another one` };
  }
  if (declares(feed.sources, source)) return undefined;
  return { pointer: '/source', message: 'this feed did not declare this source; declare it on the feed, or send it by another one' };
}

const declares = (declared: readonly string[], value: string): boolean => declared.includes('*') || declared.includes(value);

function reservedRefusal(type: string, feed: Feed, allowed: ReadonlySet<string>): Refusal | undefined {
  if (type === 'attestation.given' && feed.authentication.kind !== 'console') {
    return { pointer: '/type', message: 'an attestation is given by the person who signed in, at the console; a body cannot name its author' };
  }
  if (feed.types.includes(type) && allowed.has(type)) return undefined;
  return { pointer: '/type', message: `the type "${type}" is reserved; it needs a feed that declares it by name and a key with its scope` };
}

function impossibleTime({ timeMs }: NormalEvent): Refusal | undefined {
  if (timeMs === undefined || (timeMs >= EARLIEST_MS && timeMs <= LATEST_MS)) return undefined;
  return { pointer: '/time', message: 'lies outside the years 1 to 9999; send the time at which it happened' };
}

function invalidData({ type, data }: NormalEvent, validate: ValidateData): Refusal | undefined {
  const [first, ...others] = validate(type, data).map(({ pointer, message }) => ({ pointer: `/data${pointer}`, message }));
  if (first === undefined) return undefined;
  const more = others.slice(0, MOST_NAMED_FAULTS).map(({ pointer, message }) => `; ${pointer}: ${message}`);
  const rest = others.length > MOST_NAMED_FAULTS ? `; and ${others.length - MOST_NAMED_FAULTS} more` : '';
  return { pointer: first.pointer, message: `${first.message}${more.join('')}${rest}` };
}
