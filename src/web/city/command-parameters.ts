import type { Outputs } from '#web/contracts.ts';
import type { Command } from './views.ts';

type Limit = Pick<Outputs['city']['getCommandLimits']['limits'][number], 'parameters'>;

/** What was filled in, as the parameters of a command; null while one is missing or out of bounds. Pure. */
export function parametersOf(
  { parameters }: Limit,
  texts: Readonly<Record<string, string>>,
): Command['parameters'] | null {
  const values: [string, number | string | boolean][] = [];
  for (const [name, bounds] of Object.entries(parameters)) {
    const text = (texts[name] ?? '').trim();
    if (text === '') return null;
    if ('values' in bounds) {
      const value = bounds.values.find((each) => String(each) === text);
      if (value === undefined) return null;
      values.push([name, value]);
      continue;
    }
    const number = Number(text);
    if (!Number.isFinite(number) || number < bounds.min || number > bounds.max) return null;
    values.push([name, number]);
  }
  return Object.fromEntries(values);
}
