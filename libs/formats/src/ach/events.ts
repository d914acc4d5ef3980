import type { JsonObject, NormalEvent } from '@tickmark/contracts';
import { fullYear } from '../reading/bank-text.js';
import { eventId } from '../reading/event-id.js';
import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import type { ClockReader } from '../reading/wall-clock.js';
import type { Batch, Notice } from './batch.js';
import type { AchFile } from './reader.js';
import { ADVICES, type Totals } from './records.js';

/** What of a file stands in each of its events. */
interface Frame {
  /** Names the file: who, for whom, when, and which one of that minute. */
  readonly file: string;
  readonly between: string;
  readonly source: string;
  readonly timeMs: number | undefined;
}

const ENTRY_HASH_DIGITS = 10_000_000_000n;

/** One item of the body, and where of the body its control record is kept. */
export interface AchItem {
  readonly part: number;
  /** How many results it gives. */
  readonly count: number;
  readonly results: Iterable<ItemResult>;
}

/** The file first, then each batch with what came back in it. */
export function* itemsOfFile(file: AchFile, clock: ClockReader): Generator<AchItem> {
  const frame = frameOf(file, clock);
  const declared = `batches=${file.declared.batches},blocks=${file.declared.blocks},${controlOf(file.declared)}`;
  const counted = `batches=${file.counted.batches},blocks=${file.counted.blocks},${controlOf(file.counted)}`;
  const results = [
    transfer('sent', { frame, key: frame.file, hash: file.hash, records: file.declared.records, control: declared }),
    transfer('received', { frame, key: frame.file, hash: file.hash, records: file.counted.records, control: counted }),
  ];
  yield { part: file.part, count: results.length, results };
  const names = new Names(frame.file);
  for (const batch of file.batches) {
    const key = names.nameOf(batch.batchNumber);
    yield { part: batch.part, count: countOf(batch), results: batchEvents(batch, key, frame) };
  }
}

const countOf = ({ serviceClass, notices }: Batch): number => 2 + (serviceClass === ADVICES ? 0 : Math.max(1, notices.length));

function frameOf({ header }: AchFile, clock: ClockReader): Frame {
  const { origin, destination, date, time, modifier } = header;
  const timeMs = createdAt(date, time, clock);
  return {
    file: printable(`${origin}-${destination}-${date}-${time}-${modifier}`),
    between: printable(`ach ${origin} to ${destination}`),
    source: printable(`ach/${origin}/${destination}`),
    timeMs,
  };
}

/** A stamp that cannot be read, or has no time of day, is none: the time of receipt takes its place. */
function createdAt(date: string, time: string, clock: ClockReader): number | undefined {
  if (!/^\d{6}$/.test(date) || !/^\d{4}$/.test(time)) return undefined;
  return clock({
    year: fullYear(date.slice(0, 2)),
    month: Number(date.slice(2, 4)),
    day: Number(date.slice(4, 6)),
    hour: Number(time.slice(0, 2)),
    minute: Number(time.slice(2, 4)),
  });
}

const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?');

/** A batch number that stands twice in a file still names each batch. */
class Names {
  private readonly seen = new Map<string, number>();

  constructor(private readonly file: string) {}

  nameOf(batchNumber: string): string {
    const times = (this.seen.get(batchNumber) ?? 0) + 1;
    this.seen.set(batchNumber, times);
    return printable(`${this.file}/${batchNumber}${times === 1 ? '' : `#${times}`}`);
  }
}

function* batchEvents(batch: Batch, key: string, frame: Frame): Generator<ItemResult> {
  const { declared, counted, hash } = batch;
  // A control record that names another batch is not this one's: what it declares is missing, what came was not declared.
  const declaredKey = declared.batchNumber === batch.batchNumber ? key : printable(`${frame.file}/${declared.batchNumber}`);
  yield* [
    transfer('sent', { frame, key: declaredKey, hash, records: declared.records, control: `class=${declared.serviceClass},${controlOf(declared)}` }),
    transfer('received', { frame, key, hash, records: counted.records, control: `class=${batch.serviceClass},${controlOf(counted)}` }),
  ];
  // Returns, changes and advices come from the bank: nothing in their batches was sent by us.
  if (batch.serviceClass === ADVICES) return;
  if (batch.notices.length === 0) yield batchSent(batch, key, frame);
  let at = 0;
  for (const notice of batch.notices) yield noticeEvent(notice, { key, hash: `${hash}#${at++}` }, frame);
}

/** Written out, so that a difference can be read where the two are compared. */
const controlOf = ({ entryHash, debits, credits }: Totals): string =>
  `entryHash=${entryHash % ENTRY_HASH_DIGITS},debits=${debits},credits=${credits}`;

interface Transfer {
  readonly frame: Frame;
  readonly key: string;
  readonly hash: string;
  readonly records: bigint;
  readonly control: string;
}

function transfer(side: 'sent' | 'received', { frame, key, hash, records, control }: Transfer): ItemResult {
  const data = { transfer: key, kind: 'interface', interface: frame.between, records: Number(records), hash: control };
  return framed(frame, { id: eventId(`${key}#${side}`, hash), type: `transfer.${side}`, subject: key, data });
}

function batchSent(batch: Batch, key: string, frame: Frame): ItemResult {
  const amountMinor = Number(batch.counted.debits + batch.counted.credits);
  if (!Number.isSafeInteger(amountMinor)) return rejected(`/lines/${batch.line}`, 'debits and credits of the batch add up to more than can be kept exactly');
  const data = { batch: key, count: batch.entries, amountMinor, currency: 'USD', hash: `sha256:${batch.content}` };
  return framed(frame, { id: eventId(key, batch.hash), type: 'ledger.batch-sent', subject: key, data });
}

function noticeEvent(notice: Notice, { key, hash }: { readonly key: string; readonly hash: string }, frame: Frame): ItemResult {
  const { kind, code, originalTrace, amount: amountMinor, line } = notice;
  if (kind === 'change') return ignored(`${printable(code)}: the bank asks to correct the entry ${printable(originalTrace)}; no event type of the catalogue says it`);
  if (!/^R\d\d$/.test(code)) return rejected(`/lines/${line}/returnReasonCode`, 'is no return reason such as R01');
  if (!/^\d{15}$/.test(originalTrace)) return rejected(`/lines/${line}/originalTrace`, 'does not name the entry that comes back');
  const data = { item: originalTrace, kind: 'payment', reason: code, batch: key, amountMinor, currency: 'USD' };
  return framed(frame, { id: eventId(`${key}/${originalTrace}`, hash), type: 'item.rejected', subject: originalTrace, data });
}

function framed({ source, timeMs }: Frame, of: { readonly id: string; readonly type: string; readonly subject: string; readonly data: JsonObject }): ItemResult {
  const normal: NormalEvent = { ...of, source, ...(timeMs === undefined ? {} : { timeMs }) };
  return event(normal);
}
