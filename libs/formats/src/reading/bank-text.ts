import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';

/** Files of banks say no charset: UTF-8 where the bytes are that, else the code page of Windows, of which Latin-1 is a part. */
export function bankText(bytes: Uint8Array): string {
  return new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'windows-1252').decode(bytes);
}

// eslint-disable-next-line no-control-regex -- what no name of an event may hold
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** A name out of a file, fit to be one of ours. */
export const printable = (text: string): string => text.replaceAll(CONTROL, '?').toWellFormed();

/** Tells apart what a bank gives no reference of its own. */
export const digest = (content: string): string => hash('sha256', content, 'hex').slice(0, 16);

/** What a file calls alike still has a name each: the second `x` is `x~2`. */
export class Repeats {
  private readonly seen = new Map<string, number>();

  nameOf(name: string): string {
    const times = (this.seen.get(name) ?? 0) + 1;
    this.seen.set(name, times);
    return times === 1 ? name : `${name}~${times}`;
  }
}

/** Two digits of a year: none of these formats is older than 1980. */
export const fullYear = (digits: string): number => (digits.length > 2 ? Number(digits) : Number(digits) + (Number(digits) < 80 ? 2_000 : 1_900));
