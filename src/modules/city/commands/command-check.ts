import type { CommandLimit, CommandState } from './command-entities.ts';

type Draft = { name: string; parameters: Readonly<Record<string, number | boolean | string>> };

/** Why a command is beyond the limits of its thing; null where it is within them. Pure. */
export function problemOf(
  draft: Draft,
  limits: readonly CommandLimit[],
  lastHour: number,
): string | null {
  const limit = limits.find(({ name }) => name === draft.name);
  if (!limit) return `the thing takes no command ${draft.name}`;
  const wanted = Object.keys(limit.parameters);
  const given = Object.keys(draft.parameters);
  const missing = wanted.find((name) => !given.includes(name));
  if (missing !== undefined) return `${missing} is missing`;
  const extra = given.find((name) => !wanted.includes(name));
  if (extra !== undefined) return `${draft.name} has no parameter ${extra}`;
  for (const name of wanted) {
    const bounds = limit.parameters[name];
    const value = draft.parameters[name];
    if (!bounds) return `${name} is missing`;
    if ('values' in bounds) {
      if (!bounds.values.some((allowed) => allowed === value)) {
        return `${name} may be ${bounds.values.join(', ')}`;
      }
      continue;
    }
    const { min, max } = bounds;
    if (typeof value !== 'number' || value < min || value > max) {
      return `${name} must be from ${min} to ${max}`;
    }
  }
  if (lastHour >= limit.perHourMax) {
    return `${draft.name} was confirmed ${lastHour} times in the last hour, the most is ${limit.perHourMax}`;
  }
  return null;
}

/** Whether a thing may say of a command in this state that it has come to another one. Pure. */
export function mayFollow(state: CommandState, next: 'delivered' | 'done' | 'failed'): boolean {
  if (next === 'delivered') return state === 'sent';
  return state === 'sent' || state === 'delivered';
}
