import { strict as assert } from 'node:assert';
import { hash } from 'node:crypto';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import type { ImportView } from './contract.ts';
import { readCsv, TableUnreadable } from './csv.ts';
import { insertDraft } from './enter-value.ts';
import { observatoryErrors } from './errors.ts';
import { findColumns, type ImportRow, readRows } from './import-rows.ts';
import type { Uses } from './module-uses.ts';
import { yearOf } from './period.ts';
import * as store from './store.ts';
import { readWorkbook } from './workbook.ts';

/**
 * Reads a CSV or Excel file and keeps what it says for confirmation; nothing is entered. Excel by its
 * content, anything else as CSV. Resolves to the import's id. Throws `observatory.file_unreadable`,
 * `observatory.columns_missing`, `observatory.too_many_rows`.
 */
export async function previewImport(
  input: { organisationId: string; fileName: string; content: string },
  uses: Uses,
  call: Call,
): Promise<string> {
  const { kernel, options } = uses;
  const bytes = Buffer.from(input.content, 'base64');
  const isWorkbook = bytes.subarray(0, 2).toString('latin1') === 'PK';
  const table = await readTable(bytes, isWorkbook, uses);
  const [head, ...rest] = table.rows;
  const { columns, missing } = findColumns(head ?? []);
  if (missing.length > 0) {
    throw observatoryErrors.make.columns_missing({ columns: missing.join(', ') });
  }
  const yearNow = yearOf(kernel.clock.now());
  const limit = options.OBSERVATORY_IMPORT_ROWS_MAX;
  if (rest.length > limit) throw observatoryErrors.make.too_many_rows({ limit });
  const rows = readRows(rest, columns, { textOnly: !isWorkbook, yearNow });
  if (rows.length === 0) {
    throw observatoryErrors.make.file_unreadable({ problem: 'it has no row below its head' });
  }
  const importId = kernel.ids('import');
  await kernel.db.transaction(async (tx) => {
    await store.insertImport(tx, {
      id: importId,
      organisation_id: input.organisationId,
      created_by: call.principal.id,
      created_for: call.principal.onBehalfOf ?? null,
      created_at: kernel.clock.now(),
      file_name: input.fileName,
      format: isWorkbook ? 'xlsx' : 'csv',
      encoding: table.encoding,
      digest: `sha256:${hash('sha256', bytes)}`,
      rows,
      errors: rows.filter(({ errors }) => errors.length > 0).length,
      confirmed_at: null,
    });
    const resource = { type: 'observatory.import', id: importId, owner: input.organisationId };
    await kernel.access.register(tx, { ...resource, audience: 'owner' });
  });
  return importId;
}

async function readTable(bytes: Uint8Array, isWorkbook: boolean, { options }: Uses) {
  try {
    if (!isWorkbook) return readCsv(bytes);
    const unpackedBytesMax = options.OBSERVATORY_IMPORT_UNPACKED_BYTES_MAX;
    const rowsMax = options.OBSERVATORY_IMPORT_ROWS_MAX;
    return await readWorkbook(bytes, { unpackedBytesMax, rowsMax });
  } catch (error) {
    if (!(error instanceof TableUnreadable)) throw error;
    throw observatoryErrors.make.file_unreadable({ problem: error.message }, { cause: error });
  }
}

/**
 * Enters every row of an import as a draft, all in one transaction. Confirmed again, it changes nothing.
 * Throws `observatory.import_has_errors`, `observatory.too_many_drafts`.
 */
export async function confirmImport(importId: string, uses: Uses, call: Call): Promise<void> {
  const { kernel } = uses;
  await kernel.db.transaction(async (tx) => {
    const record = await store.readImport(tx, importId, { lock: true });
    if (!record) throw kernelErrors.make.missing({ id: importId });
    if (record.confirmed_at) return;
    if (record.errors > 0) {
      throw observatoryErrors.make.import_has_errors({ count: record.errors });
    }
    for (const row of record.rows) {
      await insertDraft(tx, enteredOf(row, record.organisation_id), importId, uses, call);
    }
    await store.confirmImport(tx, importId, kernel.clock.now());
    kernel.db.afterCommit(tx, () => kernel.live.publish(`observatory.import/${importId}`));
  });
}

function enteredOf(row: ImportRow, organisationId: string) {
  const { indicatorId, period, value, source, sourceUrl, note } = row;
  assert(indicatorId !== null && period !== null && value !== null && source !== null);
  return { organisationId, indicatorId, period, value, source, sourceUrl, note };
}

export async function readImport(importId: string, { kernel }: Uses): Promise<ImportView> {
  const record = await store.readImport(kernel.db.read, importId);
  if (!record) throw kernelErrors.make.missing({ id: importId });
  const { file_name: fileName, organisation_id: organisationId } = record;
  const { format, encoding, digest, errors, rows } = record;
  return {
    ...{ importId, organisationId, fileName, format, encoding, digest, errors, rows },
    createdAt: record.created_at.toISOString(),
    confirmedAt: record.confirmed_at?.toISOString() ?? null,
  };
}
