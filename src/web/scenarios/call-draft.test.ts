import { expect, test } from 'vitest';
import { type CallFields, draftOf, fieldsOf, jsonObjectOf } from './call-draft.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const draft = {
  title: { zh: '异常检测', en: 'Anomalies' },
  page: { zh: '任务', en: '' },
  rules: { zh: '', en: 'Rules' },
  publicData: {
    repositoryId: 'repo_1',
    revisionDigest: digest,
    featuresPath: 'features.csv',
    labelsPath: 'labels.csv',
  },
  hiddenData: {
    repositoryId: 'repo_2',
    revisionDigest: digest,
    featuresPath: 'features.csv',
    labelsPath: 'labels.csv',
  },
  scorer: { repositoryId: 'repo_3', revisionDigest: digest, entry: 'main.mjs' },
  scorerOptions: { latencyReadings: 18 },
  metric: { name: { zh: 'F1', en: 'F1' }, direction: 'lower' as const, precision: 2 },
  counts: 'last' as const,
  limits: {
    submissionsPerTeamPerDay: 3,
    submissionsPerTeamMax: 30,
    job: { wallSeconds: 90, cpuSeconds: 45, memoryBytes: 256 * 1_048_576 },
  },
  opensAt: null,
  closesAt: '2026-12-24T00:00:00.000Z',
  notice: { workingDays: 7 },
  baselines: [
    { repositoryId: 'repo_4', revisionDigest: digest, name: { zh: '基', en: 'B' }, options: {} },
  ],
  simulated: { zh: '回放', en: 'Replayed' },
};

test('a whole draft goes through the form and comes back as it was', () => {
  expect(draftOf(fieldsOf(draft))).toEqual(draft);
  const hurried = { ...draft, notice: { seconds: 4 } };
  expect(draftOf(fieldsOf(hurried))).toEqual(hurried);
});

test('an empty form says nothing that would have to be taken back', () => {
  const empty = draftOf(fieldsOf({}));
  for (const part of [
    'title',
    'page',
    'publicData',
    'hiddenData',
    'scorer',
    'metric',
    'closesAt',
  ]) {
    expect(empty).not.toHaveProperty(part);
  }
});

test('data that is chosen by halves is not sent', () => {
  const fields: CallFields = { ...fieldsOf(draft), hiddenLabels: '' };
  expect(draftOf(fields)).not.toHaveProperty('hiddenData');
});

test('a name in one language stands for both, a text does not', () => {
  const half = { title: { zh: '检测', en: '' }, page: { zh: '任务', en: '' } };
  const { title, page } = draftOf(fieldsOf(half));
  expect({ title, page }).toEqual({ title: { zh: '检测', en: '检测' }, page: half.page });
});

test('options are a JSON object or nothing', () => {
  expect(jsonObjectOf('')).toEqual({});
  expect(jsonObjectOf('{"a": [1]}')).toEqual({ a: [1] });
  for (const wrong of ['[1]', '3', 'null', '{', 'a']) expect(jsonObjectOf(wrong)).toBeNull();
});
