import { Malformed, shownText, TooComplex } from './format-source.ts';

/** The entries of a tar (POSIX pax with GNU's long names), read in order without keeping their content. */

export type TarEntry = { name: string; sizeBytes: number; link: string | null; head: Buffer };

const BLOCK = 512;
const LONG_BYTES_MAX = 65_536;
const HEAD_BYTES = 512;

/** A header of 512 bytes whose checksum is right. */
export function looksLikeTar(head: Buffer): boolean {
  return head.length >= BLOCK && checksumFits(head.subarray(0, BLOCK));
}

function checksumFits(header: Buffer): boolean {
  const said = Number.parseInt(header.toString('latin1', 148, 156).replace(/\0.*/, '').trim(), 8);
  let sum = 8 * 0x20;
  for (const [place, byte] of header.entries()) if (place < 148 || place >= 156) sum += byte;
  return said === sum && header.readUInt8(0) !== 0;
}

/** Takes the archive in pieces of any size and gives its entries as they are complete. */
export async function* readTar(
  chunks: AsyncIterable<Buffer>,
  { entriesMax }: { entriesMax: number },
): AsyncGenerator<TarEntry> {
  const reader = createReader(chunks);
  let count = 0;
  let long: { name?: string; link?: string; size?: number } = {};
  for (;;) {
    const header = await reader.take(BLOCK);
    if (header === null || header.every((byte) => byte === 0)) return;
    if (!checksumFits(header)) throw new Malformed('a header of the tar does not sum up');
    const type = String.fromCharCode(header.readUInt8(156));
    const said = sizeOf(header);
    const size = type === 'x' || type === 'L' || type === 'K' ? said : (long.size ?? said);
    if (type === 'x' || type === 'L' || type === 'K') {
      if (size > LONG_BYTES_MAX) throw new TooComplex('a name of the tar is too long');
      const bytes = await reader.take(size);
      if (bytes === null) throw new Malformed('the tar ends in the middle of an entry');
      await reader.skip(padding(size));
      if (type === 'x') Object.assign(long, readPax(bytes));
      else long[type === 'L' ? 'name' : 'link'] = zeroEnded(bytes, 0, bytes.length);
      continue;
    }
    const prefix =
      header.toString('latin1', 257, 262) === 'ustar' ? zeroEnded(header, 345, 500) : '';
    const own = zeroEnded(header, 0, 100);
    const link = type === '1' || type === '2' ? (long.link ?? zeroEnded(header, 157, 257)) : null;
    count += 1;
    if (count > entriesMax) throw new TooComplex('the archive has too many entries');
    // Links, folders and devices have no content, whatever their size says.
    const contentBytes = '12345'.includes(type) ? 0 : size;
    const head = await reader.take(Math.min(contentBytes, HEAD_BYTES));
    if (head === null) throw new Malformed('the tar ends in the middle of an entry');
    yield {
      name: long.name ?? (prefix ? `${prefix}/${own}` : own),
      ...{ sizeBytes: contentBytes, link, head },
    };
    await reader.skip(contentBytes - head.length + padding(contentBytes));
    // A global header ('g') says nothing that is looked at here.
    long = {};
  }
}

const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

function zeroEnded(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  const zero = text.indexOf('\0');
  return zero < 0 ? text : text.slice(0, zero);
}

/** Octal, or GNU's form of larger numbers: the first bit set, the rest as one number. */
function sizeOf(header: Buffer): number {
  const field = header.subarray(124, 136);
  const size =
    field.readUInt8(0) & 0x80
      ? Number(field.readBigUInt64BE(4))
      : Number.parseInt(field.toString('latin1').replace(/[\0 ].*/, '') || '0', 8);
  if (!Number.isSafeInteger(size) || size < 0)
    throw new Malformed('an entry of the tar has no size');
  return size;
}

/** Records `<length> <key>=<value>\n` of a pax header. */
function readPax(bytes: Buffer): { name?: string; link?: string; size?: number } {
  const pairs: { name?: string; link?: string; size?: number } = {};
  let position = 0;
  while (position < bytes.length) {
    const space = bytes.indexOf(0x20, position);
    const length = Number.parseInt(
      bytes.toString('latin1', position, Math.max(position, space)),
      10,
    );
    if (space < 0 || !(length > space - position) || position + length > bytes.length) break;
    const [key = '', ...value] = bytes
      .toString('utf8', space + 1, position + length - 1)
      .split('=');
    const text = value.join('=');
    if (key === 'path') pairs.name = text;
    if (key === 'linkpath') pairs.link = text;
    if (key === 'size' && /^\d{1,15}$/.test(text)) pairs.size = Number(text);
    position += length;
  }
  return pairs;
}

function createReader(chunks: AsyncIterable<Buffer>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async () => {
    const { done, value } = await iterator.next();
    if (done) return false;
    rest = rest.length === 0 ? value : Buffer.concat([rest, value]);
    return true;
  };
  return {
    /** Null where the archive ends before. */
    async take(length: number): Promise<Buffer | null> {
      while (rest.length < length) if (!(await more())) return null;
      const taken = rest.subarray(0, length);
      rest = rest.subarray(length);
      return taken;
    },
    async skip(length: number): Promise<void> {
      let left = length;
      while (left > rest.length) {
        left -= rest.length;
        rest = Buffer.alloc(0);
        if (!(await more())) return;
      }
      rest = rest.subarray(left);
    },
  };
}

/** Where a link leads, from the folder of its entry: out of the archive or not. */
export function linkEscapes(name: string, link: string): boolean {
  if (/^[\\/]|^[A-Za-z]:/.test(link)) return true;
  const parts: string[] = name.split(/[\\/]/).slice(0, -1);
  for (const part of link.split(/[\\/]/)) {
    if (part === '..') {
      if (parts.length === 0) return true;
      parts.pop();
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return false;
}

/** As it may be shown. */
export const shownEntry = ({ name, sizeBytes }: { name: string; sizeBytes: number }) => ({
  name: shownText(name),
  sizeBytes,
});
