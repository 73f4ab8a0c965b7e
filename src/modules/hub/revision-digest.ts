import { textDigest } from '#verify/crypto.ts';
import { canonicalJson } from '#verify/jcs.ts';

export type DigestedFile = { path: string; digest: string; sizeBytes: number };

/**
 * The name of a revision: SHA-256 over the JCS form (RFC 8785) of `{"files":[{path,digest,sizeBytes}]}`
 * with the files sorted by path in UTF-16 code units. It says what the files are, and nothing about who
 * published them or when, so equal files are the same revision everywhere.
 */
export async function revisionDigestOf(files: readonly DigestedFile[]): Promise<string> {
  const sorted = files
    .map(({ path, digest, sizeBytes }) => ({ path, digest, sizeBytes }))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
  return textDigest(canonicalJson({ files: sorted }));
}
