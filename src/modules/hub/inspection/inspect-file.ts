import type { StoredFinding } from './findings-entities.ts';
import { describeGguf } from './format-gguf.ts';
import { nameMisleads } from './format-names.ts';
import { describeOnnx } from './format-onnx.ts';
import { describeParquet } from './format-parquet.ts';
import { recognise } from './format-recognise.ts';
import { describeSafetensors } from './format-safetensors.ts';
import { type ByteSource, Malformed, READ_BYTES_MAX, TooComplex } from './format-source.ts';
import { describeCsv, hasActiveContent } from './format-text.ts';
import { endOfZip } from './format-zip.ts';
import { holdsObjects, inspectGzip, inspectTar, inspectZip, objectsOf } from './inspect-archive.ts';
import type { Found, InspectLimits } from './inspect-limits.ts';
import { pickleFound } from './inspect-pickle.ts';

/**
 * Says what a file is, what is in it and what speaks against it. Nothing in it is loaded, unpacked to disk or run. Only
 * the extension of its name counts: a file that is something else than its name promises is a finding.
 */
export async function inspectFile(
  source: ByteSource,
  extension: string,
  limits: InspectLimits,
): Promise<Found> {
  const { format, text } = recognise(source, extension);
  const found: Found = { format, findings: [], description: null };
  try {
    Object.assign(found, await lookInto(source, found, { text, limits }));
  } catch (error) {
    if (error instanceof Malformed) found.findings = [finding('malformed', error)];
    else if (error instanceof TooComplex) found.findings = [finding('too_complex', error)];
    else throw error;
  }
  if (nameMisleads(extension, found.format)) {
    found.findings.push({ code: 'name_mismatch', details: [extension, found.format] });
  }
  const isZip = format === 'zip' || format === 'empty' || format === 'pe';
  if (!isZip && endOfZip(source) !== null) {
    found.findings.push({ code: 'second_format', details: ['zip'] });
  }
  return found;
}

const finding = (code: StoredFinding['code'], { message }: Error): StoredFinding => ({
  code,
  details: [message],
});

type More = { text: string | null; limits: InspectLimits };

async function lookInto(
  source: ByteSource,
  { format }: Found,
  { text, limits }: More,
): Promise<Partial<Found>> {
  switch (format) {
    case 'onnx':
      return describeOnnx(source);
    case 'safetensors':
      return describeSafetensors(source);
    case 'gguf':
      return describeGguf(source);
    case 'zip':
      return inspectZip(source, limits);
    case 'tar':
      return inspectTar(source, limits);
    case 'gzip':
      return inspectGzip(source, limits);
    case 'parquet':
      return { description: describeParquet(source) };
    case 'csv':
      return { description: describeCsv(source, text ?? '') };
    case 'pickle':
      return pickleFound(source.read(0, READ_BYTES_MAX), source.sizeBytes > READ_BYTES_MAX);
    case 'npy':
      return inspectArray(source);
    case 'hdf5':
      return { findings: holdsLambda(source) ? [{ code: 'lambda_layer', details: [] }] : [] };
    case 'svg':
    case 'html':
      return {
        findings: hasActiveContent(source) ? [{ code: 'active_content', details: [] }] : [],
      };
    case 'elf':
    case 'pe':
    case 'mach_o':
      return { findings: [{ code: 'executable', details: [] }] };
    default:
      return {};
  }
}

function inspectArray(source: ByteSource): Partial<Found> {
  if (!holdsObjects(source.read(0, 4_096))) return {};
  const bytes = source.read(0, READ_BYTES_MAX);
  return pickleFound(objectsOf(bytes), source.sizeBytes > READ_BYTES_MAX);
}

const SEARCHED_BYTES_MAX = 1_073_741_824;
const CHUNK_BYTES = 1_048_576;
const LAMBDA = ['"class_name": "Lambda"', '"class_name":"Lambda"'];

/** Keras keeps the configuration of a model as JSON text in an attribute, so it stands in the file as it is. */
function holdsLambda(source: ByteSource): boolean {
  const end = Math.min(source.sizeBytes, SEARCHED_BYTES_MAX);
  for (let place = 0; place < end; place += CHUNK_BYTES) {
    const chunk = source.read(place, CHUNK_BYTES + 32);
    if (LAMBDA.some((text) => chunk.includes(text))) return true;
  }
  return false;
}
