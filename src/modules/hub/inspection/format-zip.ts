import { constants, createInflateRaw, inflateRawSync } from 'node:zlib';
import { type ByteSource, Malformed, shownText, TooComplex } from './format-source.ts';

/** The list of a zip (APPNOTE.TXT 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), with ZIP64. */

export type ZipEntry = {
  name: string;
  /** As the list says, not as counted. */
  sizeBytes: number;
  packedBytes: number;
  offset: number;
  deflated: boolean;
  encrypted: boolean;
  link: boolean;
};

export type ZipLimits = { entriesMax: number };

const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const LISTED = 0x02014b50;
const LOCAL = 0x04034b50;
const LIST_BYTES_MAX = 25_000_000;

export const looksLikeZip = (head: Buffer) =>
  head.length >= 4 && [LOCAL, END].includes(head.readUInt32LE(0));

/** Where the last record of a zip begins; null where there is none. */
export function endOfZip(source: ByteSource): number | null {
  // The comment after it has at most 65,535 bytes.
  const tail = source.read(Math.max(0, source.sizeBytes - 65_557), 65_557);
  for (let place = tail.length - 22; place >= 0; place -= 1) {
    const fits = tail.readUInt32LE(place) === END;
    if (fits && tail.readUInt16LE(place + 20) === tail.length - place - 22) {
      return source.sizeBytes - tail.length + place;
    }
  }
  return null;
}

/** Throws `Malformed` and `TooComplex`. */
export function listZip(source: ByteSource, { entriesMax }: ZipLimits): ZipEntry[] {
  const end = endOfZip(source);
  if (end === null) throw new Malformed('the zip has no list of its entries');
  const { count, listBytes, listOffset } = readEnd(source, end);
  if (count > entriesMax || listBytes > LIST_BYTES_MAX) {
    throw new TooComplex('the archive has too many entries');
  }
  const list = source.read(listOffset, listBytes);
  const entries: ZipEntry[] = [];
  let position = 0;
  for (let place = 0; place < count; place += 1) {
    if (position + 46 > list.length || list.readUInt32LE(position) !== LISTED) {
      throw new Malformed('the list of the zip is broken');
    }
    const { entry, end: next } = readEntry(list, position);
    if (entry.offset + 30 + entry.packedBytes > source.sizeBytes) {
      throw new Malformed('an entry of the zip leads beyond its end');
    }
    entries.push(entry);
    position = next;
  }
  return entries;
}

function readEnd(source: ByteSource, end: number) {
  const record = source.read(end, 22);
  const plain = {
    count: record.readUInt16LE(10),
    listBytes: record.readUInt32LE(12),
    listOffset: record.readUInt32LE(16),
  };
  const large =
    plain.count === 0xffff || plain.listBytes === 0xffffffff || plain.listOffset === 0xffffffff;
  const locator = large && end >= 20 ? source.read(end - 20, 20) : null;
  if (locator?.readUInt32LE(0) !== END64_LOCATOR) return plain;
  const record64 = source.read(safe(locator.readBigUInt64LE(8)), 56);
  if (record64.length < 56 || record64.readUInt32LE(0) !== END64) {
    throw new Malformed('the list of the zip is broken');
  }
  return {
    count: safe(record64.readBigUInt64LE(32)),
    listBytes: safe(record64.readBigUInt64LE(40)),
    listOffset: safe(record64.readBigUInt64LE(48)),
  };
}

function readEntry(list: Buffer, position: number): { entry: ZipEntry; end: number } {
  const nameBytes = list.readUInt16LE(position + 28);
  const extraBytes = list.readUInt16LE(position + 30);
  const nameStart = position + 46;
  const end = nameStart + nameBytes + extraBytes + list.readUInt16LE(position + 32);
  if (end > list.length) throw new Malformed('the list of the zip is broken');
  const flags = list.readUInt16LE(position + 8);
  const method = list.readUInt16LE(position + 10);
  const extra = list.subarray(nameStart + nameBytes, nameStart + nameBytes + extraBytes);
  const [sizeBytes, packedBytes, offset] = wide(extra, [
    list.readUInt32LE(position + 24),
    list.readUInt32LE(position + 20),
    list.readUInt32LE(position + 42),
  ]);
  const unix = list.readUInt8(position + 5) === 3;
  const mode = list.readUInt32LE(position + 38) >>> 16;
  return {
    entry: {
      name: list.toString(flags & 0x800 ? 'utf8' : 'latin1', nameStart, nameStart + nameBytes),
      ...{ sizeBytes, packedBytes, offset },
      deflated: method === 8,
      encrypted: (flags & 1) !== 0,
      link: unix && (mode & 0o170000) === 0o120000,
    },
    end,
  };
}

/** Puts the 64-bit sizes of the extra field 0x0001 where the short ones say that they are there. */
function wide(extra: Buffer, short: [number, number, number]): [number, number, number] {
  for (let place = 0; place + 4 <= extra.length; ) {
    const bytes = extra.readUInt16LE(place + 2);
    if (extra.readUInt16LE(place) === 1) {
      let from = place + 4;
      const [size, packed, offset] = short.map((value) => {
        if (value !== 0xffffffff || from + 8 > extra.length) return value;
        from += 8;
        return safe(extra.readBigUInt64LE(from - 8));
      });
      return [size ?? 0, packed ?? 0, offset ?? 0];
    }
    place += 4 + bytes;
  }
  return short;
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed('a size is beyond all bounds');
  return Number(value);
}

/** Names of entries whose bytes overlap: one byte of the file would be unpacked many times. */
export function overlapping(entries: readonly ZipEntry[]): string[] {
  const inOrder = [...entries].sort((one, other) => one.offset - other.offset);
  return inOrder
    .filter((entry, place) => {
      const next = inOrder[place + 1];
      return next !== undefined && entry.offset + 30 + entry.packedBytes > next.offset;
    })
    .map(({ name }) => shownText(name));
}

/** Where the bytes of an entry begin: after its own head in the file. Throws `Malformed`. */
function contentOf(source: ByteSource, entry: ZipEntry): number {
  const head = source.read(entry.offset, 30);
  if (head.length < 30 || head.readUInt32LE(0) !== LOCAL) {
    throw new Malformed('an entry of the zip has no head');
  }
  return entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
}

/** As much as 1 KiB of the packed bytes gives, which is enough to know what an entry is. */
export function headOf(source: ByteSource, entry: ZipEntry): Buffer {
  const packed = source.read(contentOf(source, entry), Math.min(entry.packedBytes, 1_024));
  if (!entry.deflated) return packed;
  try {
    return inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** The whole entry; null where it is larger than `bytesMax`, whatever the list says. */
export function entryBytes(source: ByteSource, entry: ZipEntry, bytesMax: number): Buffer | null {
  if (entry.packedBytes > bytesMax) return null;
  const packed = source.read(contentOf(source, entry), entry.packedBytes);
  if (!entry.deflated) return packed;
  try {
    return inflateRawSync(packed, { maxOutputLength: bytesMax });
  } catch {
    return null;
  }
}

const CHUNK_BYTES = 262_144;

/** How many bytes an entry unpacks to, counted and not kept; it stops once past `bytesMax`. */
export async function countUnpacked(
  source: ByteSource,
  entry: ZipEntry,
  bytesMax: number,
): Promise<number> {
  if (!entry.deflated) return entry.packedBytes;
  const start = contentOf(source, entry);
  const inflate = createInflateRaw();
  const chunks = async () => {
    for (let place = 0; place < entry.packedBytes; place += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES, entry.packedBytes - place);
      if (!inflate.write(source.read(start + place, length))) {
        await new Promise((resolve) => inflate.once('drain', resolve));
      }
    }
    inflate.end();
  };
  let counted = 0;
  const feeding = chunks();
  try {
    for await (const chunk of inflate) {
      counted += chunk.length;
      if (counted > bytesMax) break;
    }
  } catch (cause) {
    throw new Malformed('an entry of the zip cannot be unpacked', { cause });
  } finally {
    inflate.destroy();
    void feeding.catch(() => {});
  }
  return counted;
}
