import { createHash } from 'node:crypto';

/** A checkpoint taken apart: `origin\nsize\nroot\n`, an empty line, signatures. */
export type SeenCheckpoint = { note: string; size: number; root: string };

export async function readCheckpoint(address: string): Promise<SeenCheckpoint> {
  const response = await fetch(`${address}/ledger/checkpoint`);
  if (!response.ok) throw new Error(`no checkpoint: ${response.status}`);
  const note = await response.text();
  const [, size = '', root = ''] = note.split('\n');
  return { note, size: Number(size), root };
}

/** The first `size` entries of a log, from its tiles alone (https://c2sp.org/tlog-tiles). */
export async function readEntries(address: string, size: number): Promise<Buffer[]> {
  const entries: Buffer[] = [];
  for (let index = 0; index * 256 < size; index += 1) {
    const width = Math.min(256, size - index * 256);
    const groups = String(index)
      .padStart(3, '0')
      .replace(/\B(?=(\d{3})+$)/g, '/');
    const path = groups.replace(/\d{3}\//g, 'x$&');
    const url = `${address}/ledger/tile/entries/${path}${width < 256 ? `.p/${width}` : ''}`;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    const bundle = Buffer.from(await response.arrayBuffer());
    for (let offset = 0; offset < bundle.length; ) {
      const length = bundle.readUInt16BE(offset);
      entries.push(bundle.subarray(offset + 2, offset + 2 + length));
      offset += 2 + length;
    }
  }
  return entries;
}

/** The root of a tree over these entries as base64 (RFC 6962, section 2.1). */
export function rootOf(entries: readonly Buffer[]): string {
  return treeHash(entries).toString('base64');
}

function treeHash(entries: readonly Buffer[]): Buffer {
  const [only] = entries;
  if (only === undefined) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), only);
  const half = 2 ** Math.ceil(Math.log2(entries.length) - 1);
  return sha256(Buffer.of(1), treeHash(entries.slice(0, half)), treeHash(entries.slice(half)));
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
