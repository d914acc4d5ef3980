import { connect } from 'node:net';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

const MIB = 1_048_576;

/** What inflates a thousandfold. */
export const gzipBomb = (): Buffer => gzipSync(Buffer.alloc(256 * MIB), { level: 9 });

interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
}

function headerOf({ name, bytes }: Entry, packed: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  return fields;
}

const signature = (number: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
};

/** A ZIP archive as tools write it. */
function zipOf(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const packed = deflateRawSync(entry.bytes, { level: 9 });
    const [name, fields] = [Buffer.from(entry.name), headerOf(entry, packed)];
    const local = Buffer.concat([signature(0x04034b50), fields, name, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([signature(0x02014b50), Buffer.from([20, 0]), fields, rest, name]));
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, central, signature(0x06054b50), end]);
}

/** Ten archives in an archive, each a hundred million zeros. */
export function zipBomb(): Buffer {
  const inner = zipOf([{ name: 'zeros.xml', bytes: Buffer.alloc(100 * MIB) }]);
  return zipOf(Array.from({ length: 10 }, (_, index) => ({ name: `inner-${index}.zip`, bytes: inner })));
}

/** Entities of entities: a thousand million laughs. */
export function laughs(): string {
  const entities = Array.from({ length: 9 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`).join('\n');
  return `<?xml version="1.0"?>\n<!DOCTYPE a [\n<!ENTITY l0 "ha">\n${entities}\n]>\n<a>&l9;</a>`;
}

interface Stream {
  readonly port: number;
  readonly path: string;
  readonly key: string;
  readonly contentType: string;
  readonly bytes: number;
}

/** Sends a body without a line end, until it is answered, and gives the status. */
export async function streamOneLine({ port, path, key, contentType, bytes }: Stream): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('error', () => undefined);
  const answered = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
      if (answer.includes('\r\n')) resolve();
    });
    socket.once('close', () => resolve());
  });
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: ${contentType}\r\nTransfer-Encoding: chunked\r\n\r\n`);
  const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  let sent = 0;
  const send = (): void => {
    while (!socket.destroyed && socket.writable && sent < bytes) {
      sent += 0x10000;
      if (!socket.write(piece)) return void socket.once('drain', send);
    }
    // The socket stays open: to the other side a half of it that ends is a client that went away.
    if (!socket.destroyed && socket.writable) socket.write('0\r\n\r\n');
  };
  send();
  await answered;
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
}
