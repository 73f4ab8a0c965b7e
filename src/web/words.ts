/**
 * Words stand in pairs, Chinese beside English, so that neither is forgotten. A third member is the
 * English plural: `['共 {{count}} 项', '{{count}} item', '{{count}} items']`.
 */
export type Pair =
  | readonly [zh: string, en: string]
  | readonly [zh: string, one: string, many: string];

export type Pairs = { readonly [key: string]: Pair };

/** The words of one room of the portal. */
export type Words<Table extends Pairs> = { readonly room: string; readonly pairs: Table };

/** What stands between `{{` and `}}` in a text. */
export type Placeholders<Text extends string> =
  Text extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Placeholders<Rest> : never;

export type Language = 'zh' | 'en';

/** Text which the server sends in both languages. */
export type Bilingual = { zh: string; en: string };

/** Declares the words of a room. Keys and placeholders are checked where they are used. */
export function defineWords<const Table extends Pairs>(room: string, pairs: Table): Words<Table> {
  return { room, pairs };
}

/** One language of a table, in the form i18next reads: plurals as `key_one` and `key_other`. */
export function oneLanguage(pairs: Pairs, language: Language): Record<string, string> {
  const texts: Record<string, string> = {};
  const put = (key: string, text: string) => {
    // i18next chooses the plural by `count`, a number; what is written is the same with separators.
    texts[key] = text.replaceAll('{{count}}', '{{countWritten}}');
  };
  for (const [key, [zh, one, many]] of Object.entries(pairs)) {
    if (language === 'zh') put(key, zh);
    else if (many === undefined) put(key, one);
    else {
      put(`${key}_one`, one);
      put(`${key}_other`, many);
    }
  }
  return texts;
}
