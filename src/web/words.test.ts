import { describe, expect, test } from 'vitest';
import { problemWords } from '#web/ui/problem-words.ts';
import { addWords, createI18n } from './i18n.ts';
import { defineWords, type Pair, type Pairs, type Words } from './words.ts';

/**
 * Every text of the portal is there in both languages, and keeps the rules of LOOK: spaces, no
 * shouting.
 */
const modules = import.meta.glob<Record<string, unknown>>('./*/{words,*-words}.ts', {
  eager: true,
});
const rooms = Object.values(modules).flatMap((module) => Object.values(module).filter(isRoom));

function isRoom(value: unknown): value is Words<Pairs> {
  return typeof value === 'object' && value !== null && 'room' in value && 'pairs' in value;
}

const texts: [string, Pair][] = [
  ...rooms.flatMap(({ room, pairs }) =>
    Object.entries(pairs).map(([key, pair]): [string, Pair] => [`${room}.${key}`, pair]),
  ),
  ...Object.entries(problemWords),
];

const placeholders = (text: string) => [...new Set(text.match(/\{\{?\w+\}?\}/g))].sort();
const han = '[\\u4e00-\\u9fff]';

describe('words', () => {
  test('rooms have names of their own', () => {
    expect(rooms.length).toBeGreaterThan(3);
    expect(new Set(rooms.map(({ room }) => room)).size).toBe(rooms.length);
  });

  test.each(texts)('%s', (key, [chinese, ...english]) => {
    for (const text of [chinese, ...english]) {
      expect(text.trim()).toBe(text);
      expect(text).not.toBe('');
      expect(text).not.toMatch(/[!！]|\bplease\b|(?<![申邀])请(?![求示])/i);
    }
    const spaced = `${han}(?:[A-Za-z0-9]|\\{\\{(?:count|page|pages|time|at)\\}\\})`;
    expect(chinese).not.toMatch(new RegExp(spaced));
    expect(chinese).not.toMatch(new RegExp(`(?:[A-Za-z0-9]|\\{\\{(?:count|time)\\}\\})${han}`));
    expect(chinese).not.toMatch(/[\u4e00-\u9fff][,.;:?]/);
    const bilingual = ['layout.brand', 'layout.otherLanguage'].includes(key);
    for (const text of english) {
      if (!bilingual) expect(text).not.toMatch(/[\u4e00-\u9fff，。；：]/);
      expect(placeholders(text)).toEqual(placeholders(chinese));
    }
  });
});

describe('i18n', () => {
  const sample = defineWords('sample', {
    rows: ['共 {{count}} 行', '{{count}} row', '{{count}} rows'],
    named: ['名为{{name}}', 'called {{name}}'],
  });

  test('plurals follow the count, figures are written with separators', () => {
    const i18n = createI18n('en');
    addWords(i18n, sample);
    const say = i18n.getFixedT('en', 'sample');
    const rows = (count: number, countWritten: string) => say('rows', { count, countWritten });
    expect([rows(1, '1'), rows(1200, '1,200')]).toEqual(['1 row', '1,200 rows']);
    expect(i18n.getFixedT('zh', 'sample')('rows', { count: 1, countWritten: '1' })).toBe('共 1 行');
  });
});
