import i18next, { type i18n } from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import { formatNumber } from './format.ts';
import {
  type Bilingual,
  type Language,
  oneLanguage,
  type Pairs,
  type Placeholders,
  type Words,
} from './words.ts';

/** Values for the placeholders of a text; none where it has none. */
type Values<Text extends string> = [Placeholders<Text>] extends [never]
  ? []
  : [values: { [Name in Placeholders<Text>]: string | number }];

/** Gives the text of a key in the reader's language. */
export type Say<Table extends Pairs> = <Key extends keyof Table & string>(
  key: Key,
  ...values: Values<Table[Key][0]>
) => string;

type Translate = (key: string, values: Record<string, unknown>) => string;

/** Starts i18next without words; each room adds its own when it is first shown. */
export function createI18n(language: Language): i18n {
  const instance = i18next.createInstance();
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh',
    resources: {},
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return instance;
}

/** Makes the words of a room known; doing it again changes nothing. */
export function addWords(instance: i18n, words: Words<Pairs>): void {
  if (instance.hasResourceBundle('zh', words.room)) return;
  for (const language of ['zh', 'en'] as const) {
    instance.addResourceBundle(language, words.room, oneLanguage(words.pairs, language));
  }
}

/** The words of a room in the reader's language: `const say = useWords(words); say('title')`. */
export function useWords<Table extends Pairs>(words: Words<Table>): Say<Table> {
  const { i18n } = useTranslation(undefined, { useSuspense: false });
  const language = useLanguage();
  return useMemo(() => {
    addWords(i18n, words);
    const translate: Translate = i18n.getFixedT(language, words.room);
    return (key, ...values) => translate(key, withFigures(values[0]));
  }, [i18n, language, words]);
}

/**
 * Figures are written with their separators; `count` stays a number beside, for the plural's
 * choice.
 */
function withFigures(values: Readonly<Record<string, string | number>> = {}) {
  const written: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values)) {
    written[name] = typeof value === 'number' ? formatNumber(value) : value;
  }
  const { count } = values;
  return count === undefined ? written : { ...written, count, countWritten: written.count };
}

/** The reader's language. */
export function useLanguage(): Language {
  const { i18n } = useTranslation(undefined, { useSuspense: false });
  return i18n.language === 'en' ? 'en' : 'zh';
}

/** Picks the reader's language out of text in both. */
export function usePick(): (text: Bilingual) => string {
  const language = useLanguage();
  return (text) => text[language] || text.zh;
}
