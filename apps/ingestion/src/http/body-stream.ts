import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export type BodyFault = 'aborted' | 'bad-encoding' | 'too-large' | 'too-slow' | 'stopped';

/** Why the rest of a body does not come. */
export class BrokenBody extends Error {
  constructor(readonly fault: BodyFault) {
    super(`The body broke off: ${fault}.`);
    this.name = 'BrokenBody';
  }
}

interface StreamRules {
  readonly encoding: 'identity' | 'gzip';
  /** Counted as sent, and again after inflating. */
  readonly bytesMost: number;
  /** Ends the reading from outside. */
  readonly stop: AbortSignal;
  readonly patience?: Patience;
}

/** How long a sender may keep us waiting: this long altogether, and longer for what it has sent. */
interface Patience {
  readonly startMs: number;
  readonly bytesPerMs: number;
}

/** Half a megabit a second. */
const PATIENCE: Patience = { startMs: 30_000, bytesPerMs: 64 };

/** A body piece by piece: nothing is read ahead of what is asked for, and a sender that trickles is not waited for. */
export class BodyStream {
  private readonly body: Readable;
  private readonly rules: Required<StreamRules>;
  private wireBytes = 0;
  private bytes = 0;
  private waitedMs = 0;
  private ended = false;
  private fault: BodyFault | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly source: Readable,
    rules: StreamRules,
  ) {
    this.rules = { patience: PATIENCE, ...rules };
    this.body = rules.encoding === 'gzip' ? this.inflated() : source;
    source.on('error', () => this.broken('aborted'));
    source.on('close', () => {
      if (!source.readableEnded) this.broken('aborted');
    });
    this.body.on('readable', () => this.wake());
    this.body.on('end', () => {
      this.ended = true;
      this.wake();
    });
    rules.stop.addEventListener('abort', this.stopped);
    if (rules.stop.aborted) this.fault = 'stopped';
  }

  /** Undefined at the end. Rejects with `BrokenBody`. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      if (this.fault !== undefined) throw new BrokenBody(this.fault);
      const piece = this.body.read() as Buffer | null;
      if (piece !== null) return this.counted(piece);
      if (this.ended) return undefined;
      await this.change();
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (let piece = await this.next(); piece !== undefined; piece = await this.next()) yield piece;
  }

  /** Nothing is read any more. */
  close(): void {
    this.rules.stop.removeEventListener('abort', this.stopped);
  }

  /** What is left on the wire is thrown away, so that the sender can read the answer. */
  discard(): void {
    if (this.body !== this.source) {
      this.source.unpipe();
      this.body.destroy();
    }
    this.source.removeAllListeners('readable');
    this.source.removeAllListeners('data');
    this.source.resume();
  }

  private inflated(): Readable {
    const gunzip = createGunzip();
    gunzip.on('error', () => this.broken('bad-encoding'));
    this.source.on('data', (piece: Buffer) => {
      this.wireBytes += piece.length;
      if (this.wireBytes > this.rules.bytesMost) this.broken('too-large');
    });
    return this.source.pipe(gunzip);
  }

  private counted(piece: Buffer): Buffer {
    this.bytes += piece.length;
    if (this.bytes <= this.rules.bytesMost) return piece;
    throw new BrokenBody('too-large');
  }

  private readonly stopped = (): void => this.broken('stopped');

  private broken(fault: BodyFault): void {
    this.fault ??= fault;
    this.wake();
  }

  /** Until something happens, or the sender has kept us waiting for too long. */
  private async change(): Promise<void> {
    const { startMs, bytesPerMs } = this.rules.patience;
    const leftMs = startMs + Math.max(this.bytes, this.wireBytes) / bytesPerMs - this.waitedMs;
    const beganMs = performance.now();
    const timer = setTimeout(() => this.broken('too-slow'), Math.min(startMs, Math.max(0, leftMs)));
    await new Promise<void>((resolve) => (this.wake = resolve));
    clearTimeout(timer);
    this.waitedMs += performance.now() - beganMs;
  }
}
