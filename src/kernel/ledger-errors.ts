import { declareErrors } from './errors.ts';

export const ledgerErrors = declareErrors('kernel', {
  fact_missing: {
    category: 'missing',
    message: 'There is no fact {id}. Check the identifier.',
  },
  fact_erased: {
    category: 'missing',
    message: 'The fact {id} has been erased. Its entry stays in the ledger, what it said is gone.',
  },
  fact_waiting: {
    category: 'unavailable',
    message: 'The fact {id} is not in the ledger yet. Try again in a second.',
  },
});
