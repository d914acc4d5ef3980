import { createHash, type Hash } from 'node:crypto';
import { PackedList } from '../reading/packed-list.js';
import type { Line } from './lines.js';
import { type BatchControl, addendaOf, batchControl, batchHeader, type Entry, entryOf, isUnreadable, type Totals } from './records.js';

export type Counted = Totals;

export const NOTHING: Counted = { records: 0n, entryHash: 0n, debits: 0n, credits: 0n };

export const plus = (one: Counted, other: Counted): Counted => ({
  records: one.records + other.records,
  entryHash: one.entryHash + other.entryHash,
  debits: one.debits + other.debits,
  credits: one.credits + other.credits,
});

/** An entry that comes back (addenda 99) or has to be changed (addenda 98). */
export interface Notice {
  readonly kind: 'return' | 'change';
  readonly code: string;
  readonly originalTrace: string;
  /** In cents. */
  readonly amount: number;
  readonly line: number;
}

export interface Batch {
  readonly serviceClass: string;
  readonly batchNumber: string;
  readonly line: number;
  readonly entries: number;
  readonly counted: Counted;
  readonly declared: BatchControl;
  readonly notices: PackedList<Notice>;
  /** Of the body: where its control record is kept. */
  readonly part: number;
  /** Of every record in it. */
  readonly hash: string;
  /** Of what its entries say without their numbers, so that equal batches are known. */
  readonly content: string;
}

interface Fault {
  readonly message: string;
  readonly field?: string;
}

/** What stands before the trace number, or an addenda's sequence number. */
const CONTENT = 79;
const NOTICES: ReadonlyMap<string, Notice['kind']> = new Map([
  ['99', 'return'],
  ['98', 'change'],
]);

export class BatchReader {
  private readonly serviceClass: string;
  private readonly batchNumber: string;
  private readonly line: number;
  private readonly hash: Hash = createHash('sha256');
  private readonly content: Hash = createHash('sha256');
  private readonly notices = new PackedList<Notice>();
  private counted = NOTHING;
  private entries = 0;
  private last: Entry | undefined;
  private declared: BatchControl | undefined;

  constructor(header: Line) {
    const { serviceClass, batchNumber } = batchHeader(header.text);
    this.serviceClass = serviceClass;
    this.batchNumber = batchNumber;
    this.line = header.number;
    this.hash.update(header.text);
  }

  closed(part: number): Batch | undefined {
    const { serviceClass, batchNumber, line, entries, counted, declared, notices } = this;
    if (declared === undefined) return undefined;
    return { serviceClass, batchNumber, line, entries, counted, declared, notices, part, hash: this.hash.digest('hex'), content: this.content.digest('hex') };
  }

  take(line: Line): Fault | undefined {
    this.hash.update(line.text);
    switch (line.text.charAt(0)) {
      case '6':
        return this.entry(line);
      case '7':
        return this.addenda(line);
      case '8':
        return this.control(line);
      default:
        return { message: `has to be an entry (6), addenda (7) or the batch control (8): the batch of line ${this.line} has no end yet` };
    }
  }

  private entry({ text }: Line): Fault | undefined {
    const entry = entryOf(text, this.serviceClass);
    if (isUnreadable(entry)) return { field: entry.field, message: entry.field === 'transactionCode' ? 'is neither a credit nor a debit' : 'is no number' };
    this.content.update(text.slice(0, CONTENT));
    this.entries += 1;
    this.last = entry;
    const { routing, amount, credit } = entry;
    this.counted = plus(this.counted, { records: 1n, entryHash: routing, debits: credit ? 0n : amount, credits: credit ? amount : 0n });
    return undefined;
  }

  private addenda({ text, number }: Line): Fault | undefined {
    if (this.last === undefined) return { message: 'is addenda (7) without an entry before it' };
    this.content.update(text.slice(0, CONTENT));
    this.counted = plus(this.counted, { ...NOTHING, records: 1n });
    const { kind, code, originalTrace } = addendaOf(text);
    const notice = NOTICES.get(kind);
    if (notice !== undefined) this.notices.add({ kind: notice, code, originalTrace, amount: Number(this.last.amount), line: number });
    return undefined;
  }

  private control({ text }: Line): Fault | undefined {
    const control = batchControl(text, this.serviceClass);
    if (isUnreadable(control)) return { field: control.field, message: 'is no number' };
    this.declared = control;
    return undefined;
  }
}
