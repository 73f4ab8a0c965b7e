import { expect, test } from 'vitest';
import { createReader } from './reader.ts';

const page = () => {
  const root = { lang: '', dataset: {} as Record<string, string> };
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  return { root, storage, uses: { storage, root: root as unknown as HTMLElement } };
};

test.each([
  [['zh-TW', 'en'], 'zh-CN'],
  [['fr', 'en-GB'], 'en'],
  [['fr'], 'zh-CN'],
  [[], 'zh-CN'],
])('a browser that reads %j starts in %s', (languages, lang) => {
  const { root, uses } = page();
  createReader({ languages }, uses);
  expect(root.lang).toBe(lang);
});

test('a choice is kept for the next visit, and stands on the root element', () => {
  const { root, uses } = page();
  createReader({ languages: ['zh'] }, uses).change({ language: 'en', density: 'dense' });
  expect(root).toMatchObject({ lang: 'en', dataset: { density: 'dense' } });
  expect(createReader({ languages: ['zh'] }, uses).current()).toEqual({
    language: 'en',
    density: 'dense',
  });
});

test('a spoilt or forbidden storage is no reason to fail', () => {
  const { uses } = page();
  uses.storage.setItem('touyan.reader', '{broken');
  expect(createReader({ languages: ['en'] }, uses).current().language).toBe('en');
  const forbidden = {
    getItem: () => null,
    setItem: () => {
      throw new Error('forbidden');
    },
  };
  const reader = createReader({ languages: ['zh'] }, { ...uses, storage: forbidden });
  reader.change({ language: 'en' });
  expect(reader.current().language).toBe('en');
});
