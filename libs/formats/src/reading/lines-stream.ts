import type { FormatStream, ParsedItem, Refusal, StreamRequest, StreamStep } from '../format.js';
import { malformed, placed, tooMany } from './items.js';
import type { JsonReading } from './json.js';
import { isBlank, type LineLimits, readLine, tooLong } from './lines.js';
import { lineResult, type RecordRules } from './records.js';
import { charsetFault } from './text.js';

const LINE_FEED = 0x0a;
/** A part ends with the line that reaches one of these. */
const PART_BYTES = 1024 * 1024;
const PART_ITEMS = 2_000;
const NOTHING = new Uint8Array(0);

/** JSON lines of any number; what a line gives is what `readRecords` makes of it. */
export function streamLines(request: StreamRequest, rules: RecordRules): FormatStream {
  return new LinesStream(request, rules);
}

class LinesStream implements FormatStream {
  private readonly limits: LineLimits;
  private readonly mostItems: number;
  /** At least a part and the longest line: whatever does not fit is a line that is too long. */
  private readonly partBytesMost: number;
  private part: Buffer;
  private used = 0;
  private lineFrom = 0;
  private lineBytes = 0;
  private lineIsBlank = true;
  private line = 0;
  private index = 0;
  private items: ParsedItem[] = [];
  private ended = false;

  constructor(
    private readonly request: StreamRequest,
    private readonly rules: RecordRules,
  ) {
    const { lineBytes = PART_BYTES, stream } = rules.limits;
    this.limits = { bigNumbers: rules.bigNumbers, lineBytes };
    this.mostItems = stream?.items ?? rules.limits.items;
    this.partBytesMost = PART_BYTES + lineBytes + 1;
    this.part = Buffer.allocUnsafe(this.partBytesMost);
  }

  *take(bytes: Uint8Array): Generator<StreamStep> {
    const charset = charsetFault(this.request.contentType);
    if (charset !== undefined) yield* this.refuse(malformed(charset));
    for (let from = 0; from < bytes.length && !this.ended; ) {
      const feed = bytes.indexOf(LINE_FEED, from);
      const until = Math.min(feed < 0 ? bytes.length : feed + 1, from + this.partBytesMost - this.used);
      this.keep(bytes.subarray(from, until));
      if (until === feed + 1) yield* this.endLine(1);
      else if (this.used === this.partBytesMost) yield this.endPart(true);
      from = until;
    }
  }

  *end(): Generator<StreamStep> {
    if (this.ended) return;
    if (this.lineBytes > 0) yield* this.endLine(0);
    yield* this.lastPart();
  }

  private *lastPart(): Generator<StreamStep> {
    if (this.used > 0 && !this.ended) yield this.endPart(false);
  }

  private keep(bytes: Uint8Array): void {
    this.part.set(bytes, this.used);
    this.used += bytes.length;
    this.lineBytes += bytes.length;
    this.lineIsBlank &&= isBlank(bytes.at(-1) === LINE_FEED ? bytes.subarray(0, -1) : bytes);
  }

  private *endLine(feeds: 0 | 1): Generator<StreamStep> {
    const bytes = this.lineBytes - feeds;
    this.line += 1;
    const reading = this.reading(bytes);
    this.lineFrom = this.used;
    this.lineBytes = 0;
    this.lineIsBlank = true;
    if (reading !== undefined) {
      if (this.index >= this.mostItems) {
        yield* this.refuse(tooMany({ items: this.mostItems }));
        return;
      }
      const context = { index: this.index, request: { ...this.request, rawBody: NOTHING } };
      for (const item of placed(this.index, lineResult(reading, context, this.rules))) this.items.push(item);
      this.index += 1;
    }
    if (this.used >= PART_BYTES || this.items.length >= PART_ITEMS) yield this.endPart(false);
  }

  /** Undefined: the line holds nothing. */
  private reading(bytes: number): JsonReading | undefined {
    if (this.lineIsBlank) return undefined;
    if (bytes > this.limits.lineBytes) return tooLong(bytes, this.line, this.limits);
    return readLine(this.part.subarray(this.lineFrom, this.lineFrom + bytes), this.line, this.limits);
  }

  private endPart(open: boolean): StreamStep {
    const step: StreamStep = { kind: 'part', bytes: this.part.subarray(0, this.used), items: this.items, open };
    this.part = Buffer.allocUnsafe(this.partBytesMost);
    this.used = 0;
    this.lineFrom = 0;
    this.items = [];
    return step;
  }

  private *refuse(result: Refusal): Generator<StreamStep> {
    this.ended = true;
    yield { kind: 'refused', result };
  }
}
