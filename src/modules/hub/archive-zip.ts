import { crc32 } from 'node:zlib';
import type { ArchiveEntry } from './archive-tar.ts';

/** What a zip without the ZIP64 extension can hold. */
export const ZIP_BYTES_MAX = 2 ** 32 - 1;
export const ZIP_FILES_MAX = 65_535;

const LOCAL_BYTES = 30;
const DESCRIPTOR_BYTES = 16;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
/** Bit 3: sizes follow the data; bit 11: names are UTF-8. */
const FLAGS = 0x0808;
/** 1 January 1980, the first day that a zip knows: equal files give equal bytes. */
const DAY = 0x0021;
const encoder = new TextEncoder();

/**
 * A zip stream of stored, uncompressed files (PKWARE APPNOTE 6.3, without ZIP64). The caller has
 * checked `zipSize` against `ZIP_BYTES_MAX`.
 */
export async function* zipOf(entries: Iterable<ArchiveEntry>): AsyncGenerator<Uint8Array> {
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, sizeBytes, read } of entries) {
    const name = encoder.encode(path);
    const local = block(LOCAL_BYTES, name, (view) => {
      view.setUint32(0, 0x04034b50, true);
      view.setUint16(4, 20, true);
      view.setUint16(6, FLAGS, true);
      view.setUint16(12, DAY, true);
      view.setUint16(26, name.length, true);
    });
    yield local;
    let sum = 0;
    for await (const chunk of read()) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
    yield block(DESCRIPTOR_BYTES, new Uint8Array(), (view) => {
      view.setUint32(0, 0x08074b50, true);
      view.setUint32(4, sum, true);
      view.setUint32(8, sizeBytes, true);
      view.setUint32(12, sizeBytes, true);
    });
    directory.push(centralOf(name, { sum, sizeBytes, offset }));
    offset += local.length + sizeBytes + DESCRIPTOR_BYTES;
  }
  yield* directory;
  const directoryBytes = directory.reduce((total, part) => total + part.length, 0);
  yield block(END_BYTES, new Uint8Array(), (view) => {
    view.setUint32(0, 0x06054b50, true);
    view.setUint16(8, directory.length, true);
    view.setUint16(10, directory.length, true);
    view.setUint32(12, directoryBytes, true);
    view.setUint32(16, offset, true);
  });
}

/** The length of the whole stream, in bytes. */
export function zipSize(entries: Iterable<ArchiveEntry>): number {
  let size = END_BYTES;
  for (const { path, sizeBytes } of entries) {
    const name = encoder.encode(path).length;
    size += LOCAL_BYTES + CENTRAL_BYTES + 2 * name + DESCRIPTOR_BYTES + sizeBytes;
  }
  return size;
}

function centralOf(
  name: Uint8Array,
  { sum, sizeBytes, offset }: { sum: number; sizeBytes: number; offset: number },
): Uint8Array {
  return block(CENTRAL_BYTES, name, (view) => {
    view.setUint32(0, 0x02014b50, true);
    // Made by a Unix tool, so that the mode below is read.
    view.setUint16(4, 0x0314, true);
    view.setUint16(6, 20, true);
    view.setUint16(8, FLAGS, true);
    view.setUint16(14, DAY, true);
    view.setUint32(16, sum, true);
    view.setUint32(20, sizeBytes, true);
    view.setUint32(24, sizeBytes, true);
    view.setUint16(28, name.length, true);
    view.setUint32(38, 0o100644 * 0x10000, true);
    view.setUint32(42, offset, true);
  });
}

function block(bytes: number, name: Uint8Array, fill: (view: DataView) => void): Uint8Array {
  const whole = new Uint8Array(bytes + name.length);
  fill(new DataView(whole.buffer));
  whole.set(name, bytes);
  return whole;
}
