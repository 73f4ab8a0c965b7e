import * as z from 'zod';
import { FeaturesError, tableRows } from '#modules/compute';
import { servingErrors } from '../errors.ts';
import { type TaskParameters, taskParameters, taskText } from './task-entities.ts';
import {
  inputKinds,
  type ServedTask,
  TABLE_ROWS_MAX,
  type TableRow,
  TEXTS_MAX,
  tableRow,
} from './task-shapes.ts';

/** What one call asks about, as a program gets it. */
export type TaskInput =
  | { kind: 'image' | 'audio'; bytes: Uint8Array; mediaType: string; parameters: TaskParameters }
  | { kind: 'texts'; texts: readonly string[]; parameters: TaskParameters }
  | { kind: 'table'; rows: readonly TableRow[]; parameters: TaskParameters };

const refuse = (problem: string) => servingErrors.make.request_refused({ problem });

/** Types of bodies besides JSON, by what a task is asked about. */
const bodyTypes = {
  image: ['image/jpeg', 'image/png'],
  audio: ['audio/wav', 'audio/x-wav', 'audio/wave'],
  texts: ['text/plain'],
  table: ['text/csv'],
} as const;

const COLUMNS_MAX = 1_000;
/** Bounds beside those of bytes: what is looked at value by value has fewer of them than a body could hold. */
const CELLS_MAX = 500_000;
const PARAMETERS_CHARACTERS_MAX = 64 * 1024;

const jsonBody = z.object({ inputs: z.unknown().optional(), parameters: z.unknown().optional() });
const texts = z.array(taskText);
const rows = z.array(tableRow);

/**
 * The body of a call by its type: JSON `{"inputs", "parameters"}`, or a picture, sound, text or CSV table with a header as it
 * is. Throws `serving.media_type_refused`, `serving.request_refused`.
 */
export function taskInputOfBody(task: ServedTask, contentType: string, body: Buffer): TaskInput {
  const [given = '', ...settings] = contentType.split(';').map((part) => part.trim());
  const mediaType = given.toLowerCase();
  const charset = settings
    .find((part) => /^charset=/i.test(part))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (mediaType === 'application/json') return taskInputOfJson(task, jsonOf(body));
  const kind = inputKinds[task];
  const taken: readonly string[] = bodyTypes[kind];
  if (!taken.includes(mediaType)) {
    const named = ['application/json', ...taken].join(', ');
    const shown = mediaType.replace(/[^\x21-\x7e]/g, '?').slice(0, 100);
    throw servingErrors.make.media_type_refused({ given: shown || 'no type', taken: named });
  }
  const parameters = {};
  if (kind === 'texts') return { kind, texts: textsOf([textOf(body, charset)]), parameters };
  if (kind === 'table') return { kind, rows: rowsOf(textOf(body, charset)), parameters };
  return mediaInput(kind, body, parameters);
}

/** The same from JSON. Throws `serving.request_refused`. */
export function taskInputOfJson(task: ServedTask, value: unknown): TaskInput {
  const { inputs, parameters: given } = checked(jsonBody, value, '');
  const parameters = parametersOf(given);
  const kind = inputKinds[task];
  if (kind === 'texts') {
    return { kind, texts: textsOf(typeof inputs === 'string' ? [inputs] : inputs), parameters };
  }
  if (kind === 'table') return { kind, rows: checkedRows(inputs, 'inputs'), parameters };
  if (typeof inputs !== 'string' || /[^A-Za-z0-9+/=\r\n]/.test(inputs)) {
    throw refuse(`inputs has to be the ${kind === 'image' ? 'picture' : 'sound'} in base64`);
  }
  return mediaInput(kind, Buffer.from(inputs, 'base64'), parameters);
}

function parametersOf(value: unknown): TaskParameters {
  if (value === undefined) return {};
  let characters: number;
  try {
    characters = JSON.stringify(value).length;
  } catch {
    throw refuse('parameters is nested too deeply');
  }
  if (characters > PARAMETERS_CHARACTERS_MAX) {
    throw refuse(`parameters has ${characters} characters, over ${PARAMETERS_CHARACTERS_MAX}`);
  }
  return checked(taskParameters, value, 'parameters');
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw refuse('the body is no JSON');
  }
}

/** As the schema has it, or a refusal that says where it is not. */
function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: string,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const place = [at, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  throw refuse(`${place.slice(0, 200) || 'the body'}: ${issue?.message.slice(0, 200)}`);
}

/** A list of at most so many, before anything in it is looked at. */
function listOf(value: unknown, at: string, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw refuse(`${at} has to be a list`);
  if (value.length > most) throw refuse(`${at} has ${value.length} entries, over ${most}`);
  return value;
}

function checkedRows(value: unknown, at: string): TableRow[] {
  let cells = 0;
  for (const row of listOf(value, at, TABLE_ROWS_MAX)) {
    const columns = Object.keys(row ?? {}).length;
    cells += columns;
    if (columns > COLUMNS_MAX) throw refuse(`a row has over ${COLUMNS_MAX} columns`);
    if (cells > CELLS_MAX) throw refuse(`the table has over ${CELLS_MAX} cells`);
  }
  return checked(rows, value, at);
}

function textsOf(value: unknown): string[] {
  listOf(value, 'inputs', TEXTS_MAX);
  const found = checked(texts, value, 'inputs');
  const place = found.findIndex((text) => !text.isWellFormed() || text.includes('\u0000'));
  if (place >= 0) throw refuse(`inputs.${place} has text that is no Unicode`);
  return found;
}

function textOf(body: Buffer, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body);
  } catch {
    throw refuse('the body is not text of its charset; send UTF-8');
  }
}

/** Cells as tables have them: empty is null, a number is a number. */
function rowsOf(text: string): TableRow[] {
  const found: TableRow[] = [];
  try {
    for (const row of tableRows(text)) {
      if (found.length >= TABLE_ROWS_MAX) throw refuse(`the table has over ${TABLE_ROWS_MAX} rows`);
      found.push(row);
    }
  } catch (error) {
    if (error instanceof FeaturesError) throw refuse(`the table cannot be read: ${error.message}`);
    throw error;
  }
  return checkedRows(found, 'the table');
}

/** By the first bytes: JPEG, PNG (RFC 2083, 3.1) or WAV (a RIFF form). */
function mediaInput(kind: 'image' | 'audio', bytes: Buffer, parameters: TaskParameters): TaskInput {
  const mediaType = mediaTypeOf(bytes);
  if (!mediaType?.startsWith(`${kind}/`)) {
    throw refuse(kind === 'image' ? 'this is no JPEG or PNG picture' : 'this is no WAV sound');
  }
  return { kind, bytes, mediaType, parameters };
}

function mediaTypeOf(bytes: Buffer): string | null {
  const head = bytes.toString('latin1', 0, 12);
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  return head.startsWith('RIFF') && head.slice(8) === 'WAVE' ? 'audio/wav' : null;
}

/** How many entries are asked for, as calls are counted. */
export function countOfInput(input: TaskInput): number {
  if (input.kind === 'texts') return input.texts.length;
  return input.kind === 'table' ? input.rows.length : 1;
}
