import { batchesOf } from './batches.js';
import type { Batch } from './batches.js';
import { ProgressBar } from '../progress-bar.js';
import type { Io } from '../io.js';
import type { ItemAnswer, PushReport } from './print-pushed.js';
import type { PushInput } from './read-input.js';
import { sendBatch } from './send-batch.js';
import type { Sent } from './send-batch.js';
import type { ServerAddress } from './sending.js';

export interface PushOptions extends ServerAddress {
  readonly wait: (ms: number) => Promise<void>;
}

/** Sends a file request after request and stops where the server is away. `away`: it was, so nothing is tried. */
export async function pushBatches(input: PushInput, options: PushOptions & { readonly away: string | undefined }, report: PushReport, io: Io): Promise<string | undefined> {
  const bar = new ProgressBar(io.err, input.items.length, 'sending {bar} {value}/{total} {note}');
  const { format, contentType, headers } = input;
  const sending = { ...options, format, contentType, headers, onWait: (reason: string, ms: number) => bar.waiting(reason, ms) };
  let { away } = options;
  for (const batch of batchesOf(input)) {
    const sent: Sent = away === undefined ? await sendBatch(batch.body, sending) : { outcome: 'away', detail: away };
    if (sent.outcome === 'away') away = sent.detail;
    if (sent.outcome === 'kept' && sent.receipt.deliveryId !== '') report.delivered(sent.receipt.deliveryId);
    for (const answer of answersOf(input, batch, sent)) report.answer(answer);
    bar.advance(batch.count);
  }
  bar.end();
  return away;
}

function answersOf(input: PushInput, batch: Batch, sent: Sent): readonly ItemAnswer[] {
  if (sent.outcome === 'kept') return input.shape === 'whole' ? ofWhole(input.name, sent) : ofItems(input.name, batch, sent);
  const { detail } = sent;
  const outcome = sent.outcome === 'away' ? 'not-sent' : 'rejected';
  const errors = sent.outcome === 'refused' ? sent.errors : [];
  return numbers(batch).map((item, index) => {
    const error = errors.find((each) => each.index === index) ?? (errors.length === 1 ? errors[0] : undefined);
    const said = error === undefined ? { message: detail } : { pointer: error.pointer, message: error.message };
    return { file: input.name, item, outcome, ...said };
  });
}

const numbers = ({ first, count }: Batch): readonly number[] => Array.from({ length: count }, (_, index) => first + index + 1);

type Kept = Extract<Sent, { outcome: 'kept' }>;

/** What is neither an event nor refused was readable and of no use. */
function ofItems(file: string, batch: Batch, { receipt }: Kept): readonly ItemAnswer[] {
  const events = Map.groupBy(receipt.events, ({ index }) => index);
  const rejected = new Map(receipt.rejected.map((each) => [each.index, each]));
  return numbers(batch).flatMap((item, index): readonly ItemAnswer[] => {
    const fault = rejected.get(index);
    if (fault !== undefined) return [{ file, item, outcome: 'rejected', pointer: fault.pointer, message: fault.message }];
    const kept = events.get(index) ?? [];
    if (kept.length === 0) return [{ file, item, outcome: 'ignored' }];
    return kept.map(({ id, evidenceId }) => ({ file, item, outcome: 'accepted', id, evidenceId }));
  });
}

/** The server counts the items of what was sent whole. */
function ofWhole(file: string, { receipt }: Kept): readonly ItemAnswer[] {
  const accepted = receipt.events.map(({ index, id, evidenceId }): ItemAnswer => ({ file, item: index + 1, outcome: 'accepted', id, evidenceId }));
  const rejected = receipt.rejected.map(({ index, pointer, message }): ItemAnswer => ({ file, item: index + 1, outcome: 'rejected', pointer, message }));
  const used = new Set([...accepted, ...rejected].map(({ item }) => item));
  const ignored: ItemAnswer[] = [];
  for (let item = 1; ignored.length < receipt.ignored; item += 1) if (!used.has(item)) ignored.push({ file, item, outcome: 'ignored' });
  return [...accepted, ...rejected, ...ignored].sort((a, b) => a.item - b.item);
}
