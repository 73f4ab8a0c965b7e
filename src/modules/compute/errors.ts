import { declareErrors } from '#kernel/errors.ts';

export const computeErrors = declareErrors('compute', {
  input_missing: {
    category: 'invalid',
    message: 'There is no object {digest} for {name}. Upload it first.',
  },
  file_missing: {
    category: 'invalid',
    message: 'The revision {revisionDigest} has no file {path}. List its files.',
  },
  spec_refused: {
    category: 'invalid',
    message: 'No job can be made of this: {problem}.',
  },
  limit_too_high: {
    category: 'invalid',
    message: '{name} may be {most} at most on this platform. Ask for less, or ask the operator.',
  },
  queue_full: {
    category: 'limited',
    message: '{owner} has {count} jobs waiting already. Wait until some have run.',
  },
  logs_withheld: {
    category: 'denied',
    message: 'The job saw data that its submitter may not see: nothing that it wrote is shown.',
  },
  output_missing: {
    category: 'missing',
    message: 'The job has no output {name}. See the list of its outputs.',
  },
});
