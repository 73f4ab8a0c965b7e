import type { ServedTask } from '#contract/serving';
import type { Made, Source } from './asked.ts';
import { readCsv } from './csv-rows.ts';

/** What the door takes at once (task-shapes.ts of the serving room). */
const TEXTS_MAX = 256;
const CHARACTERS_MAX = 20_000;
const ROWS_MAX = 20_000;

/** Words are looked for in a text as a whole; other tasks answer each line for itself. Pure. */
function textsOf(task: ServedTask, text: string): string[] {
  const lines = task === 'token-classification' ? [text] : text.split(/\r\n|\n|\r/);
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** Texts as they are sent, in JSON. Pure. */
export function askTexts(task: ServedTask, text: string): Made {
  const texts = textsOf(task, text);
  if (texts.length === 0) return { notSent: 'textMissing' };
  if (texts.length > TEXTS_MAX) return { notSent: 'textsTooMany' };
  if (texts.some(({ length }) => length > CHARACTERS_MAX)) return { notSent: 'textTooLong' };
  const mediaType = 'application/json';
  return {
    asked: {
      body: new Blob([JSON.stringify({ inputs: texts })], { type: mediaType }),
      ...{ mediaType, fileName: 'texts.json', source: { kind: 'made' } },
      shown: { kind: 'texts', texts },
    },
  };
}

/** A table as it is sent, as CSV. Pure. */
export function askTable(text: string, fileName: string, source: Source): Made {
  const table = readCsv(text);
  if (table === null) return { notSent: 'tableUnreadable' };
  if (table.rows.length > ROWS_MAX) return { notSent: 'tableTooLong' };
  const mediaType = 'text/csv';
  const body = new Blob([text], { type: mediaType });
  return { asked: { body, mediaType, fileName, source, shown: { kind: 'table', table } } };
}
