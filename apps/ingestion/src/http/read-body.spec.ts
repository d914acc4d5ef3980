import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { readBody } from './read-body.js';

const LIMITS = { bytes: 1_000, discardBytes: 4_000 };
const chunks = (...parts: (string | Buffer)[]) => Readable.from(parts.map((part) => Buffer.from(part)));
const inPieces = (bytes: Buffer, size: number) =>
  chunks(...Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size)));

describe('reading a body', () => {
  it.each([
    ['in one piece', chunks('hello'), 'hello'],
    ['in several', chunks('he', 'l', 'lo'), 'hello'],
    ['of nothing', chunks(), ''],
    ['of exactly the limit', chunks('x'.repeat(1_000)), 'x'.repeat(1_000)],
  ])('%s', async (_what, source, text) => {
    expect(await readBody(source, 'identity', LIMITS)).toEqual({ outcome: 'read', bytes: Buffer.from(text) });
  });

  it('inflates gzip, in whatever pieces it comes', async () => {
    for (const size of [1, 7, 1_000]) {
      const body = await readBody(inPieces(gzipSync('hello '.repeat(100)), size), 'gzip', LIMITS);
      expect(body).toEqual({ outcome: 'read', bytes: Buffer.from('hello '.repeat(100)) });
    }
  });

  it('that is too large reads the rest and throws it away', async () => {
    const source = inPieces(Buffer.alloc(3_000), 100);
    expect(await readBody(source, 'identity', LIMITS)).toEqual({ outcome: 'too-large', drained: true });
    expect(source.readableEnded).toBe(true);
  });

  it('that does not end stops after a bound', async () => {
    let produced = 0;
    const endless = new Readable({
      read() {
        produced += 100;
        this.push(Buffer.alloc(100));
      },
    });
    expect(await readBody(endless, 'identity', LIMITS)).toEqual({ outcome: 'too-large', drained: false });
    expect(produced).toBeLessThan(200_000);
    endless.destroy();
  });

  it('does not inflate a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const before = process.memoryUsage().rss;
    expect(await readBody(inPieces(bomb, 16_384), 'gzip', { bytes: 1_000_000, discardBytes: 16_000_000 })).toEqual({ outcome: 'too-large', drained: true });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([
    ['no gzip', Buffer.from('this is no gzip')],
    ['gzip that ends too early', gzipSync('hello '.repeat(100)).subarray(0, 30)],
    ['nothing', Buffer.alloc(0)],
  ])('says that %s cannot be inflated', async (_what, bytes) => {
    expect(await readBody(inPieces(bytes, 10), 'gzip', LIMITS)).toEqual({ outcome: 'bad-encoding' });
  });

  it('gives up when the sender goes away', async () => {
    const source = new Readable({ read: () => undefined });
    const reading = readBody(source, 'identity', LIMITS);
    source.push(Buffer.from('half'));
    source.destroy();
    expect(await reading).toEqual({ outcome: 'aborted' });
  });
});
