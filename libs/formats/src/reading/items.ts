import type { InputFault, NormalEvent } from '@tickmark/contracts';
import type { FormatLimits, ParsedItem, ParseResult, Refusal } from '../format.js';
import { isPrintable } from './text.js';

/** What one item of the vendor gives, before it has its place in the delivery. */
export type ItemResult =
  | { readonly kind: 'event'; readonly event: NormalEvent }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'rejected'; readonly pointer: string; readonly message: string };

export const event = (normal: NormalEvent): ItemResult => checkedEvent(normal);
export const ignored = (reason: string): ItemResult => ({ kind: 'ignored', reason });
export const rejected = (pointer: string, message: string): ItemResult => ({ kind: 'rejected', pointer, message });
export const rejectedBy = ({ pointer, message }: InputFault): ItemResult => rejected(pointer, message);

export const malformed = (fault: InputFault): Refusal => ({ outcome: 'malformed', faults: [fault] });
export const items = (all: readonly ParsedItem[]): ParseResult => ({ outcome: 'items', items: all });
export const tooMany = (limits: Pick<FormatLimits, 'items'>): Refusal => ({
  outcome: 'too-large',
  message: `more than ${limits.items} items in one delivery; send them in several`,
});

export function placed(index: number, results: ItemResult | readonly ItemResult[]): ParsedItem[] {
  return [results].flat().map((result) => ({ ...result, index }));
}

/** Bytes of UTF-8: what stands in unique indexes has to fit there. */
export const MAX_ATTRIBUTE_BYTES = { id: 512, source: 1_024, type: 256, subject: 1_024, sequence: 256 } as const;

/** Every event goes through here: an attribute that cannot be kept is the item's fault, in every format. */
function checkedEvent(normal: NormalEvent): ItemResult {
  for (const name of ['id', 'source', 'type', 'subject', 'sequence'] as const) {
    const message = attributeFault(normal[name], MAX_ATTRIBUTE_BYTES[name]);
    if (message !== undefined) return rejected(`/${name}`, message);
  }
  return { kind: 'event', event: normal };
}

function attributeFault(value: string | undefined, maxBytes: number): string | undefined {
  if (value === undefined) return undefined;
  if (value === '') return 'is empty; give it a value';
  if (Buffer.byteLength(value) > maxBytes) return `is longer than ${maxBytes} bytes; shorten it`;
  return isPrintable(value) ? undefined : 'holds control characters; leave them out';
}
