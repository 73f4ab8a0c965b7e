import type { Card } from './entities.ts';

/** What a file's name says it runs on, or is read by. */
const runtimes: Readonly<Record<string, string>> = {
  ...{
    onnx: 'onnx',
    safetensors: 'safetensors',
    gguf: 'gguf',
    pdmodel: 'paddle',
    tflite: 'tflite',
  },
  ...{ pt: 'pytorch', pth: 'pytorch', h5: 'keras', keras: 'keras', pb: 'tensorflow' },
  ...{ js: 'javascript', mjs: 'javascript', py: 'python', ipynb: 'python', wasm: 'webassembly' },
  ...{ csv: 'csv', parquet: 'parquet', arrow: 'arrow', jsonl: 'jsonl', pkl: 'pickle' },
};

const MEGABYTE = 1024 ** 2;
/** Classes of size, by the bytes below which they end. */
const sizes: readonly (readonly [string, number])[] = [
  ['under_1_mb', MEGABYTE],
  ['under_100_mb', 100 * MEGABYTE],
  ['under_1_gb', 1024 * MEGABYTE],
  ['under_10_gb', 10 * 1024 * MEGABYTE],
];

/** Makers and kinds of chips as tags name them; cards may name others under `hardware`. */
const chips = new Set(
  'cpu gpu npu tpu fpga cuda rocm ascend cambricon kunlun hygon iluvatar metax enflame biren'.split(
    ' ',
  ),
);

export function runtimesOf(paths: readonly string[]): string[] {
  const found = paths.flatMap((path) => {
    const extension = path.toLowerCase().split('.').at(-1) ?? '';
    return Object.hasOwn(runtimes, extension) ? [runtimes[extension] ?? ''] : [];
  });
  return [...new Set(found)];
}

export const sizeClassOf = (sizeBytes: number): string =>
  sizes.find(([, bytes]) => sizeBytes < bytes)?.[0] ?? 'over_10_gb';

/** Chips and languages that a card names; its tags count where they name a chip. */
export function namedInCard(metadata: Card['metadata'], tags: readonly string[]) {
  const named = wordsOf(metadata.hardware);
  const tagged = [...tags, ...wordsOf(metadata.tags)].map((tag) => tag.toLowerCase());
  return {
    chip: [...new Set([...named, ...tagged.filter((tag) => chips.has(tag))])],
    language: wordsOf(metadata.language),
    task: [...wordsOf(metadata.pipeline_tag), ...wordsOf(metadata.task_categories)],
    licence: wordsOf(metadata.license),
  };
}

/** One word, or those of a list; cards hold anything. */
function wordsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((word): word is string => typeof word === 'string' && word.length <= 100);
}
