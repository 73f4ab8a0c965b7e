import { expect, test } from 'vitest';
import { alter, alterablesOf } from './alterations.ts';

const evidence = {
  document: { score: 0.85, holder: { name: 'Ada' } },
  claims: [{ path: '/score', fact: 'fact_2', pointer: '/body/score' }],
  facts: [
    { fact: { id: 'fact_1', body: {} }, salt: 'AA==' },
    { fact: { id: 'fact_2', body: { score: 0.85 } }, salt: 'BB==' },
  ],
  checkpoint: 'log.example\n4\nroot\n\n— log.example sig\n',
};

const find = (key: string) => {
  const found = alterablesOf(evidence).find((each) => each.key === key);
  if (found === undefined) throw new Error(`nothing to alter at ${key}`);
  return found;
};

test('it offers the places that the file has, with the fact behind the score', () => {
  expect(alterablesOf(evidence).map(({ key, at }) => [key, at])).toEqual([
    ['score', '/document/score'],
    ['factScore', '/facts/1/fact/body/score'],
    ['holder', '/document/holder/name'],
    ['salt', '/facts/1/salt'],
    ['size', '#size'],
  ]);
});

test('a change touches its place alone and leaves the original as it was', () => {
  const changed = alter(evidence, find('factScore'), '0.99');
  expect(changed).toMatchObject({ facts: [{}, { fact: { body: { score: 0.99 } } }] });
  expect(changed).toMatchObject({ document: evidence.document, claims: evidence.claims });
  expect(evidence.facts[1]?.fact.body).toEqual({ score: 0.85 });
});

test('the size of the log is the second line of its checkpoint', () => {
  const changed = alter(evidence, find('size'), '5');
  expect(changed).toMatchObject({ checkpoint: 'log.example\n5\nroot\n\n— log.example sig\n' });
});
