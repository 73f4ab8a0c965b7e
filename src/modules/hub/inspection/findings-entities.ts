import * as z from 'zod';
import { instant, words } from '#kernel/entities.ts';

/** What a file may be found to be. Whatever is not on this list is `unknown`. */
export const formats = [
  ...['onnx', 'safetensors', 'gguf', 'npy', 'npz', 'hdf5', 'keras', 'pickle', 'pytorch'],
  ...['json', 'jsonl', 'csv', 'text', 'markdown', 'parquet', 'arrow', 'pdf'],
  ...['png', 'jpeg', 'webp', 'gif', 'svg', 'html', 'wav', 'flac', 'mp3', 'ogg', 'mp4'],
  ...['zip', 'tar', 'gzip', 'notebook', 'script', 'wasm', 'elf', 'pe', 'mach_o'],
  ...['empty', 'unknown'],
] as const;
export const format = z.enum(formats);
export type Format = z.output<typeof format>;

export const findingCodes = [
  ...['name_mismatch', 'second_format', 'malformed', 'too_complex'],
  ...['pickle_code', 'pickle_import', 'lambda_layer', 'executable', 'active_content'],
  ...['tensor_offsets', 'external_path_escape', 'custom_operators'],
  ...['archive_path_escape', 'archive_link_escape', 'archive_bomb', 'archive_overlap'],
  ...['archive_size_lie', 'archive_encrypted', 'archive_nested', 'archive_pickle'],
  ...['archive_executable', 'time_out', 'out_of_memory', 'inspection_ended'],
] as const;
const findingCode = z.enum(findingCodes);
export type FindingCode = z.output<typeof findingCode>;

/** As the inspector says it and the database keeps it: names out of the file are cut and cleaned. */
export const storedFinding = z.object({ code: findingCode, details: z.array(z.string()) });
export type StoredFinding = z.output<typeof storedFinding>;

const severity = z.enum(['warning', 'danger', 'failed']);
export type Severity = z.output<typeof severity>;

const finding = storedFinding.extend({
  severity,
  words: words(1000).describe('what was found and what follows from it'),
});
export type Finding = z.output<typeof finding>;

const inspectionState = z.enum(['waiting', 'clean', 'warning', 'danger', 'failed']);
export type InspectionState = z.output<typeof inspectionState>;

/** `clean` says that nothing on the list of findings was found, and no more than that. */
export const inspectionSummary = z.object({
  state: inspectionState,
  format: format.nullable().describe('by its content; null while it waits'),
  carriesCode: z.boolean().describe('its usual readers run code that is in it'),
  findings: z.array(finding),
});
export type InspectionSummary = z.output<typeof inspectionSummary>;

const count = z.number().int().nonnegative();
/** A size, a symbol, or null where the file leaves it open. */
const dimension = z.union([z.number().int(), z.string(), z.null()]);
const tensor = z.object({ name: z.string(), dtype: z.string(), shape: z.array(dimension) });
export type Tensor = z.output<typeof tensor>;
const metadata = z.array(z.object({ key: z.string(), value: z.string() }));

const onnxDescription = z.object({
  kind: z.literal('onnx'),
  irVersion: count,
  producer: z.string(),
  opsets: z.array(z.object({ domain: z.string(), version: count })),
  inputs: z.array(tensor),
  outputs: z.array(tensor),
  operators: z.array(z.object({ domain: z.string(), name: z.string(), count })),
  nodesCount: count,
  parametersCount: count,
  parametersBytes: count,
  functionsCount: count,
  externalFiles: z.array(z.string()),
  customDomains: z.array(z.string()),
  metadata,
});
export type OnnxDescription = z.output<typeof onnxDescription>;

const tensorsDescription = z.object({
  kind: z.literal('tensors'),
  /** The first 500, in the order of the file. */
  tensors: z.array(tensor),
  tensorsCount: count,
  parametersCount: count,
  dtypes: z.array(z.object({ dtype: z.string(), tensorsCount: count, parametersCount: count })),
  /** GGUF only. */
  model: z
    .object({
      architecture: z.string(),
      name: z.string(),
      quantisation: z.string(),
      contextLength: count.nullable(),
    })
    .nullable(),
  metadata,
});
export type TensorsDescription = z.output<typeof tensorsDescription>;

const tableDescription = z.object({
  kind: z.literal('table'),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  columnsCount: count,
  rowsCount: count,
  /** False where only the beginning of a long file was counted. */
  rowsWhole: z.boolean(),
});
export type TableDescription = z.output<typeof tableDescription>;

const archiveDescription = z.object({
  kind: z.literal('archive'),
  entriesCount: count,
  unpackedBytes: count,
  /** False where counting was ended by a bound. */
  whole: z.boolean(),
  /** The first 200 names. */
  entries: z.array(z.object({ name: z.string(), sizeBytes: count })),
});
export type ArchiveDescription = z.output<typeof archiveDescription>;

const pickleDescription = z.object({
  kind: z.literal('pickle'),
  /** Whatever its loader would import, and so run. */
  imports: z.array(z.string()),
});
export type PickleDescription = z.output<typeof pickleDescription>;

export const description = z.discriminatedUnion('kind', [
  onnxDescription,
  tensorsDescription,
  tableDescription,
  archiveDescription,
  pickleDescription,
]);
export type Description = z.output<typeof description>;

/** Everything that is known of one file. */
export const fileInspection = inspectionSummary.extend({
  path: z.string(),
  digest: z.string(),
  description: description.nullable(),
  inspectedAt: instant.nullable(),
});

/** Files of a revision by the state of their inspection; those without findings are not counted. */
export const revisionFindings = z.object({
  state: inspectionState.describe('the worst of its files, and `waiting` until all are inspected'),
  waitingCount: count,
  failedCount: count,
  warningCount: count,
  dangerCount: count,
});
export type RevisionFindings = z.output<typeof revisionFindings>;
