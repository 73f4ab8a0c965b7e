import type { ServedTask } from './task-shapes.ts';

/** For tests: files of a task program. */

/** A program of the task whose `call` is this function's source; `create` may be given whole instead. */
export function taskFiles(
  task: ServedTask,
  call: string,
  more: { options?: object; load?: string } = {},
): Record<string, string> {
  const { options = {}, load = '' } = more;
  return {
    'task.json': JSON.stringify({ task, entry: 'main.mjs', options }),
    'main.mjs': `
import { readFileSync } from 'node:fs';
export default async function create({ ort, folder, options }) {
  const refuse = (message) => Object.assign(new Error(message), { name: 'InputError' });
  ${load}
  return { call: ${call} };
}`,
  };
}

/** The smallest pictures and sounds that their first bytes show as such. */
export const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(24)]);
export const wav = Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1');
