import type { PickleDescription, StoredFinding } from './findings-entities.ts';
import { isAllowedImport, type PickleWalk, walkPickles } from './format-pickle.ts';

const NAMED_MAX = 10;

/**
 * What pickles would import. `unread` says that there are more which could not be read; a pickle that cannot be followed
 * to its end may import anything, since a loader runs it up to there.
 */
export function pickleFound(bytes: Buffer, unread: boolean) {
  return pickleFindings([walkPickles(bytes)], unread);
}

export function pickleFindings(walks: readonly PickleWalk[], unread: boolean) {
  const broken = unread || walks.some((walk) => walk.broken !== null);
  const imports = [
    ...new Set([...walks.flatMap((walk) => walk.imports), ...(broken ? ['?'] : [])]),
  ];
  const unlisted = imports.filter((name) => !isAllowedImport(name));
  const findings: StoredFinding[] = [{ code: 'pickle_code', details: [] }];
  if (unlisted.length > 0) {
    findings.push({ code: 'pickle_import', details: unlisted.slice(0, NAMED_MAX) });
  }
  const description: PickleDescription = { kind: 'pickle', imports: imports.slice(0, 200) };
  return { findings, description };
}
