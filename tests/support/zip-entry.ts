import { inflateRawSync } from 'node:zlib';

/** A file of a ZIP, by its directory; for specs, which trust the ZIP. */
export function zipEntry(zip: Buffer, name: string): Buffer {
  const end = zip.length - 22;
  for (let at = zip.readUInt32LE(end + 16); at < end; at += 46 + zip.readUInt16LE(at + 28)) {
    if (zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)) !== name) continue;
    const start = zip.readUInt32LE(at + 42) + 30 + zip.readUInt16LE(at + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    return zip.readUInt16LE(at + 10) === 0 ? Buffer.from(packed) : inflateRawSync(packed);
  }
  throw new Error(`${name} is not in the ZIP`);
}
