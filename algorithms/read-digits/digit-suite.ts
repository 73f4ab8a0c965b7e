import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import type { Digit } from './digit-data.ts';
import { SIDE } from './digit-network.ts';

const EACH = 30;
/** So many times as large, to be seen on a page. */
const SAMPLE_SCALE = 8;
const SAMPLES = [2, 5, 8];

/**
 * The first held-out ones of each digit, every other dark on light as on paper, as one picture a case; and three of them
 * as samples.
 */
export async function writeDigitSuite(folder: string, heldOut: readonly Digit[]): Promise<void> {
  await mkdir(join(folder, 'suite', 'files'), { recursive: true });
  await mkdir(join(folder, 'samples'), { recursive: true });
  const cases: string[] = [];
  for (let label = 0; label < 10; label += 1) {
    const some = heldOut.filter((digit) => digit.label === label).slice(0, EACH);
    for (const [index, { picture }] of some.entries()) {
      const isPaper = index % 2 === 0;
      const data = Uint8Array.from(picture, (value) => (isPaper ? 1 - value : value) * 255);
      const id = `${label}-${String(index + 1).padStart(2, '0')}`;
      await writeFile(join(folder, 'suite', 'files', `${id}.png`), png(data, 1));
      cases.push(JSON.stringify({ id, file: `files/${id}.png`, expected: { label: `${label}` } }));
      if (index === 0 && SAMPLES.includes(label)) {
        await writeFile(join(folder, 'samples', `${label}.png`), png(data, SAMPLE_SCALE));
      }
    }
  }
  await writeFile(join(folder, 'suite', 'cases.jsonl'), `${cases.join('\n')}\n`);
}

function png(picture: Uint8Array, scale: number): Uint8Array {
  const side = SIDE * scale;
  const data = Uint8Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [Math.floor((at % side) / scale), Math.floor(at / side / scale)];
    return picture[y * SIDE + x] ?? 0;
  });
  return encode({ width: side, height: side, data, depth: 8, channels: 1 });
}
