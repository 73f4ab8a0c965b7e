import { declareErrors } from '#kernel/errors.ts';

export const thingsErrors = declareErrors('city', {
  thing_exists: {
    category: 'conflict',
    message: 'The owner has a thing of the name {name} already: {thingId}. Choose another name.',
  },
  things_full: {
    category: 'limited',
    message: 'The owner has {count} things, as many as this platform takes. Ask its operator.',
  },
  observation_refused: {
    category: 'invalid',
    message: 'The observation was not stored ({reason}): {detail}.',
  },
  too_many_rows: {
    category: 'invalid',
    message: 'The request has {count} observations; {most} is the most. Send them in parts.',
  },
  busy: {
    category: 'limited',
    message: 'More observations come in than can be stored just now. Send it again in a moment.',
  },
});
