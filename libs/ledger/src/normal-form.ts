import canonicalize from 'canonicalize';
import { sha256 } from './digest.js';

/** RFC 8785. The value is JSON: anything else is a programmer error and throws. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('Only JSON has a canonical form.');
  return text;
}

/** An event as contracts have it; a time that was assumed is absent. */
export interface EventContent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly timeMs?: number;
  readonly sequence?: string;
  readonly data: unknown;
}

export interface NormalForm {
  /** Canonical JSON of the whole event; its bytes are what the leaf vouches for. */
  readonly text: string;
  /** SHA-256 of the canonical JSON of type, subject, time and data: same id, same hash is a repeat. */
  readonly contentHash: Buffer;
}

/**
 * Both texts share the canonical data, which is made once; the members stand in canonical order because their names
 * are fixed. A spec compares them with the canonical form of the whole object.
 */
export function normalForm(event: EventContent): NormalForm {
  const data = `"data":${canonicalJson(event.data)}`;
  const subject = event.subject === undefined ? '' : `,"subject":${quoted(event.subject)}`;
  const time = event.timeMs === undefined ? '' : `,"time":"${new Date(event.timeMs).toISOString()}"`;
  const tail = `${subject}${time},"type":${quoted(event.type)}}`;
  const sequence = event.sequence === undefined ? '' : `,"sequence":${quoted(event.sequence)}`;
  return {
    text: `{${data},"id":${quoted(event.id)}${sequence},"source":${quoted(event.source)}${tail}`,
    contentHash: sha256(`{${data}${tail}`),
  };
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('A text holds half of a surrogate pair.');
  return JSON.stringify(text);
}
