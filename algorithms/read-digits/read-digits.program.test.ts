import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../shared/pictures/decode-picture.ts';
import { type BuiltAlgorithm, openBuilt } from '../testing.ts';

/** The program reads its suite as well as its card says, wherever and however large a digit stands. */

let program: BuiltAlgorithm<'image-classification'>;
beforeAll(async () => {
  program = await openBuilt('read-digits', 'image-classification');
}, 120_000);

const fileOf = (file: unknown) => readFile(join(program.folder, 'suite', String(file)));
const guess = async (bytes: Uint8Array) => {
  const [first] = await program.call({ bytes, mediaType: 'image/png' });
  return first?.label;
};

/** The digit three times as large, at that place of a larger sheet with a speck on it. */
async function onASheet(file: string, left: number, top: number): Promise<Uint8Array> {
  const digit = decodePicture(await fileOf(file));
  const side = 240;
  const data = new Uint8Array(side * side).fill(digit.data[0]!);
  for (let y = 0; y < 84; y += 1) {
    for (let x = 0; x < 84; x += 1) {
      const from = (Math.floor(y / 3) * digit.width + Math.floor(x / 3)) * 3;
      data[(top + y) * side + left + x] = digit.data[from]!;
    }
  }
  data[5 * side + 230] = 255 - digit.data[0]!;
  return encode({ width: side, height: side, data, channels: 1 });
}

describe('the suite', () => {
  it('is read with at least 97 of 100 right', async () => {
    let right = 0;
    for (const { file, expected } of program.cases) {
      const { label } = expected as { label: string };
      if ((await guess(await fileOf(file))) === label) right += 1;
    }
    expect(program.cases).toHaveLength(300);
    expect(right / program.cases.length).toBeGreaterThanOrEqual(0.97);
  }, 120_000);
});

describe('a picture', () => {
  it('may be larger, with the digit anywhere and specks beside it', async () => {
    let right = 0;
    const files = [...Array(10).keys()].flatMap((digit) => [`${digit}-01`, `${digit}-02`]);
    for (const [index, file] of files.entries()) {
      const sheet = await onASheet(`files/${file}.png`, (index * 31) % 150, (index * 47) % 150);
      if ((await guess(sheet)) === file[0]) right += 1;
    }
    expect(right).toBeGreaterThanOrEqual(18);
  });

  it('is refused where nothing stands out', async () => {
    const plain = encode({
      width: 40,
      height: 40,
      data: new Uint8Array(1_600).fill(200),
      channels: 1,
    });
    await expect(guess(plain)).rejects.toThrow(/nothing stands out/);
  });

  it('has ten labels whose scores add up to one', async () => {
    const bytes = await fileOf('files/7-01.png');
    const labels = await program.call({ bytes, mediaType: 'image/png' });
    expect(labels.map(({ label }) => label).toSorted()).toEqual([...'0123456789']);
    expect(labels.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 4);
  });
});
