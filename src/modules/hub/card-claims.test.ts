import { describe, expect, it } from 'vitest';
import { readCard } from './card.ts';
import { claimsInCard, claimsInFile } from './card-claims.ts';
import { namedInCard, runtimesOf, sizeClassOf } from './card-facets.ts';

const card = (yaml: string) => readCard('README.md', `---\n${yaml}\n---\n`).card.metadata;

describe('claimed results', () => {
  it('are read from the model-index; what does not fit is left out, and nothing else with it', () => {
    const metadata = card(`model-index:
- name: m
  results:
  - task: {type: automatic-speech-recognition, name: Speech}
    dataset: {type: common_voice, name: Common Voice zh}
    metrics:
    - {type: wer, value: 12.5, name: Test WER}
    - {type: cer, value: "3.1 %"}
- broken
- name: n
  results:
  - dataset: {name: other}
    metrics: [{type: f1, value: 0.9}]`);
    expect(claimsInCard(metadata)).toMatchObject([
      { task: 'Speech', dataset: 'Common Voice zh', metric: 'Test WER', value: 12.5 },
      { metric: 'cer', value: '3.1 %' },
      { task: null, dataset: 'other', metric: 'f1', value: 0.9 },
    ]);
    expect(claimsInCard({ 'model-index': 'none' })).toEqual([]);
  });

  it('are read from files of results, with a source only where it is an address', () => {
    const path = '.eval_results/zh.yaml';
    const yaml = `- dataset: {id: cais/hle, task_id: default}
  value: 20.9
  date: 2026-01-15
  source: {url: "https://example.org/run", name: ours}
- dataset: {id: x}
  value: 1
  source: {url: "javascript:alert(1)"}
- nothing: here`;
    expect(claimsInFile(path, yaml)).toEqual([
      {
        ...{ task: 'default', dataset: 'cais/hle', metric: '', value: 20.9, date: '2026-01-15' },
        ...{ source: 'https://example.org/run', where: path },
      },
      { task: null, dataset: 'x', metric: '', value: 1, date: null, source: null, where: path },
    ]);
    expect(claimsInFile(path, 'a: [')).toEqual([]);
  });
});

describe('facets of a repository', () => {
  it('come from names of files, size and card', () => {
    expect(runtimesOf(['model.onnx', 'a/run.PY', 'b.py', 'README.md'])).toEqual(['onnx', 'python']);
    expect(sizeClassOf(0)).toBe('under_1_mb');
    expect(sizeClassOf(1024 ** 2)).toBe('under_100_mb');
    expect(sizeClassOf(1e12)).toBe('over_10_gb');
    const metadata = card(
      'hardware: Ascend 910B\nlanguage: [zh, en]\ntags: [CUDA, city]\nlicense: mit',
    );
    expect(namedInCard(metadata, ['npu'])).toEqual({
      ...{ chip: ['Ascend 910B', 'npu', 'cuda'], language: ['zh', 'en'], task: [] },
      licence: ['mit'],
    });
  });
});
