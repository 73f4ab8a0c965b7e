import { createGunzip } from 'node:zlib';
import type { ArchiveDescription, Format, StoredFinding } from './findings-entities.ts';
import { escapesFolder } from './format-names.ts';
import { type PickleWalk, walkPickles } from './format-pickle.ts';
import { formatOfHead } from './format-recognise.ts';
import { type ByteSource, Malformed, shownText } from './format-source.ts';
import { linkEscapes, looksLikeTar, readTar, shownEntry } from './format-tar.ts';
import {
  countUnpacked,
  entryBytes,
  headOf,
  listZip,
  overlapping,
  type ZipEntry,
} from './format-zip.ts';
import type { Found, InspectLimits } from './inspect-limits.ts';
import { pickleFindings, pickleFound } from './inspect-pickle.ts';

/** Archives are counted and never unpacked to disk; what is in an archive within one is not looked at. */

const ENTRIES_LISTED_MAX = 200;
const ENTRIES_OPENED_MAX = 5_000;
const PICKLE_BYTES_MAX = 25_000_000;
/** All pickles of one archive together. */
const PICKLES_BYTES_MAX = 250_000_000;
/** A small file may unpack to this much at any ratio. */
const RATIO_FROM_BYTES = 10_485_760;

const ARCHIVES: ReadonlySet<Format> = new Set(['zip', 'tar', 'gzip'] as const);
const EXECUTABLES: ReadonlySet<Format> = new Set(['elf', 'pe', 'mach_o'] as const);

/** It unpacks to more than the bounds allow. */
class Bomb extends Error {}
/** It is large, and what was counted has to do. */
class CountingEnded extends Error {}

/** What entries were found to be, by finding. */
function createNotes() {
  const notes = new Map<StoredFinding['code'], string[]>();
  const add = (code: StoredFinding['code'], name: string) => {
    const names = notes.get(code) ?? [];
    if (names.length < 10) names.push(shownText(name));
    notes.set(code, names);
  };
  return {
    add,
    entry(name: string, head: Buffer) {
      const format = formatOfHead(head);
      if (format && ARCHIVES.has(format)) add('archive_nested', name);
      if (format && EXECUTABLES.has(format)) add('archive_executable', name);
      return format;
    },
    findings: (): StoredFinding[] => [...notes].map(([code, details]) => ({ code, details })),
  };
}
type Notes = ReturnType<typeof createNotes>;

const described = (
  entries: readonly { name: string; sizeBytes: number }[],
  unpackedBytes: number,
  whole: boolean,
): ArchiveDescription => ({
  kind: 'archive',
  entriesCount: entries.length,
  ...{ unpackedBytes, whole, entries: entries.slice(0, ENTRIES_LISTED_MAX).map(shownEntry) },
});

/** A zip, and what wraps one: weights of PyTorch, arrays of NumPy, a model of Keras. Throws `Malformed`. */
export async function inspectZip(source: ByteSource, limits: InspectLimits): Promise<Found> {
  const entries = listZip(source, { entriesMax: limits.archiveEntriesMax });
  const notes = createNotes();
  for (const { name, encrypted } of entries) {
    if (escapesFolder(name)) notes.add('archive_path_escape', name);
    if (encrypted) notes.add('archive_encrypted', name);
  }
  for (const name of overlapping(entries).slice(0, 10)) notes.add('archive_overlap', name);
  const said = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const packed = source.sizeBytes;
  const bomb = isBomb(said, packed, limits);
  if (bomb) notes.add('archive_bomb', String(said));
  const counted = bomb ? null : await countEntries(source, entries, { limits, notes });
  const format = zipFormat(entries);
  const walks: PickleWalk[] = [];
  let readBytes = 0;
  let unread = false;
  for (const entry of entries.slice(0, ENTRIES_OPENED_MAX)) {
    if (entry.encrypted) continue;
    // The numbers of a tensor may begin like anything.
    if (format === 'pytorch' && /(^|\/)data\/\d+$/.test(entry.name)) continue;
    if (entry.link) checkLink(source, entry, notes);
    const head = headOf(source, entry);
    const isPickle = notes.entry(entry.name, head) === 'pickle' || /\.pkl$/.test(entry.name);
    const isObjects = /\.npy$/.test(entry.name) && holdsObjects(head);
    if (!isPickle && !isObjects) continue;
    if (!isPickleOfWeights(entry.name) && !isObjects) notes.add('archive_pickle', entry.name);
    const left = Math.min(PICKLE_BYTES_MAX, PICKLES_BYTES_MAX - readBytes);
    const bytes = entryBytes(source, entry, left);
    readBytes += bytes?.length ?? 0;
    if (bytes === null) unread = true;
    else walks.push(walkPickles(isObjects ? objectsOf(bytes) : bytes));
  }
  const pickled = walks.length > 0 || unread ? pickleFindings(walks, unread) : null;
  const findings = [...notes.findings(), ...(pickled?.findings ?? [])];
  if (format === 'keras' && hasLambda(source, entries)) {
    findings.push({ code: 'lambda_layer', details: [] });
  }
  return { format, findings, description: described(entries, counted ?? said, counted !== null) };
}

function isBomb(unpackedBytes: number, packedBytes: number, limits: InspectLimits): boolean {
  if (unpackedBytes > limits.archiveUnpackedBytesMax) return true;
  return unpackedBytes > RATIO_FROM_BYTES && unpackedBytes > packedBytes * limits.archiveRatioMax;
}

/** As many bytes as the list says are counted at most, so a list that says too little shows. */
async function countEntries(
  source: ByteSource,
  entries: readonly ZipEntry[],
  { limits, notes }: { limits: InspectLimits; notes: Notes },
): Promise<number | null> {
  let left = limits.archiveCountedBytesMax;
  let sum = 0;
  for (const entry of entries) {
    if (entry.encrypted) return null;
    if (entry.deflated) left -= entry.sizeBytes;
    if (left < 0) return null;
    const counted = await countUnpacked(source, entry, entry.sizeBytes);
    if (counted !== entry.sizeBytes) notes.add('archive_size_lie', entry.name);
    sum += counted;
  }
  return sum;
}

function checkLink(source: ByteSource, entry: ZipEntry, notes: Notes): void {
  const target = entryBytes(source, entry, 4_096)?.toString('utf8') ?? '..';
  if (linkEscapes(entry.name, target))
    notes.add('archive_link_escape', `${entry.name} → ${target}`);
}

const isPickleOfWeights = (name: string) => /(^|\/)(data|constants)\.pkl$/.test(name);

function zipFormat(entries: readonly ZipEntry[]): Format {
  const names = entries.map(({ name }) => name);
  if (names.some(isPickleOfWeights)) return 'pytorch';
  if (names.length > 0 && names.every((name) => name.endsWith('.npy'))) return 'npz';
  if (names.includes('config.json') && names.includes('model.weights.h5')) return 'keras';
  return 'zip';
}

const LAMBDA = /"class_name"\s*:\s*"Lambda"/;

function hasLambda(source: ByteSource, entries: readonly ZipEntry[]): boolean {
  const config = entries.find(({ name }) => name === 'config.json');
  const bytes = config && !config.encrypted ? entryBytes(source, config, PICKLE_BYTES_MAX) : null;
  return bytes === null || LAMBDA.test(bytes.toString('utf8'));
}

/** NumPy writes objects as a pickle after the header: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export const holdsObjects = (head: Buffer) =>
  /^\x93NUMPY[\s\S]{1,10}\{[^}]*'descr': (\[[^\]]*)?'[|<>=]?O/.test(
    head.toString('latin1', 0, 4_096),
  );

export function objectsOf(bytes: Buffer): Buffer {
  const wide = (bytes[6] ?? 1) > 1;
  if (bytes.length < 12) return Buffer.alloc(0);
  const header = wide ? 12 + bytes.readUInt32LE(8) : 10 + bytes.readUInt16LE(8);
  return bytes.subarray(header);
}

/** A tar, as it is or as the content of a gzip. Throws `Malformed`. */
export async function inspectTar(source: ByteSource, limits: InspectLimits): Promise<Found> {
  return { ...(await tarOf(chunksOf(source), limits)), format: 'tar' };
}

async function tarOf(chunks: AsyncIterable<Buffer>, limits: InspectLimits): Promise<Found> {
  const notes = createNotes();
  const entries: { name: string; sizeBytes: number }[] = [];
  let bytes = 0;
  let whole = true;
  try {
    for await (const entry of readTar(chunks, { entriesMax: limits.archiveEntriesMax })) {
      const { name, sizeBytes, link, head } = entry;
      entries.push(shownEntry({ name, sizeBytes }));
      bytes += sizeBytes;
      if (escapesFolder(name)) notes.add('archive_path_escape', name);
      if (link !== null && linkEscapes(name, link)) {
        notes.add('archive_link_escape', `${name} → ${link}`);
      }
      if (notes.entry(name, head) === 'pickle') notes.add('archive_pickle', name);
      if (bytes > limits.archiveUnpackedBytesMax) throw new Bomb();
    }
  } catch (error) {
    if (!(error instanceof Bomb) && !(error instanceof CountingEnded)) throw error;
    if (error instanceof Bomb) notes.add('archive_bomb', String(bytes));
    whole = false;
  }
  const description = described(entries, bytes, whole);
  return { format: 'tar', findings: notes.findings(), description };
}

/** A gzip: of a tar, of a pickle, or of anything else, which is counted. Throws `Malformed`. */
export async function inspectGzip(source: ByteSource, limits: InspectLimits): Promise<Found> {
  const counter = { bytes: 0 };
  const unpacked = gunzip(source, counter, limits);
  const first = await unpacked.next();
  const head: Buffer = first.done ? Buffer.alloc(0) : first.value;
  const all = (async function* () {
    yield head;
    yield* unpacked;
  })();
  if (looksLikeTar(head)) return { ...(await tarOf(all, limits)), format: 'gzip' };
  const notes = createNotes();
  const format = formatOfHead(head);
  const start: Buffer[] = [];
  let kept = 0;
  let whole = true;
  try {
    for await (const chunk of all) {
      if (format !== 'pickle' || kept >= PICKLE_BYTES_MAX) continue;
      start.push(chunk);
      kept += chunk.length;
    }
  } catch (error) {
    if (!(error instanceof Bomb) && !(error instanceof CountingEnded)) throw error;
    if (error instanceof Bomb) notes.add('archive_bomb', String(counter.bytes));
    whole = false;
  }
  notes.entry('', head);
  const pickled =
    format === 'pickle'
      ? pickleFound(Buffer.concat(start), !whole || kept > PICKLE_BYTES_MAX)
      : null;
  return {
    format: 'gzip',
    findings: [...notes.findings(), ...(pickled?.findings ?? [])],
    description: { ...described([], counter.bytes, whole), entriesCount: 1 },
  };
}

const CHUNK_BYTES = 262_144;

async function* chunksOf(source: ByteSource): AsyncGenerator<Buffer> {
  for (let place = 0; place < source.sizeBytes; place += CHUNK_BYTES) {
    yield source.read(place, CHUNK_BYTES);
  }
}

/** Throws `Bomb` past the bounds: what was unpacked until then is all that is known. */
async function* gunzip(
  source: ByteSource,
  counter: { bytes: number },
  limits: InspectLimits,
): AsyncGenerator<Buffer> {
  const stream = createGunzip();
  const feed = async () => {
    for await (const chunk of chunksOf(source)) {
      if (stream.destroyed) return;
      if (!stream.write(chunk)) await new Promise((resolve) => stream.once('drain', resolve));
    }
    stream.end();
  };
  void feed().catch((error: unknown) => {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  const iterator: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return;
      counter.bytes += value.length;
      if (isBomb(counter.bytes, source.sizeBytes, limits)) throw new Bomb();
      if (counter.bytes > limits.archiveCountedBytesMax) throw new CountingEnded();
      yield value;
    }
  } catch (error) {
    if (error instanceof Bomb || error instanceof CountingEnded) throw error;
    throw new Malformed('it cannot be unpacked', { cause: error });
  } finally {
    stream.destroy();
  }
}
