import { closeSync, openSync, readSync } from 'node:fs';

/** The bytes of one file, read where they are needed and never all at once. */
export type ByteSource = {
  sizeBytes: number;
  /** A copy of the bytes from `offset` on; fewer where the file ends. At most `READ_BYTES_MAX`. */
  read(offset: number, length: number): Buffer;
};

/** Nothing reads more than this at once: the header of a safetensors file is the largest. */
export const READ_BYTES_MAX = 25_000_008;

/** The file does not keep to its own format. The reason is in our words, without bytes of the file. */
export class Malformed extends Error {}

/** The file keeps to its format and is larger or deeper than what is looked at. */
export class TooComplex extends Error {}

export function openFileSource(path: string, sizeBytes: number) {
  const descriptor = openSync(path, 'r');
  const source: ByteSource = {
    sizeBytes,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, sizeBytes - offset, READ_BYTES_MAX));
      const bytes = Buffer.allocUnsafe(wanted);
      let filled = 0;
      while (filled < wanted) {
        const count = readSync(descriptor, bytes, filled, wanted - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    },
  };
  return { source, close: () => closeSync(descriptor) };
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => Buffer.from(bytes.subarray(offset, offset + length)),
  };
}

const WINDOW_BYTES = 65_536;

/** Reads a source in order, through a window; `position` may be set to skip what is not needed. */
export class Cursor {
  position = 0;
  readonly source: ByteSource;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** The bytes up to `end`, which has to be in the file. Only for small pieces. */
  take(length: number): Buffer {
    const from = this.position - this.#start;
    if (from >= 0 && from + length <= this.#window.length) {
      this.position += length;
      return this.#window.subarray(from, from + length);
    }
    this.#window = this.source.read(this.position, Math.max(length, WINDOW_BYTES));
    this.#start = this.position;
    if (this.#window.length < length) throw new Malformed('it ends in the middle of a value');
    this.position += length;
    return this.#window.subarray(0, length);
  }

  byte(): number {
    const from = this.position - this.#start;
    const byte = from >= 0 ? this.#window[from] : undefined;
    if (byte === undefined) return this.take(1).readUInt8(0);
    this.position += 1;
    return byte;
  }

  /** Skips bytes that have to be there. */
  skip(length: number): void {
    if (!(length >= 0) || this.position + length > this.source.sizeBytes) {
      throw new Malformed('a length leads beyond its end');
    }
    this.position += length;
  }

  get left(): number {
    return this.source.sizeBytes - this.position;
  }
}

const NAME_CHARACTERS_MAX = 200;

/**
 * Text out of a file as it may be shown and stored: cut, without control and direction characters, well
 * formed.
 */
export function shownText(text: string, charactersMax = NAME_CHARACTERS_MAX): string {
  const plain = text
    .slice(0, charactersMax + 1)
    .replace(/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '\ufffd');
  return plain.length > charactersMax ? `${plain.slice(0, charactersMax - 1)}…` : plain;
}

/** A count that may be larger than a number keeps exactly: such a file is not what it says. */
export function countOf(value: bigint): number {
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Malformed('a count is negative or beyond all bounds');
  }
  return Number(value);
}
