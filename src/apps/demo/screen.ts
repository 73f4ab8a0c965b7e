import { columnsOf } from '../cli-print.ts';

/** Progress in the terminal: one line a step, with the time it took; rewritten while it runs. */
export type Screen = {
  /** Runs a step; `tell` shows how far it is. */
  step<Result>(
    title: string,
    work: (tell: (detail: string) => void) => Promise<Result>,
  ): Promise<Result>;
  say(text: string): void;
};

export function createScreen(options: { quiet: boolean; now(): number }): Screen {
  const rewrites = process.stdout.isTTY && !options.quiet;
  const began = options.now();
  const seconds = (from: number) => ((options.now() - from) / 1000).toFixed(1).padStart(5);
  return {
    async step(title, work) {
      const start = options.now();
      let last = '';
      const tell = (detail: string) => {
        last = detail;
        if (rewrites) process.stdout.write(`\r\u001b[2K  …      ${title}  ${detail}`);
      };
      if (rewrites) tell('');
      const result = await work(tell);
      const line = `  ${seconds(start)} s  ${title}${last ? `  ${last}` : ''}`;
      process.stdout.write(`${rewrites ? '\r\u001b[2K' : ''}${line}\n`);
      return result;
    },
    say(text) {
      process.stdout.write(`${text.replaceAll('{total}', seconds(began).trim())}\n`);
    },
  };
}

/** Columns of text side by side; `right` names those that hold figures. */
export function tableOf(head: string[], rows: string[][], right: readonly number[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => columnsOf(row[column] ?? ''))),
  );
  const line = (row: string[]) =>
    row
      .map((text, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - columnsOf(text));
        return right.includes(column) ? space + text : text + space;
      })
      .join('   ')
      .trimEnd();
  return [line(head), ...rows.map(line)].map((text) => `  ${text}`).join('\n');
}
