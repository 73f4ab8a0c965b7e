/** As many bytes of a file as its marks need. */
export const HEAD_BYTES = 4_096;

/** Extensions of formats whose usual loaders run code out of the file. */
const RUNS_CODE = new Set([
  'ckpt',
  'dill',
  'h5',
  'hdf5',
  'joblib',
  'keras',
  'llamafile',
  'mar',
  'npz',
  'pckl',
  'pickle',
  'pkl',
  'pt',
  'pt2',
  'pth',
  'rds',
  'rda',
  'rdata',
]);

const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/**
 * Whether a file is of a kind whose loaders run code in it: pickles and what wraps them, by name or by
 * their first bytes (pickle protocol 2 to 5, a zip with `data.pkl`, a NumPy array of objects). A missing
 * mark proves nothing: programs are run in isolation whatever the marks say.
 */
export function runsCodeWhenLoaded(path: string, head: Uint8Array): boolean {
  const extension = path.toLowerCase().split('.').at(-1) ?? '';
  if (RUNS_CODE.has(extension)) return true;
  // PROTO is opcode 0x80 with the version: https://docs.python.org/3/library/pickletools.html
  if (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 9) <= 5) return true;
  const text = latin(head);
  if (text.startsWith('PK\u0003\u0004') && /data\.pkl|constants\.pkl/.test(text)) {
    return true;
  }
  return text.startsWith('\u0093NUMPY') && /'descr': '\|?O/.test(text);
}

/** A pointer which Git LFS leaves in place of a large file (https://github.com/git-lfs/git-lfs, spec.md). */
export function isPointerFile(head: Uint8Array): boolean {
  return latin(head.subarray(0, 60)).startsWith('version https://git-lfs.github.com/spec/');
}
