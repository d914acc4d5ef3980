import { EXIT, printable, shaded } from '../io.js';
import type { ExitCode, Io } from '../io.js';

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

/** Where the answers go as they come: nothing of a large file is held. */
export interface PushReport {
  answer(answer: ItemAnswer): void;
  delivered(deliveryId: string): void;
  /** The server was away: what was not sent can be sent again. */
  away(reason: string): void;
  end(): ExitCode;
}

type Counts = { [outcome in ItemAnswer['outcome']]: number };

abstract class CountedReport implements PushReport {
  protected readonly counts: Counts = { accepted: 0, ignored: 0, rejected: 0, 'not-sent': 0 };
  protected reason: string | undefined;

  constructor(protected readonly io: Io) {}

  answer(answer: ItemAnswer): void {
    this.counts[answer.outcome] += 1;
    this.write(answer);
  }

  away(reason: string): void {
    this.reason = reason;
  }

  abstract delivered(deliveryId: string): void;

  end(): ExitCode {
    const code = this.reason === undefined ? (this.counts.rejected > 0 ? EXIT.no : EXIT.good) : EXIT.serverAway;
    this.close(code);
    return code;
  }

  protected abstract write(answer: ItemAnswer): void;
  protected abstract close(code: ExitCode): void;
}

/** Lines for people. */
export class TextReport extends CountedReport {
  delivered(): void {
    // Named by the evidence of its items.
  }

  protected write(answer: ItemAnswer): void {
    this.io.out.write(`${lineOf(answer, this.io)}\n`);
  }

  protected close(): void {
    const { accepted, ignored, rejected, 'not-sent': notSent } = this.counts;
    this.io.out.write(`${accepted} accepted, ${ignored} ignored, ${rejected} rejected${notSent === 0 ? '' : `, ${notSent} not sent`}\n`);
    if (this.reason !== undefined) this.io.err.write(`tickmark: ${this.reason}; send the same again later, repeats are recognised\n`);
  }
}

/** One document, written item by item. */
export class JsonReport extends CountedReport {
  private readonly deliveries: string[] = [];
  private begun = false;

  delivered(deliveryId: string): void {
    this.deliveries.push(deliveryId);
  }

  protected write(answer: ItemAnswer): void {
    this.io.out.write(`${this.begun ? ',' : '{"answers": ['}\n${JSON.stringify(answer)}`);
    this.begun = true;
  }

  protected close(code: ExitCode): void {
    const rest = { deliveries: this.deliveries, ok: code === EXIT.good, ...(this.reason === undefined ? {} : { away: this.reason }) };
    this.io.out.write(`${this.begun ? '' : '{"answers": ['}],\n${JSON.stringify(rest).slice(1)}\n`);
  }
}

function lineOf({ file, item, outcome, id, evidenceId, pointer, message }: ItemAnswer, io: Io): string {
  const place = `${file}:${item}:`;
  if (outcome === 'accepted') return `${place} ${shaded(io, 'green', 'accepted')} ${printable(id ?? '')} as evidence ${evidenceId ?? ''}`;
  if (outcome === 'ignored') return `${place} ${shaded(io, 'grey', 'ignored')}`;
  const where = pointer === undefined || pointer === '' ? '' : `${pointer} `;
  return `${place} ${shaded(io, outcome === 'rejected' ? 'red' : 'yellow', outcome === 'rejected' ? 'rejected' : 'not sent')} ${printable(`${where}${message ?? ''}`)}`;
}
