import type { Blobs } from '#kernel/blobs.ts';
import { FeaturesError, tableRows } from '#modules/compute';
import type { TaskInput } from '#modules/serving';
import { type CaseAsks, mediaTypeOf } from './suite-file.ts';

const ROWS_MAX = 20_000;

/** A case as serving takes it; null where a table of the suite cannot be read as one. */
export async function caseInput(asks: CaseAsks, blobs: Blobs): Promise<TaskInput | null> {
  const parameters = {};
  if (asks.kind === 'texts') return { kind: 'texts', texts: asks.texts, parameters };
  if (asks.kind === 'file') {
    const bytes = await blobs.bytes(asks.digest, asks.sizeBytes);
    const mediaType = mediaTypeOf(asks.path) ?? '';
    return {
      kind: mediaType.startsWith('audio/') ? 'audio' : 'image',
      ...{ bytes, mediaType, parameters },
    };
  }
  const rows = [];
  try {
    for (const row of tableRows(await blobs.text(asks.digest, asks.sizeBytes))) {
      if (rows.length >= ROWS_MAX) return null;
      rows.push(row);
    }
  } catch (error) {
    if (error instanceof FeaturesError) return null;
    throw error;
  }
  return { kind: 'table', rows, parameters };
}
