import { expect, test } from 'vitest';
import { askTable, askTexts } from './ask-text.ts';

test('words are asked of a whole text, all else of each line', async () => {
  const text = ' one\r\n\ntwo \n';
  const bodies = ['token-classification', 'text-classification'] as const;
  const sent = bodies.map((task) => {
    const made = askTexts(task, text);
    return 'asked' in made ? made.asked.body.text() : null;
  });
  expect(await Promise.all(sent)).toEqual([
    '{"inputs":["one\\r\\n\\ntwo"]}',
    '{"inputs":["one","two"]}',
  ]);
});

test('what the door would refuse is not sent', () => {
  const many = Array.from({ length: 257 }, () => 'line').join('\n');
  expect(askTexts('feature-extraction', ' \n ')).toEqual({ notSent: 'textMissing' });
  expect(askTexts('feature-extraction', many)).toEqual({ notSent: 'textsTooMany' });
  expect(askTexts('token-classification', 'x'.repeat(20_001))).toEqual({ notSent: 'textTooLong' });
  const source = { kind: 'made' } as const;
  expect(askTable('only,names', 'table.csv', source)).toEqual({ notSent: 'tableUnreadable' });
  const long = `a\n${'1\n'.repeat(20_001)}`;
  expect(askTable(long, 'table.csv', source)).toEqual({ notSent: 'tableTooLong' });
});
