import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BuiltAlgorithm, openBuilt } from '../testing.ts';
import { type Box, faceBoxes, shared } from './face-boxes.ts';

/** The program finds the faces of its suite as well as its card says. */

let program: BuiltAlgorithm<'object-detection'>;
beforeAll(async () => {
  program = await openBuilt('detect-faces', 'object-detection');
}, 120_000);

const find = async (file: unknown, parameters = {}) =>
  program.call({
    bytes: await readFile(join(program.folder, 'suite', String(file))),
    mediaType: 'image/jpeg',
    parameters,
  });

describe('the suite', () => {
  it('is found with an F1 of 0.95 at least, at an overlap of a half', async () => {
    let [hits, found, wanted] = [0, 0, 0];
    for (const { file, expected } of program.cases) {
      const faces = await find(file);
      const { boxes } = expected as { boxes: { box: Box }[] };
      hits += boxes.filter(({ box }) => faces.some((face) => shared(face.box, box) >= 0.5)).length;
      found += faces.length;
      wanted += boxes.length;
    }
    expect(wanted).toBeGreaterThan(30);
    expect((2 * hits) / (found + wanted)).toBeGreaterThan(0.95);
  }, 120_000);
});

describe('an answer', () => {
  it('has fewer faces where a call wants surer ones, the surest first', async () => {
    const all = await find('files/crowd.jpg');
    const sure = await find('files/crowd.jpg', { scoreMin: 0.8 });
    expect(sure.length).toBeLessThan(all.length);
    expect(sure.every(({ score }) => score >= 0.8)).toBe(true);
    expect(all).toEqual(all.toSorted((a, b) => b.score - a.score));
  });

  it('is a refusal of what is no picture', async () => {
    const bytes = Buffer.from('GIF89a');
    await expect(program.call({ bytes, mediaType: 'image/png' })).rejects.toMatchObject({
      name: 'InputError',
    });
  });
});

describe('boxes', () => {
  it('are in their cell, of their size, and each once', () => {
    const cells = 10 * 10;
    const heat = new Float32Array(cells);
    heat.set([0.9, 0.8], 55);
    const sizes = new Float32Array(cells * 2).fill(Math.log(4), 0, cells).fill(Math.log(2), cells);
    const maps = { rows: 10, columns: 10, heat, sizes, offsets: new Float32Array(cells * 2) };
    expect(faceBoxes(maps, 0.5)).toEqual([
      {
        score: expect.closeTo(0.9),
        box: {
          ...{ xmin: expect.closeTo(18), xmax: expect.closeTo(26) },
          ...{ ymin: expect.closeTo(14), ymax: expect.closeTo(30) },
        },
      },
    ]);
  });
});
