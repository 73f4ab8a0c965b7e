/** Prints an answer for a terminal: a table for a page of items, lines for one thing; or JSON. */
export function printAnswer(answer: unknown, asJson: boolean): void {
  if (asJson) {
    console.log(JSON.stringify(answer, null, 2));
    return;
  }
  if (isPage(answer)) {
    printTable(answer.items);
    console.log(`${answer.items.length} of ${answer.total}`);
    if (answer.nextCursor) console.log(`more: --cursor ${answer.nextCursor}`);
    return;
  }
  if (typeof answer === 'object' && answer !== null) {
    const entries = Object.entries(answer);
    const width = Math.max(...entries.map(([key]) => key.length), 0);
    for (const [key, value] of entries) console.log(`${key.padEnd(width)}  ${cell(value)}`);
    return;
  }
  if (answer !== undefined) console.log(String(answer));
}

/** Columns that hold simple values, as wide as their widest cell. */
export function printTable(rows: readonly Record<string, unknown>[]): void {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first).filter((key) => rows.some((row) => isSimple(row[key])));
  const widths = columns.map((key) =>
    Math.min(60, Math.max(columnsOf(key), ...rows.map((row) => columnsOf(cell(row[key]))))),
  );
  const line = (cells: string[]) =>
    cells
      .map((text, index) => text + ' '.repeat(Math.max(0, (widths[index] ?? 0) - columnsOf(text))))
      .join('  ')
      .trimEnd();
  console.log(line(columns));
  for (const row of rows) console.log(line(columns.map((key) => cell(row[key]))));
}

/** Width on a terminal: Chinese characters take two columns. */
export function columnsOf(text: string): number {
  let width = 0;
  for (const character of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(
        character,
      )
        ? 2
        : 1;
  return width;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (isWords(value)) return value.zh === value.en ? value.zh : `${value.zh} / ${value.en}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isSimple(value: unknown): boolean {
  return value !== null && (typeof value !== 'object' || isWords(value));
}

function isWords(value: unknown): value is { zh: string; en: string } {
  return typeof value === 'object' && value !== null && 'zh' in value && 'en' in value;
}

type Page = { items: Record<string, unknown>[]; total: number; nextCursor: string | null };

function isPage(answer: unknown): answer is Page {
  return typeof answer === 'object' && answer !== null && 'items' in answer && 'total' in answer;
}
