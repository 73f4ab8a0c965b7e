/** One file of an archive: its path, its size in bytes, and its bytes when they are wanted. */
export type ArchiveEntry = {
  path: string;
  sizeBytes: number;
  read(): AsyncIterable<Uint8Array>;
};

const BLOCK = 512;
const OCTAL_SIZE_MAX = 8 ** 11 - 1;
const encoder = new TextEncoder();

/**
 * A tar stream in POSIX pax format (IEEE 1003.1, pax). Paths that are long or not ASCII, and sizes of
 * 8 GiB and more, go into extended headers. Times and owners are fixed, so equal files give equal bytes.
 */
export async function* tarOf(entries: Iterable<ArchiveEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    const records = paxRecords(entry);
    if (records.length > 0) {
      yield header({ name: 'pax', sizeBytes: records.length, type: 'x' });
      yield padded(records);
    }
    yield header({ name: asciiName(entry.path), sizeBytes: entry.sizeBytes, type: '0' });
    yield* entry.read();
    yield new Uint8Array(paddingOf(entry.sizeBytes));
  }
  yield new Uint8Array(2 * BLOCK);
}

/** The length of the whole stream, in bytes. */
export function tarSize(entries: Iterable<ArchiveEntry>): number {
  let size = 2 * BLOCK;
  for (const entry of entries) {
    const records = paxRecords(entry).length;
    if (records > 0) size += BLOCK + records + paddingOf(records);
    size += BLOCK + entry.sizeBytes + paddingOf(entry.sizeBytes);
  }
  return size;
}

const paddingOf = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + paddingOf(bytes.length));
  whole.set(bytes);
  return whole;
}

const isPlain = (path: string) => path.length <= 100 && /^[\x20-\x7e]+$/.test(path);
const asciiName = (path: string) =>
  isPlain(path) ? path : path.replace(/[^\x20-\x7e]/g, '_').slice(-100);

function paxRecords({ path, sizeBytes }: ArchiveEntry): Uint8Array {
  const path8 = isPlain(path) ? '' : paxRecord('path', path);
  const size = sizeBytes > OCTAL_SIZE_MAX ? paxRecord('size', String(sizeBytes)) : '';
  return encoder.encode(path8 + size);
}

/** `<length> <key>=<value>\n`, where the length counts its own digits too. */
function paxRecord(key: string, value: string): string {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return `${length} ${key}=${value}\n`;
}

function header({ name, sizeBytes, type }: { name: string; sizeBytes: number; type: string }) {
  const block = new Uint8Array(BLOCK);
  const put = (offset: number, text: string) => block.set(encoder.encode(text), offset);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  put(0, name);
  put(100, `${octal(0o644, 7)}\0`);
  put(108, `${octal(0, 7)}\0`);
  put(116, `${octal(0, 7)}\0`);
  put(124, `${octal(Math.min(sizeBytes, OCTAL_SIZE_MAX), 11)}\0`);
  put(136, `${octal(0, 11)}\0`);
  put(148, ' '.repeat(8));
  put(156, type);
  put(257, 'ustar\0');
  put(263, '00');
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return block;
}
