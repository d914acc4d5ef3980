import type { FormatStream, ParsedItem, Refusal, StreamRequest, StreamStep } from '../format.js';
import { malformed, tooMany } from '../reading/items.js';
import { PartCutter } from '../reading/part-cutter.js';
import { clockOf, type ClockReader } from '../reading/wall-clock.js';
import { type AchItem, itemsOfFile } from './events.js';
import { AchLines, type Line } from './lines.js';
import { type AchFile, AchReader } from './reader.js';

/** A part ends with a batch when it has reached the first of these, with any record at the second, and always at the last. */
const PART_BYTES = { batch: 256 * 1024, record: 1024 * 1024, most: 2 * 1024 * 1024 };
/** Results of one step. */
const STEP_ITEMS = 2_000;
/** With which an item begins. */
const TOTALS = 2;

interface AchLimits {
  readonly items: number;
  /** What all items give together. */
  readonly results: number;
}

/**
 * ACH files of any length. Their bytes are given part by part as they come; what they say is told when the body has
 * ended and every file in it is whole: no total is told of a file that was cut off.
 */
export class AchStream implements FormatStream {
  private readonly lines = new AchLines();
  private readonly reader = new AchReader();
  private readonly parts = new PartCutter();
  private part = 0;
  private ended = false;

  constructor(
    private readonly request: StreamRequest,
    private readonly limits: AchLimits,
  ) {}

  *take(bytes: Uint8Array): Generator<StreamStep, void> {
    if (this.ended) return;
    const clock = clockOf(this.request.contentType);
    if (!clock.ok) {
      yield* this.refuse(malformed(clock.error));
      return;
    }
    this.parts.add(bytes);
    if (yield* this.read(this.lines.take(bytes))) yield* this.cutBefore(this.parts.start + this.parts.bytes);
  }

  *end(): Generator<StreamStep, void> {
    if (this.ended || !(yield* this.read(this.lines.end()))) return;
    const files = this.reader.end();
    const clock = clockOf(this.request.contentType);
    if (!files.ok) yield* this.refuse(malformed(files.error));
    else if (!clock.ok) yield* this.refuse(malformed(clock.error));
    else yield* this.tell(files.value, clock.value);
  }

  private *tell(files: readonly AchFile[], clock: ClockReader): Generator<StreamStep, void> {
    const count = resultsOf(files, clock);
    if (count > this.limits.results) {
      yield* this.refuse(tooMany({ items: this.limits.results }));
      return;
    }
    this.ended = true;
    if (this.parts.bytes > 0) yield this.cut(this.parts.start + this.parts.bytes);
    yield { kind: 'announced', items: count };
    yield* told(files, clock);
  }

  /** False: refused. */
  private *read(lines: Iterable<Line>): Generator<StreamStep, boolean> {
    for (const line of lines) {
      yield* this.cutBefore(line.until);
      const fault = this.reader.take(line, this.part);
      if (fault !== undefined) return yield* this.refuse(malformed(fault));
      if (this.reader.items > this.limits.items) return yield* this.refuse(tooMany(this.limits));
      const bytes = line.until - this.parts.start;
      if (bytes >= PART_BYTES.record || (bytes >= PART_BYTES.batch && line.text.startsWith('8'))) yield this.cut(line.until);
    }
    return true;
  }

  /** A line that goes on for longer than a part is cut in the middle: blanks, or what is refused at its end. */
  private *cutBefore(until: number): Generator<StreamStep, void> {
    while (until - this.parts.start > PART_BYTES.most) yield this.cut(this.parts.start + PART_BYTES.most);
  }

  private cut(until: number): StreamStep {
    this.part += 1;
    return { kind: 'part', bytes: this.parts.cutAt(until), items: [], open: true };
  }

  private *refuse(result: Refusal): Generator<StreamStep, false> {
    this.ended = true;
    yield { kind: 'refused', result };
    return false;
  }
}

function resultsOf(files: readonly AchFile[], clock: ClockReader): number {
  let count = 0;
  for (const file of files) for (const item of itemsOfFile(file, clock)) count += item.count;
  return count;
}

/** Batches before their file: it is told last, when all of it is. Each under the index that it has when read at once. */
function* told(files: readonly AchFile[], clock: ClockReader): Generator<StreamStep, void> {
  let first = 0;
  for (const file of files) {
    const [whole, ...batches] = itemsOfFile(file, clock);
    const steps = new Steps();
    for (const [at, batch] of batches.entries()) yield* steps.add(batch, first + 1 + at);
    if (whole !== undefined) yield* steps.add(whole, first);
    yield* steps.end();
    first += 1 + batches.length;
  }
}

/** Results of the same part, so many at once. */
class Steps {
  private part = 0;
  private items: ParsedItem[] = [];

  *add({ part, results }: AchItem, index: number): Generator<StreamStep, void> {
    // The totals of an item stay together.
    if (part !== this.part || this.items.length > STEP_ITEMS - TOTALS) yield* this.end();
    this.part = part;
    for (const result of results) {
      if (this.items.length >= STEP_ITEMS) yield* this.end();
      this.items.push({ ...result, index });
    }
  }

  *end(): Generator<StreamStep, void> {
    if (this.items.length > 0) yield { kind: 'told', part: this.part, items: this.items };
    this.items = [];
  }
}
