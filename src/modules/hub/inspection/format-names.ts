import type { Format } from './findings-entities.ts';

const textual: readonly Format[] = [
  ...(['text', 'markdown', 'csv', 'json', 'jsonl', 'script', 'empty'] as const),
];
const pickled: readonly Format[] = ['pickle', 'pytorch', 'zip', 'gzip', 'tar'];

/** What a file of an extension may be. Extensions that promise nothing (`bin`, `dat`) are not here. */
const PROMISES: Readonly<Record<string, readonly Format[]>> = {
  arrow: ['arrow'],
  ckpt: pickled,
  csv: ['csv', 'text', 'empty'],
  flac: ['flac'],
  gguf: ['gguf'],
  gif: ['gif'],
  gz: ['gzip'],
  h5: ['hdf5'],
  hdf5: ['hdf5'],
  htm: ['html', 'text'],
  html: ['html', 'text'],
  ipynb: ['notebook'],
  jpeg: ['jpeg'],
  jpg: ['jpeg'],
  joblib: pickled,
  json: ['json', 'notebook'],
  jsonl: ['jsonl', 'json', 'empty'],
  keras: ['keras'],
  md: textual,
  mp3: ['mp3'],
  mp4: ['mp4'],
  ndjson: ['jsonl', 'json', 'empty'],
  npy: ['npy'],
  npz: ['npz'],
  oga: ['ogg'],
  ogg: ['ogg'],
  onnx: ['onnx'],
  parquet: ['parquet'],
  pdf: ['pdf'],
  pickle: pickled,
  pkl: pickled,
  png: ['png'],
  pt: pickled,
  pth: pickled,
  safetensors: ['safetensors'],
  svg: ['svg'],
  tar: ['tar'],
  tgz: ['gzip'],
  tsv: ['csv', 'text', 'empty'],
  txt: textual,
  wasm: ['wasm'],
  wav: ['wav'],
  webp: ['webp'],
  yaml: textual,
  yml: textual,
  zip: ['zip', 'npz', 'keras', 'pytorch'],
};

/** Formats whose usual readers run code that is in the file, or which are code. */
const CARRIES_CODE: ReadonlySet<Format> = new Set([
  ...(['pickle', 'pytorch', 'elf', 'pe', 'mach_o', 'wasm', 'script', 'notebook'] as const),
  ...(['svg', 'html'] as const),
]);
export const carriesCode = (format: Format | null): boolean =>
  format !== null && CARRIES_CODE.has(format);

/** The last part of a name, in lower case; empty where it says nothing. As in `findings-store.ts`. */
export function extensionOf(path: string): string {
  return /\.([A-Za-z0-9_]{1,16})$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

/** Whether the name of a file promises something else than what it is. */
export function nameMisleads(extension: string, format: Format): boolean {
  const promised = Object.hasOwn(PROMISES, extension) ? PROMISES[extension] : undefined;
  return promised !== undefined && !promised.includes(format);
}

/** Whether a path in a file or archive leads out of the folder beside it, on any system. */
export function escapesFolder(path: string): boolean {
  return /^[\\/~]|^[A-Za-z]:/.test(path) || path.split(/[\\/]/).some((part) => part === '..');
}
