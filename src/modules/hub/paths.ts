const PATH_BYTES_MAX = 500;
const SEGMENT_BYTES_MAX = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the very check
const FORBIDDEN = /[\u0000-\u001f\u007f\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Names that Windows keeps for devices, whatever follows a dot. */
const DEVICES = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/**
 * What is wrong with the path of a file inside a revision, or null. A good one unpacks to the same
 * place on Linux, macOS and Windows, and never outside the folder that it is unpacked in.
 */
export function pathProblem(path: string): string | null {
  if (path === '') return 'the path is empty';
  if (!path.isWellFormed()) return 'the path is not valid Unicode';
  if (bytesOf(path) > PATH_BYTES_MAX) return `the path is longer than ${PATH_BYTES_MAX} bytes`;
  if (path.normalize('NFC') !== path) return 'the path is not in Unicode normal form C';
  if (FORBIDDEN.test(path)) return 'the path has a character that some systems refuse';
  for (const segment of path.split('/')) {
    const problem = segmentProblem(segment);
    if (problem) return problem;
  }
  return null;
}

function segmentProblem(segment: string): string | null {
  if (segment === '') return 'the path starts or ends with a slash, or has two in a row';
  if (segment === '.' || segment === '..') return 'the path has a step . or ..';
  if (segment.toLowerCase() === '.git') return 'the path lies in a .git folder';
  if (segment.endsWith('.') || segment.endsWith(' ') || segment.startsWith(' ')) {
    return 'a name in the path begins or ends with a space, or ends with a dot';
  }
  if (DEVICES.test(segment)) return `${segment} is a device on some systems`;
  if (bytesOf(segment) > SEGMENT_BYTES_MAX) {
    return `a name in the path is longer than ${SEGMENT_BYTES_MAX} bytes`;
  }
  return null;
}

/**
 * The first path that cannot stand beside the others: given twice, twice but for upper and lower case,
 * or both a file and a folder. Null where all can. Each path is good by itself.
 */
export function pathsConflict(paths: readonly string[]): { path: string; problem: string } | null {
  const files = new Set<string>();
  for (const path of paths) {
    const folded = path.toLowerCase();
    if (files.has(folded)) {
      return { path, problem: 'the path is given twice, perhaps in other letter case' };
    }
    files.add(folded);
  }
  for (const path of paths) {
    const segments = path.toLowerCase().split('/');
    for (let depth = 1; depth < segments.length; depth += 1) {
      if (files.has(segments.slice(0, depth).join('/'))) {
        return { path, problem: 'a folder in the path is a file as well' };
      }
    }
  }
  return null;
}
