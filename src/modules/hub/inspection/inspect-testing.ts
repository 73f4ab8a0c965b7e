import { crc32 } from 'node:zlib';
import type { InspectLimits } from './inspect-limits.ts';

/** Builders of files for tests, byte by byte, so that they can be as wrong as wanted. */

export const testLimits: InspectLimits = {
  archiveEntriesMax: 1_000,
  archiveUnpackedBytesMax: 100_000_000,
  archiveRatioMax: 200,
  archiveCountedBytesMax: 200_000_000,
};

const latin = (text: string) => Buffer.from(text, 'latin1');

/** Pickles as Python writes them: https://docs.python.org/3/library/pickletools.html */
export const pickles = {
  /** Protocol 2: calls a function by name with one text. */
  calling: (module: string, name: string) => `\x80\x02c${module}\n${name}\nU\x02id\x85R.`,
  /** Protocol 0, which has no mark at its beginning. */
  unmarked: (module: string, name: string) => `c${module}\n${name}\n(S'id'\ntR.`,
  /** Protocol 4: the name of the function is on the stack. */
  onStack: (module: string, name: string) => {
    const text = (value: string) => `\x8c${String.fromCharCode(value.length)}${value}\x94`;
    return `\x80\x04${text(module)}${text(name)}\x93\x8c\x02id\x85R.`;
  },
  /** The names are put together while it loads, so that no name stands in the file. */
  hidden: () => '\x80\x04\x8c\x02os\x94\x8c\x06system0\x8c\x06system\x93\x8c\x02id\x85R.',
  weights: () => '\x80\x02ccollections\nOrderedDict\n)R.',
};
export const bytesOf = (text: string) => latin(text);

export type TestZipEntry = {
  name: string;
  content: Buffer;
  /** As the list says, where that is not so. */
  sizeBytes?: number;
  offset?: number;
  method?: 0 | 8;
  flags?: number;
  /** Of Unix, such as that of a link. */
  mode?: number;
};

/** A zip of entries as they are given: the content stands packed already where the method is 8. */
export function zipOf(entries: readonly TestZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let place = 0;
  for (const entry of entries) {
    const { content, sizeBytes = content.length, method = 0, flags = 0, mode = 0o100644 } = entry;
    const name = Buffer.from(entry.name);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(flags, 6);
    head.writeUInt16LE(method, 8);
    head.writeUInt32LE(crc32(content), 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt32LE(sizeBytes, 22);
    head.writeUInt16LE(name.length, 26);
    const listed = Buffer.alloc(46);
    listed.writeUInt32LE(0x02014b50, 0);
    listed.writeUInt8(3, 5);
    listed.writeUInt16LE(flags, 8);
    listed.writeUInt16LE(method, 10);
    listed.writeUInt32LE(content.length, 20);
    listed.writeUInt32LE(sizeBytes, 24);
    listed.writeUInt16LE(name.length, 28);
    listed.writeUInt32LE((mode << 16) >>> 0, 38);
    listed.writeUInt32LE(entry.offset ?? place, 42);
    parts.push(head, name, content);
    list.push(listed, name);
    place += 30 + name.length + content.length;
  }
  const listBytes = list.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listBytes, 12);
  end.writeUInt32LE(place, 16);
  return Buffer.concat([...parts, ...list, end]);
}

/** A tar with one entry a name; `link` makes it a symbolic link. */
export function tarOf(
  entries: readonly { name: string; content?: Buffer; link?: string }[],
): Buffer {
  const parts = entries.map(({ name, content = Buffer.alloc(0), link }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(link === undefined ? '0' : '2', 156);
    header.write(link ?? '', 157);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

export function safetensorsOf(header: object, dataBytes: number): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}

/** A GGUF of version 3: values of text and whole numbers, and tensors of type F16. */
export function ggufOf(
  values: Readonly<Record<string, string | number>>,
  tensors: readonly { name: string; shape: number[]; offset: number }[],
  dataBytes: number,
): Buffer {
  const u32 = (value: number) => Buffer.from(new Uint32Array([value]).buffer);
  const u64 = (value: number) => Buffer.from(new BigUint64Array([BigInt(value)]).buffer);
  const text = (value: string) =>
    Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(Object.keys(values).length),
    ...Object.entries(values).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [text(key), u32(8), text(value)]
        : [text(key), u32(4), u32(value)],
    ),
    ...tensors.flatMap(({ name, shape, offset }) => [
      text(name),
      u32(shape.length),
      ...shape.map(u64),
      u32(1),
      u64(offset),
    ]),
  ]);
  return Buffer.concat([head, Buffer.alloc(((32 - (head.length % 32)) % 32) + dataBytes)]);
}

/** One field of a protobuf message: a number, or bytes with their length. */
export function field(number: number, value: bigint | Buffer | string): Buffer {
  if (typeof value === 'bigint')
    return Buffer.concat([varint(BigInt(number) << 3n), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((BigInt(number) << 3n) | 2n), varint(BigInt(bytes.length)), bytes]);
}

export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const last = rest < 128n;
    bytes.push(Number(rest & 127n) | (last ? 0 : 128));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

/** A small model of one node, with an initial value whose bytes lie in another file where `location` says so. */
export function onnxOf({ operator = 'Add', domain = '', location = '', depth = 0 } = {}): Buffer {
  const graph = (level: number): Buffer => {
    const inner = level > 0 ? field(5, field(6, graph(level - 1))) : Buffer.alloc(0);
    const node = Buffer.concat([field(4, operator), field(7, domain), inner]);
    const external = field(13, Buffer.concat([field(1, 'location'), field(2, location)]));
    const tensor = [field(1, 3n), field(2, 1n), field(8, 'w'), ...(location ? [external] : [])];
    return Buffer.concat([field(1, node), field(5, Buffer.concat(tensor))]);
  };
  const opset = field(8, field(2, 21n));
  return Buffer.concat([field(1, 10n), field(7, graph(depth)), opset]);
}
