import { crc32, inflateRawSync } from 'node:zlib';
import { TableUnreadable } from './csv.ts';

/**
 * The parts of a ZIP archive whose names are wanted, unpacked within a limit. Read by its central
 * directory (APPNOTE 6.3, 4.3.12 and 4.3.16); stored and deflated parts only, no ZIP64, no encryption.
 * Throws TableUnreadable.
 */
export function unzip(
  archive: Uint8Array,
  options: { wanted: (name: string) => boolean; bytesMax: number; partsMax: number },
): Map<string, Uint8Array> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  try {
    return readParts(bytes, options);
  } catch (error) {
    if (error instanceof TableUnreadable) throw error;
    throw new TableUnreadable('its archive is damaged or too large once unpacked', {
      cause: error,
    });
  }
}

function readParts(
  bytes: Buffer,
  { wanted, bytesMax, partsMax }: Parameters<typeof unzip>[1],
): Map<string, Uint8Array> {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new TableUnreadable('it is no .xlsx file');
  const count = bytes.readUInt16LE(end + 10);
  if (count > partsMax) throw new TableUnreadable('its archive has too many parts');
  const parts = new Map<string, Uint8Array>();
  let left = bytesMax;
  let place = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(place) !== 0x02014b50) throw new TableUnreadable('it is no archive');
    const [nameLength = 0, extraLength = 0, commentLength = 0] = [28, 30, 32].map((offset) =>
      bytes.readUInt16LE(place + offset),
    );
    const name = bytes.toString('utf8', place + 46, place + 46 + nameLength);
    if (wanted(name)) {
      if (parts.has(name)) throw new TableUnreadable('its archive names a part twice');
      const part = unpack(bytes, place, left);
      left -= part.length;
      parts.set(name, part);
    }
    place += 46 + nameLength + extraLength + commentLength;
  }
  return parts;
}

function unpack(bytes: Buffer, entry: number, left: number): Uint8Array {
  const flags = bytes.readUInt16LE(entry + 8);
  const method = bytes.readUInt16LE(entry + 10);
  const packedLength = bytes.readUInt32LE(entry + 20);
  const local = bytes.readUInt32LE(entry + 42);
  if ((flags & 1) !== 0) throw new TableUnreadable('it is encrypted');
  if (bytes.readUInt32LE(local) !== 0x04034b50) throw new TableUnreadable('it is no archive');
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(start, start + packedLength);
  if (packed.length !== packedLength) throw new TableUnreadable('its archive is cut short');
  if (method !== 0 && method !== 8) throw new TableUnreadable('its archive is packed unusually');
  const part = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: left + 1 });
  if (part.length > left) throw new TableUnreadable('it is too large once unpacked');
  if (crc32(part) !== bytes.readUInt32LE(entry + 16)) {
    throw new TableUnreadable('its archive is damaged');
  }
  return part;
}

/** An archive of just these parts, stored as they are, so that every reader finds the same. */
export function zip(parts: ReadonlyMap<string, Uint8Array>): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, part] of parts) {
    const nameBytes = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    // Names are UTF-8.
    shared.writeUInt16LE(0x0800, 2);
    shared.writeUInt16LE(0x21, 8);
    shared.writeUInt32LE(crc32(part), 10);
    shared.writeUInt32LE(part.length, 14);
    shared.writeUInt32LE(part.length, 18);
    shared.writeUInt16LE(nameBytes.length, 22);
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), shared, nameBytes, Buffer.from(part));
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 0]);
    entries.push(Buffer.from('PK\x01\x02', 'latin1'), made, shared, rest, nameBytes);
    offset += 30 + nameBytes.length + part.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(parts.size, 8);
  end.writeUInt16LE(parts.size, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
