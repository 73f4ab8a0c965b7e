import type { CallView } from './views.ts';

/** What a call needs before it can be published, in the order of its form. */
export const neededParts = [
  'title',
  'page',
  'rules',
  'publicData',
  'hiddenData',
  'scorer',
  'metric',
  'limits',
  'closesAt',
  'notice',
] as const satisfies readonly (keyof NonNullable<CallView['draft']>)[];
export type NeededPart = (typeof neededParts)[number];

/** The parts that a draft does not say yet. Pure. */
export function missingParts(draft: NonNullable<CallView['draft']>): NeededPart[] {
  return neededParts.filter((part) => draft[part] === undefined);
}
