import { declareErrors } from '#kernel/errors.ts';

export const observatoryErrors = declareErrors('observatory', {
  indicator_counted: {
    category: 'conflict',
    message: 'The indicator {indicatorId} is counted from facts. Nothing can be entered for it.',
  },
  value_unfit: {
    category: 'invalid',
    message: 'The value does not fit: {problem}. Correct it and send it again.',
  },
  too_many_drafts: {
    category: 'limited',
    message:
      'Already {limit} values of this organisation wait for review. Have those reviewed first.',
  },
  value_state: {
    category: 'conflict',
    message: 'The value is {state}, which does not allow this. Read it again.',
  },
  value_overtaken: {
    category: 'conflict',
    message:
      'A newer vintage {vintage} has been published meanwhile. Enter the value again after it.',
  },
  own_value: {
    category: 'denied',
    message: 'This value was entered by the same person. Another person must review it.',
  },
  person_needed: {
    category: 'denied',
    message: 'A review is the decision of a person. Sign in as one.',
  },
  reason_missing: {
    category: 'invalid',
    message: 'A value is returned with a reason. Write it and send it again.',
  },
  file_unreadable: {
    category: 'invalid',
    message: 'The file cannot be read: {problem}. Save it as CSV or .xlsx and send it again.',
  },
  columns_missing: {
    category: 'invalid',
    message: 'The first row lacks the columns {columns}. Add them and send the file again.',
  },
  too_many_rows: {
    category: 'invalid',
    message: 'The file has more than {limit} rows. Split it and send the parts.',
  },
  import_has_errors: {
    category: 'conflict',
    message: '{count} rows of the import have errors; nothing was taken. Correct the file.',
  },
  period_not_begun: {
    category: 'invalid',
    message: 'The period {period} has not begun. Close one that has.',
  },
  period_open: {
    category: 'conflict',
    message: 'The period {period} is open: its facts are not committed to yet. Close it first.',
  },
  not_published: {
    category: 'missing',
    message: 'Nothing is published for {indicatorId} in {period}.',
  },
  too_many_facts: {
    category: 'invalid',
    message: 'The period has {count} facts, an evidence file holds {limit}. Ask for the summary.',
  },
  evidence_waiting: {
    category: 'unavailable',
    message: 'The witness has not confirmed these facts yet. Try again in a few seconds.',
  },
});
