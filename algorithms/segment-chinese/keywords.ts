import type { Word } from './words.ts';

/**
 * TextRank (Mihalcea and Tarau, TextRank: Bringing Order into Texts, EMNLP 2004), as jieba has it: words that
 * say something are joined where they stand within five of each other, and weigh by what they are joined to.
 */
const SPAN = 5;
const DAMPING = 0.85;
const ROUNDS = 10;

/** Names, nouns, verbs and foreign words. */
const telling = /^(?:n[a-z]*|vn|v|eng)$/;
/** Verbs and nouns of every text that say nothing about it. */
const empty = new Set(
  (
    '没有 可以 进行 能够 需要 希望 应该 可能 认为 表示 成为 开始 出现 使用 目前 情况 问题 方面 ' +
    '时候 时间 我们 你们 他们 大家 有人 起来 出来 下来 过来 不能 不会 不要'
  ).split(' '),
);

/** The words that weigh most, the first most; scores from 0 to 1. */
export function keywordsOf(words: readonly Word[]): { word: string; score: number }[] {
  const kept = words.map(({ word, entity_group }) => {
    const tells = telling.test(entity_group) && [...word].length >= 2 && !empty.has(word);
    return tells ? word.toLowerCase() : null;
  });
  const joined = new Map<string, Map<string, number>>();
  const join = (from: string, to: string) => {
    const others = joined.get(from) ?? new Map<string, number>();
    joined.set(from, others.set(to, (others.get(to) ?? 0) + 1));
  };
  for (const [place, word] of kept.entries()) {
    if (word === null) continue;
    if (!joined.has(word)) joined.set(word, new Map());
    for (const other of kept.slice(place + 1, place + SPAN)) {
      if (other === null || other === word) continue;
      join(word, other);
      join(other, word);
    }
  }
  return weigh(joined);
}

function weigh(joined: ReadonlyMap<string, ReadonlyMap<string, number>>) {
  const sums = new Map(
    [...joined].map(([word, others]) => [word, [...others.values()].reduce((a, b) => a + b, 0)]),
  );
  let weights = new Map([...joined.keys()].map((word) => [word, 1 / joined.size]));
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = new Map<string, number>();
    for (const [word, others] of joined) {
      let sum = 0;
      for (const [other, times] of others) {
        sum += (times / (sums.get(other) || 1)) * (weights.get(other) ?? 0);
      }
      next.set(word, 1 - DAMPING + DAMPING * sum);
    }
    weights = next;
  }
  const most = Math.max(...weights.values());
  return [...weights]
    .map(([word, weight]) => ({ word: word.slice(0, 200), score: weight / most }))
    .sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1))
    .slice(0, 100);
}
