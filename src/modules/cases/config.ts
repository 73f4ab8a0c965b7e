import { wholeNumber } from '#kernel/config.ts';

/** Options of the module cases. */
export const casesOptions = {
  CASES_OBJECTIONS_OPEN_MAX: {
    schema: wholeNumber({ min: 1, max: 100, default: 3 }),
    summary: 'Undecided objections that one party may have to one notice.',
  },
};
