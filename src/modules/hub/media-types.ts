/**
 * Types by extension. What a browser would run or render with scripts (HTML, SVG, XML, PDF) is never
 * sent under its own type: see `downloads.ts`.
 */
const TYPES: Readonly<Record<string, string>> = {
  arrow: 'application/vnd.apache.arrow.file',
  csv: 'text/csv',
  gif: 'image/gif',
  gz: 'application/gzip',
  html: 'text/html',
  ipynb: 'application/json',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  md: 'text/markdown',
  mjs: 'text/javascript',
  mp4: 'video/mp4',
  ndjson: 'application/x-ndjson',
  onnx: 'application/octet-stream',
  parquet: 'application/vnd.apache.parquet',
  pdf: 'application/pdf',
  png: 'image/png',
  py: 'text/x-python',
  safetensors: 'application/octet-stream',
  sql: 'application/sql',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  toml: 'application/toml',
  ts: 'text/x-typescript',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  wav: 'audio/wav',
  webp: 'image/webp',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
};
const BARE: Readonly<Record<string, string>> = {
  license: 'text/plain',
  readme: 'text/plain',
  makefile: 'text/plain',
  dockerfile: 'text/plain',
};

export function mediaTypeOf(path: string): string {
  const name = (path.split('/').at(-1) ?? '').toLowerCase();
  const extension = name.includes('.') ? (name.split('.').at(-1) ?? '') : '';
  if (Object.hasOwn(TYPES, extension)) return TYPES[extension] ?? '';
  if (Object.hasOwn(BARE, name)) return BARE[name] ?? '';
  return 'application/octet-stream';
}

/** Safe to show in a page of ours: no scripts inside, and decoded by the browser alone. */
const SHOWN = new Set([
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp',
  'audio/wav',
  'video/mp4',
]);

/** How a file leaves by HTTP: text of every kind as plain text, so that nothing in it is run. */
export function servedTypeOf(mediaType: string): string {
  if (SHOWN.has(mediaType)) return mediaType;
  const textual =
    mediaType.startsWith('text/') || /\b(json|x-ndjson|yaml|toml|sql)$/.test(mediaType);
  if (mediaType === 'text/csv') return 'text/csv; charset=utf-8';
  if (mediaType === 'application/json') return 'application/json; charset=utf-8';
  return textual ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}
