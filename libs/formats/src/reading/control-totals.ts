import { createHash } from 'node:crypto';
import { eventId } from './event-id.js';
import { event, type ItemResult } from './items.js';

export interface ControlTotals {
  /** Names the file, statement or batch. */
  readonly key: string;
  /** From where to where it goes. */
  readonly between: string;
  readonly source: string;
  readonly timeMs: number | undefined;
  readonly declared: { readonly records: number; readonly totals: string };
  readonly counted: { readonly records: number; readonly totals: string };
}

/**
 * What a sender declares and what was counted, as two events: a difference fails the control that compares the two,
 * and is no fault of the parser. The totals stand as text, so that a difference can be read.
 */
export function controlTotals({ key, between, source, timeMs, declared, counted }: ControlTotals): readonly ItemResult[] {
  const side = (name: 'sent' | 'received', { records, totals }: ControlTotals['declared']): ItemResult =>
    event({
      id: eventId(`${key}#${name}`, timeMs === undefined ? 'no time' : String(timeMs), `${records},${totals}`),
      source,
      type: `transfer.${name}`,
      subject: key,
      ...(timeMs === undefined ? {} : { timeMs }),
      data: { transfer: key, kind: 'interface', interface: between, records, hash: shortened(totals) },
    });
  return [side('sent', declared), side('received', counted)];
}

/** Cut text would hide a difference behind the cut. */
function shortened(totals: string): string {
  return totals.length <= 256 ? totals : `sha256:${createHash('sha256').update(totals).digest('hex')}`;
}
