import type { Outputs } from '#web/contracts.ts';
import type { useWords } from '#web/i18n.ts';
import type { inspectionWords } from './inspection-words.ts';

type Format = NonNullable<Outputs['hub']['getFileInspection']['format']>;
type Say = ReturnType<typeof useWords<typeof inspectionWords.pairs>>;

/** Names that are the same in every language; the others are words. */
const NAMES: Readonly<Partial<Record<Format, string>>> = {
  onnx: 'ONNX',
  safetensors: 'safetensors',
  gguf: 'GGUF',
  npy: 'NumPy',
  npz: 'NumPy (npz)',
  hdf5: 'HDF5',
  keras: 'Keras',
  pickle: 'pickle',
  pytorch: 'PyTorch (pickle)',
  markdown: 'Markdown',
  parquet: 'Parquet',
  arrow: 'Arrow',
  jsonl: 'JSON Lines',
  gzip: 'gzip',
  webp: 'WebP',
  wasm: 'WebAssembly',
  elf: 'ELF',
  pe: 'PE',
  mach_o: 'Mach-O',
};

/** A format as people call it. */
export function formatName(format: Format, say: Say): string {
  if (format === 'unknown' || format === 'empty' || format === 'text') return say(format);
  if (format === 'notebook' || format === 'script') return say(format);
  return NAMES[format] ?? format.toUpperCase();
}
