import { declareErrors } from './errors.ts';

/**
 * Content-addressed objects. A blob is named by the SHA-256 of its bytes, written `sha256:<hex>`; the
 * same bytes are stored once. What `put` acknowledged survives a power cut.
 */
export type Blobs = {
  /**
   * Stores bytes and gives their digest once they are durable. Throws `kernel.too_large` past
   * `bytesMax`, `kernel.blob_mismatch` where they do not hash to `expected`, `kernel.storage_full`.
   */
  put(
    source: Uint8Array | AsyncIterable<Uint8Array>,
    options: { bytesMax: number; expected?: string },
  ): Promise<BlobStat>;
  /**
   * The bytes from `start` up to, not including, `end`; all of them by default. The first step throws
   * `kernel.blob_missing`. With `verify` a whole read ends in `kernel.blob_damaged` where the bytes no
   * longer hash to the digest.
   */
  get(digest: string, options?: BlobRange & { verify?: boolean }): AsyncIterable<Uint8Array>;
  /** Null where there is none. */
  stat(digest: string): Promise<BlobStat | null>;
  /**
   * A file on this machine that holds the bytes, for engines which read files. Read-only to its user, and valid
   * while the blob is referenced. Throws `kernel.blob_missing`.
   */
  path(digest: string): Promise<string>;
  /** The whole blob in memory. Throws `kernel.too_large` past `bytesMax`. */
  bytes(digest: string, bytesMax: number): Promise<Uint8Array>;
  /** As `bytes`, as UTF-8 text; `kernel.blob_not_text` where it is none. */
  text(digest: string, bytesMax: number): Promise<string>;
  /**
   * Removes what nothing refers to and nobody has put for a day, with the remains of broken uploads. The
   * callback is asked about many digests at a time and gives those in use. Returns how many blobs went.
   */
  sweep(inUse: (digests: readonly string[]) => Promise<ReadonlySet<string>>): Promise<number>;
};

type BlobStat = { digest: string; sizeBytes: number };

/** In bytes; `end` is the first one that is left out. */
type BlobRange = { start?: number; end?: number };

export const blobErrors = declareErrors('kernel', {
  blob_missing: {
    category: 'missing',
    message: 'There is no object {digest}. Upload it first.',
  },
  blob_mismatch: {
    category: 'invalid',
    message: 'The bytes hash to {digest}, not to {expected}. Send the file again.',
  },
  blob_not_text: {
    category: 'invalid',
    message: 'The object {digest} is not UTF-8 text. Save the file as UTF-8 and send it again.',
  },
  blob_damaged: {
    category: 'unavailable',
    message: 'The object {digest} is damaged in storage. Ask the operator to restore it.',
  },
  storage_full: {
    category: 'unavailable',
    message: 'The storage is full; nothing was kept. Ask the operator for space and try again.',
  },
});
