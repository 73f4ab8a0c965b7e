import type { Bilingual } from '#web/words.ts';

/**
 * A number that a program lets one turn, as the front matter of its card declares it under
 * `options`:
 *
 *     options:
 *       threshold: { default: 5, min: 3, max: 10, step: 0.5, unit: deviations, zh: …, en: … }
 */
export type Dial = {
  readonly key: string;
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit: string;
  readonly label: Bilingual;
};

type Metadata = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Metadata =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The dials of a card; what is no dial, such as a switch or a text, is left out. Pure. */
export function dialsOf(metadata: Metadata): Dial[] {
  if (!isRecord(metadata.options)) return [];
  const found: Dial[] = [];
  for (const [key, declared] of Object.entries(metadata.options)) {
    if (!isRecord(declared)) continue;
    const { default: initial, min, max, step = 1, unit, zh, en } = declared;
    if (!isNumber(initial) || !isNumber(min) || !isNumber(max) || !isNumber(step)) continue;
    if (min >= max || step <= 0) continue;
    const label = { zh: textOf(zh) || key, en: textOf(en) || key };
    const kept = Math.min(Math.max(initial, min), max);
    found.push({ key, initial: kept, min, max, step, unit: textOf(unit), label });
  }
  return found;
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** How many digits after the point a step has: 2 for 0.05. */
export function digitsOf(step: number): number {
  const [, digits = ''] = String(step).split('.');
  return digits.length;
}

/** The file that a card names as the one to run; undefined where it names none. */
export function entryOf(metadata: Metadata): string | undefined {
  const entry = textOf(metadata.entry);
  return entry === '' ? undefined : entry;
}

/** The options with which a program starts: every dial at its default. */
export function initialOptions(dials: readonly Dial[]): Record<string, number> {
  return Object.fromEntries(dials.map(({ key, initial }) => [key, initial]));
}
