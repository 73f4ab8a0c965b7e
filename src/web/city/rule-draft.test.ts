import { expect, test } from 'vitest';
import { documentOf, draftOf, ruleProblems } from './rule-draft.ts';

const empty = draftOf(null, 'party_x');

test('an empty draft says what is missing, and no more', () => {
  expect(Object.keys(ruleProblems(empty)).sort()).toEqual(['property', 'titleZh', 'value']);
});

test('a threshold becomes a document', () => {
  const draft = {
    ...empty,
    titleZh: ' 湿度 ',
    property: 'humidity',
    value: '-1.5',
    thingIds: 'a\nb, c',
  };
  expect(ruleProblems(draft)).toEqual({});
  expect(documentOf(draft)).toEqual({
    ...{ title: { zh: '湿度', en: '' }, thingIds: ['a', 'b', 'c'], forReadings: 3 },
    condition: { kind: 'threshold', property: 'humidity', operator: 'above', value: -1.5 },
    ...{ severity: 'minor', cooldownSeconds: 300, command: null },
  });
});

test('columns of a deployment are read line by line, and the wrong line is named', () => {
  const draft = {
    ...empty,
    titleZh: 'x',
    kind: 'deployment' as const,
    deploymentId: 'deployment_1',
  };
  const columns = 'row = parameter:row\n\nhumidity= result:湿度 1\nmote_id = thing:mote_id';
  expect(ruleProblems({ ...draft, columns })).toEqual({});
  expect(documentOf({ ...draft, columns }).condition).toMatchObject({
    columns: [
      { column: 'row', from: 'parameter', name: 'row' },
      { column: 'humidity', from: 'result', name: '湿度 1' },
      { column: 'mote_id', from: 'thing', name: 'mote_id' },
    ],
  });
  expect(ruleProblems({ ...draft, columns: 'row = parameter:row\nnonsense' }).columns).toEqual({
    ...{ word: 'columnsWrong', line: 2 },
  });
});

test('numbers keep their bounds', () => {
  const draft = {
    ...empty,
    titleZh: 'x',
    property: 'p',
    value: 'x',
    forReadings: '0',
    cooldownSeconds: '',
  };
  expect(ruleProblems(draft)).toMatchObject({
    value: { word: 'valueWrong' },
    forReadings: { word: 'numberWrong', min: 1, max: 100 },
    cooldownSeconds: { word: 'numberWrong', min: 0, max: 86_400 },
  });
});
