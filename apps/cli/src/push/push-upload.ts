import type { Io } from '../io.js';
import { ProgressBar } from '../progress-bar.js';
import type { ItemAnswer, PushReport } from './print-pushed.js';
import type { PushOptions } from './push-batches.js';
import { sendUpload } from './send-upload.js';
import { keptItem, parsed, rejectedItem } from './sending.js';
import type { ListedItem } from './receipt-reader.js';

/** A file that is sent from the disk in one request. */
export interface UploadInput {
  readonly name: string;
  readonly sizeBytes: number;
  readonly format: string;
  readonly contentType: string;
}

const MEGABYTE = 1_000_000;
const TELL_EVERY_MS = 5_000;

/** Sends a large file and tells its items as the answer comes. Gives why the server was away. */
export async function pushUpload({ name, sizeBytes, format, contentType }: UploadInput, options: PushOptions & { readonly away: string | undefined }, report: PushReport, io: Io): Promise<string | undefined> {
  if (options.away !== undefined) {
    report.answer({ file: name, item: 1, outcome: 'not-sent', message: options.away });
    return options.away;
  }
  const progress = new UploadProgress(name, sizeBytes, io);
  const items = new ItemNumbers();
  const sent = await sendUpload({
    ...options,
    path: name,
    sizeBytes,
    format,
    contentType,
    headers: {},
    onWait: (reason, ms) => progress.waiting(reason, ms),
    onSent: (bytes, lines) => progress.reach(bytes, lines),
    onItem: (item) => report.answer(answerOf(name, item, items)),
  });
  progress.end();
  if (sent.outcome === 'away') {
    report.answer({ file: name, item: 1, outcome: 'not-sent', message: sent.detail });
    return sent.detail;
  }
  if (sent.outcome === 'kept') {
    report.delivered(sent.receipt.deliveryId);
    for (const item of items.others(sent.receipt.ignored)) report.answer({ file: name, item, outcome: 'ignored' });
    return undefined;
  }
  const errors = sent.errors.length > 0 ? sent.errors : [{ pointer: '', message: sent.detail }];
  for (const { index = 0, pointer, message } of errors) report.answer({ file: name, item: index + 1, outcome: 'rejected', pointer, message });
  return undefined;
}

function answerOf(file: string, { list, text }: ListedItem, items: ItemNumbers): ItemAnswer {
  if (list === 'rejected') {
    const { index, pointer, message } = rejectedItem.parse(parsed(text));
    items.add(index);
    return { file, item: index + 1, outcome: 'rejected', pointer, message };
  }
  const { index, id, evidenceId } = keptItem.parse(parsed(text));
  items.add(index);
  return { file, item: index + 1, outcome: 'accepted', id, evidenceId };
}

/** Which items were answered, a bit each: what is neither an event nor refused was readable and of no use. */
class ItemNumbers {
  private seen = new Uint8Array(1_024);

  add(index: number): void {
    const at = index >> 3;
    if (at >= this.seen.length) {
      const grown = new Uint8Array(Math.max(at + 1, this.seen.length * 2));
      grown.set(this.seen);
      this.seen = grown;
    }
    this.seen[at] = (this.seen[at] ?? 0) | (1 << (index & 7));
  }

  /** The first so many that were not answered, counted from 1. */
  *others(count: number): Generator<number, void> {
    for (let index = 0, found = 0; found < count; index += 1) {
      if (((this.seen[index >> 3] ?? 0) & (1 << (index & 7))) !== 0) continue;
      found += 1;
      yield index + 1;
    }
  }
}

/** A bar on a terminal, else a line now and then. */
class UploadProgress {
  private readonly bar: ProgressBar;
  private toldMs = performance.now();
  private bytes = 0;
  private lines = 0;

  constructor(
    private readonly name: string,
    private readonly sizeBytes: number,
    private readonly io: Io,
  ) {
    this.bar = new ProgressBar(io.err, sizeBytes, 'sending {bar} {percentage}% {note}');
  }

  reach(bytes: number, lines: number): void {
    this.bytes = bytes;
    this.lines = lines;
    this.bar.reach(bytes, this.standing);
    if (performance.now() - this.toldMs >= TELL_EVERY_MS) this.tell();
  }

  waiting(reason: string, ms: number): void {
    this.bar.waiting(reason, ms);
  }

  end(): void {
    this.bar.end();
    this.tell();
  }

  private get standing(): string {
    return `${(this.bytes / MEGABYTE).toFixed(1)} of ${(this.sizeBytes / MEGABYTE).toFixed(1)} MB, ${this.lines} lines`;
  }

  private tell(): void {
    this.toldMs = performance.now();
    if (!this.io.err.isTerminal) this.io.err.write(`tickmark: ${this.name}: ${this.standing} sent\n`);
  }
}
