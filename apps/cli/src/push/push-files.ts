import { EXIT } from '../io.js';
import type { ExitCode, Io } from '../io.js';
import { batchesOf } from './batches.js';
import type { Batch } from './batches.js';
import { ProgressBar } from '../progress-bar.js';
import type { PushInput } from './read-input.js';
import { sendBatch } from './send-batch.js';
import type { Sent, ServerAddress } from './send-batch.js';

/** What became of one item of a file; items are counted from 1, as people count. */
export interface ItemAnswer {
  readonly file: string;
  readonly item: number;
  readonly outcome: 'accepted' | 'ignored' | 'rejected' | 'not-sent';
  readonly id?: string;
  readonly evidenceId?: string;
  readonly pointer?: string;
  readonly message?: string;
}

export interface Pushed {
  readonly answers: readonly ItemAnswer[];
  readonly deliveries: readonly string[];
  /** The server was away: what was not sent can be sent again. */
  readonly away?: string;
}

interface PushOptions extends ServerAddress {
  readonly wait: (ms: number) => Promise<void>;
}

/** Sends file after file, request after request, and stops where the server is away. */
export async function pushInputs(inputs: readonly PushInput[], options: PushOptions, io: Io): Promise<Pushed> {
  const answers: ItemAnswer[] = [];
  const deliveries: string[] = [];
  const bar = new ProgressBar(io.err, inputs.reduce((sum, { items }) => sum + items.length, 0), 'sending {bar} {value}/{total} {note}');
  let away: string | undefined;
  for (const input of inputs) {
    const { format, contentType, headers } = input;
    const sending = { ...options, format, contentType, headers, onWait: (reason: string, ms: number) => bar.waiting(reason, ms) };
    for (const batch of batchesOf(input)) {
      const sent: Sent = away === undefined ? await sendBatch(batch.body, sending) : { outcome: 'away', detail: away };
      if (sent.outcome === 'away') away = sent.detail;
      if (sent.outcome === 'kept' && sent.receipt.deliveryId !== '') deliveries.push(sent.receipt.deliveryId);
      answers.push(...answersOf(input, batch, sent));
      bar.advance(batch.count);
    }
  }
  bar.end();
  return { answers, deliveries, ...(away === undefined ? {} : { away }) };
}

export function exitCodeOf({ answers, away }: Pushed): ExitCode {
  if (away !== undefined) return EXIT.serverAway;
  return answers.some(({ outcome }) => outcome === 'rejected') ? EXIT.no : EXIT.good;
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
