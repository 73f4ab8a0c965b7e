import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BuiltAlgorithm, openBuilt, type SuiteCase } from '../testing.ts';

/** The program reads its suite as well as its card says. */

let program: BuiltAlgorithm<'optical-character-recognition'>;
beforeAll(async () => {
  program = await openBuilt('read-text', 'optical-character-recognition');
}, 120_000);

const read = async (file: unknown, parameters = {}) =>
  program.call({
    bytes: await readFile(join(program.folder, 'suite', String(file))),
    mediaType: 'image/png',
    parameters,
  });

/** The fewest characters to change, add or leave out (V. Levenshtein). */
function edits(from: readonly string[], to: readonly string[]): number {
  let before = [...Array(to.length + 1).keys()];
  from.forEach((character, row) => {
    const now = [row + 1];
    to.forEach((other, index) => {
      const changed = before[index]! + (character === other ? 0 : 1);
      now.push(Math.min(changed, before[index + 1]! + 1, now[index]! + 1));
    });
    before = now;
  });
  return before[to.length]!;
}

/** A third of the suite, of every kind: all of it takes 8 s. */
const few = [
  ...['street-wall', 'slanted-left', 'on-its-head', 'aslant-in-space', 'tiny', 'plate', 'night'],
  ...['columns', 'receipt', 'dense-serif'],
];
const some = (cases: readonly SuiteCase[]) => cases.filter(({ id }) => few.includes(id));

describe('the suite', () => {
  it('is read with at most one wrong character in a hundred', async () => {
    let [wrong, characters] = [0, 0];
    for (const { file, expected } of some(program.cases)) {
      const text = [...(expected as { text: string }).text];
      wrong += edits([...(await read(file)).text], text);
      characters += text.length;
    }
    expect(characters).toBeGreaterThan(250);
    expect(wrong / characters).toBeLessThan(0.01);
  }, 120_000);
});

describe('an answer', () => {
  it('has corners from where the text begins, also on its head', async () => {
    const { lines, width, height } = await read('files/on-its-head.png');
    expect({ width, height }).toEqual({ width: 480, height: 240 });
    const [[[x0, y0], [x1], , [, y3]]] = lines.map(({ polygon }) => polygon) as [
      (typeof lines)[number]['polygon'],
    ];
    expect(x0).toBeGreaterThan(x1);
    expect(y0).toBeGreaterThan(y3);
  });

  it('is empty where there is no text', async () => {
    const { text, lines } = await read('files/no-text.png');
    expect({ text, lines }).toEqual({ text: '', lines: [] });
  });

  it('is a refusal of what is no picture, and of a side out of bounds', async () => {
    const bytes = Buffer.from('neither');
    await expect(program.call({ bytes, mediaType: 'image/png' })).rejects.toMatchObject({
      name: 'InputError',
    });
    await expect(read('files/tiny.png', { sideMax: 1e9 })).rejects.toThrow(/320 to 1920/);
  });
});
