import type { Difference } from './entities.ts';
import type { DigestedFile } from './revision-digest.ts';

const LISTED_MAX = 1_000;

/**
 * What became of the files of one revision in another. A file with the bytes of one that went is
 * renamed; each file that went explains one renamed file at most.
 */
export function compareFiles(
  before: readonly DigestedFile[],
  after: readonly DigestedFile[],
): Omit<Difference, 'from' | 'to'> {
  const old = new Map(before.map((file) => [file.path, file]));
  const present = new Set(after.map((file) => file.path));
  const gone = new Map<string, DigestedFile[]>();
  for (const file of before) {
    if (!present.has(file.path)) gone.set(file.digest, [...(gone.get(file.digest) ?? []), file]);
  }
  const added: Difference['added'] = [];
  const changed: Difference['changed'] = [];
  const renamed: Difference['renamed'] = [];
  for (const { path, digest, sizeBytes } of after) {
    const was = old.get(path);
    if (was && was.digest !== digest) {
      const { digest: digestBefore, sizeBytes: sizeBytesBefore } = was;
      changed.push({ path, digest, sizeBytes, digestBefore, sizeBytesBefore });
    } else if (!was) {
      const source = gone.get(digest)?.shift();
      if (source) renamed.push({ path, digest, sizeBytes, pathBefore: source.path });
      else added.push({ path, digest, sizeBytes });
    }
  }
  const removed = [...gone.values()].flat().sort((a, b) => (a.path < b.path ? -1 : 1));
  const total = (files: readonly DigestedFile[]) =>
    files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return {
    addedCount: added.length,
    removedCount: removed.length,
    changedCount: changed.length,
    renamedCount: renamed.length,
    sizeBytesChange: total(after) - total(before),
    added: added.slice(0, LISTED_MAX),
    removed: removed
      .slice(0, LISTED_MAX)
      .map(({ path, digest, sizeBytes }) => ({ path, digest, sizeBytes })),
    changed: changed.slice(0, LISTED_MAX),
    renamed: renamed.slice(0, LISTED_MAX),
  };
}
