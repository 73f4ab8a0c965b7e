import { inflateRawSync } from 'node:zlib';

/** ZIP: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3. */
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const DEFLATED = 8;

/**
 * The files of a ZIP that was checked by its digest, each unpacked when it is asked for. Node.js unpacks several times
 * faster than a library in JavaScript. Throws where it is no ZIP; ZIP64 and encryption are not read.
 */
export function zipEntries(zip: Buffer): Map<string, () => Buffer> {
  const files = new Map<string, () => Buffer>();
  const end = zip.lastIndexOf(Buffer.from(Uint32Array.of(END).buffer));
  if (end < 0 || end + END_BYTES > zip.length) throw new Error('this is no ZIP');
  let at = zip.readUInt32LE(end + 16);
  while (at < end && zip.readUInt32LE(at) === CENTRAL) {
    const method = zip.readUInt16LE(at + 10);
    const size = zip.readUInt32LE(at + 20);
    const nameEnd = at + CENTRAL_BYTES + zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    files.set(zip.toString('utf8', at + CENTRAL_BYTES, nameEnd), () => {
      const names = zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const start = local + LOCAL_BYTES + names;
      const packed = zip.subarray(start, start + size);
      return method === DEFLATED ? inflateRawSync(packed) : packed;
    });
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}
