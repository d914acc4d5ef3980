import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Gunzip } from 'node:zlib';

export type ReadBody =
  | { readonly outcome: 'read'; readonly bytes: Buffer }
  /** `drained`: the rest was read and thrown away, so the client can read the answer and go on. */
  | { readonly outcome: 'too-large'; readonly drained: boolean }
  | { readonly outcome: 'bad-encoding' }
  | { readonly outcome: 'aborted' | 'too-slow' };

export interface BodyLimits {
  /** Counted on the wire and again after inflating, while streaming. */
  readonly bytes: number;
  /** How much of a body that is too large is read and thrown away. */
  readonly discardBytes: number;
  /** Until all of it has come. */
  readonly withinMs?: number;
}

const WITHIN_MS = 60_000;

/** Reads a body, inflating it when it is gzip; never holds more than the limit. */
export function readBody(source: Readable, encoding: 'identity' | 'gzip', limits: BodyLimits): Promise<ReadBody> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve({ outcome: 'too-slow' }), limits.withinMs ?? WITHIN_MS);
    const answer = (body: ReadBody): void => {
      clearTimeout(late);
      resolve(body);
    };
    const reader = new BodyReader(source, limits, answer);
    if (encoding === 'gzip') reader.inflate(createGunzip());
    else reader.plain();
  });
}

class BodyReader {
  private readonly chunks: Buffer[] = [];
  private wireBytes = 0;
  private keptBytes = 0;
  private tooLarge = false;
  private broken = false;
  private gunzip: Gunzip | undefined;

  constructor(
    private readonly source: Readable,
    private readonly limits: BodyLimits,
    private readonly answer: (body: ReadBody) => void,
  ) {
    source.on('error', () => this.answer({ outcome: 'aborted' }));
    source.on('close', () => {
      // A stream that was read to its end closes too, while gunzip may still be at work.
      if (!source.readableEnded) this.answer({ outcome: 'aborted' });
    });
  }

  plain(): void {
    this.source.on('data', (chunk: Buffer) => {
      this.count(chunk);
      this.keep(chunk);
    });
    this.source.on('end', () => this.end());
  }

  inflate(gunzip: Gunzip): void {
    this.gunzip = gunzip;
    this.source.on('data', (chunk: Buffer) => this.count(chunk));
    this.source.on('end', () => {
      if (this.tooLarge || this.broken) this.end();
    });
    gunzip.on('data', (chunk: Buffer) => this.keep(chunk));
    gunzip.on('end', () => this.end());
    gunzip.on('error', () => {
      this.broken = true;
      this.stopInflating();
    });
    this.source.pipe(gunzip);
  }

  private count(chunk: Buffer): void {
    this.wireBytes += chunk.length;
    if (this.wireBytes > this.limits.bytes) this.refuse();
    if (this.wireBytes <= this.limits.discardBytes) return;
    this.answer({ outcome: 'too-large', drained: false });
    this.source.removeAllListeners('data');
    this.source.pause();
  }

  private keep(chunk: Buffer): void {
    if (this.tooLarge) return;
    this.keptBytes += chunk.length;
    if (this.keptBytes > this.limits.bytes) this.refuse();
    else this.chunks.push(chunk);
  }

  private refuse(): void {
    if (this.tooLarge) return;
    this.tooLarge = true;
    this.chunks.length = 0;
    this.stopInflating();
  }

  /** A bomb is not inflated further; what is left on the wire is read and thrown away. */
  private stopInflating(): void {
    if (this.gunzip === undefined) return;
    this.source.unpipe(this.gunzip);
    this.gunzip.destroy();
    if (this.source.readableEnded) this.end();
    else this.source.resume();
  }

  private end(): void {
    if (this.tooLarge) this.answer({ outcome: 'too-large', drained: true });
    else if (this.broken) this.answer({ outcome: 'bad-encoding' });
    else this.answer({ outcome: 'read', bytes: this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks) });
  }
}
