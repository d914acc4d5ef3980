import { createHash, type Hash } from 'node:crypto';
import type { InputFault, Result } from '@tickmark/contracts';
import type { Line } from './lines.js';
import * as record from './records.js';
import { type Batch, BatchReader, type Counted, NOTHING, plus } from './batch.js';

export interface AchFile {
  readonly header: record.FileHeader;
  readonly batches: readonly Batch[];
  /** Added up from the entries and addenda of all batches. */
  readonly counted: Counted & { readonly batches: bigint; readonly blocks: bigint };
  /** What the file's control record says. */
  readonly declared: record.FileControl;
  readonly line: number;
  readonly hash: string;
  /** Of the body: where the last record is kept. */
  readonly part: number;
}

const RECORDS_IN_A_BLOCK = 10;
const FILLER = /^9+ *$/;

/** Reads the files of a body line by line; they are either whole, or refused with the line that stands in the wrong place. */
export class AchReader {
  private readonly files: AchFile[] = [];
  private open: FileReader | undefined;
  private last = 1;
  private closedItems = 0;

  /** Files and batches, whole or begun. */
  get items(): number {
    return this.closedItems + (this.open?.items ?? 0);
  }

  /** `part`: where the line is kept. */
  take(line: Line, part = 0): InputFault | undefined {
    this.last = line.number;
    if (line.tooLong) return faultAt(line, TOO_LONG);
    if (this.open === undefined) return this.between(line);
    const fault = this.open.take(line, part);
    const file = fault === undefined ? this.open.closed() : undefined;
    if (file === undefined) return fault;
    this.files.push(file);
    this.closedItems += this.open.items;
    this.open = undefined;
    return undefined;
  }

  end(): Result<readonly AchFile[], InputFault> {
    if (this.open === undefined && this.files.length > 0) return { ok: true, value: this.files };
    const message = this.open === undefined ? 'holds no record; send a NACHA file' : 'the file ends without its control record (9); send it whole';
    return { ok: false, error: { pointer: `/lines/${this.last}`, message } };
  }

  private between(line: Line): InputFault | undefined {
    if (this.files.length > 0 && FILLER.test(line.text)) return undefined;
    if (!line.text.startsWith('1')) return faultAt(line, 'has to be a file header (1): a file begins with it');
    this.open = new FileReader(line);
    return undefined;
  }
}

const TOO_LONG = 'is longer than 94 characters: no record of a NACHA file';

const faultAt = (line: Line, message: string, field?: string): InputFault => ({
  pointer: field === undefined ? `/lines/${line.number}` : `/lines/${line.number}/${field}`,
  message,
});

class FileReader {
  private readonly header: record.FileHeader;
  private readonly headerLine: number;
  private readonly hash: Hash = createHash('sha256');
  private readonly batches: Batch[] = [];
  private open: BatchReader | undefined;
  private counted: Counted = NOTHING;
  private records = 1;
  private part = 0;
  private advices = false;
  private declared: record.FileControl | undefined;

  constructor(line: Line) {
    this.header = record.fileHeader(line.text);
    this.headerLine = line.number;
    this.hash.update(line.text);
  }

  closed(): AchFile | undefined {
    if (this.declared === undefined) return undefined;
    const blocks = BigInt(Math.ceil(this.records / RECORDS_IN_A_BLOCK));
    return {
      header: this.header,
      batches: this.batches,
      counted: { ...this.counted, batches: BigInt(this.batches.length), blocks },
      declared: this.declared,
      line: this.headerLine,
      hash: this.hash.digest('hex'),
      part: this.part,
    };
  }

  get items(): number {
    return 1 + this.batches.length + (this.open === undefined ? 0 : 1);
  }

  take(line: Line, part: number): InputFault | undefined {
    this.hash.update(line.text);
    this.records += 1;
    this.part = part;
    return this.open === undefined ? this.outside(line) : this.inside(line, this.open);
  }

  private outside(line: Line): InputFault | undefined {
    if (line.text.startsWith('5')) {
      this.open = new BatchReader(line);
      return undefined;
    }
    if (!line.text.startsWith('9') || FILLER.test(line.text)) {
      return faultAt(line, 'has to be a batch header (5) or the file control (9): entries lie in batches');
    }
    const control = record.fileControl(line.text, this.advices);
    if (record.isUnreadable(control)) return faultAt(line, 'is no number', control.field);
    this.declared = control;
    return undefined;
  }

  private inside(line: Line, open: BatchReader): InputFault | undefined {
    const fault = open.take(line);
    if (fault !== undefined) return faultAt(line, fault.message, fault.field);
    const batch = open.closed(this.part);
    if (batch === undefined) return undefined;
    this.batches.push(batch);
    this.counted = plus(this.counted, batch.counted);
    this.advices ||= batch.serviceClass === record.ADVICES;
    this.open = undefined;
    return undefined;
  }
}
