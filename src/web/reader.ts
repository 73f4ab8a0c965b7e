/**
 * What a reader has chosen for this browser: language and density. It is kept in local storage and
 * stands on the root element, where style sheets and screen readers find it.
 */
export type Choices = {
  readonly language: 'zh' | 'en';
  readonly density: 'roomy' | 'dense';
};

export type Reader = {
  current(): Choices;
  change(choices: Partial<Choices>): void;
  subscribe(listener: () => void): () => void;
};

const storageKey = 'touyan.reader';

/**
 * Reads earlier choices. Without any, the language is the first of the browser's languages that the
 * portal speaks, and Chinese where it speaks none of them.
 */
export function createReader(
  options: { languages: readonly string[] },
  uses: { storage: Pick<Storage, 'getItem' | 'setItem'> | null; root: HTMLElement },
): Reader {
  let choices = readChoices(uses.storage, options.languages);
  const listeners = new Set<() => void>();
  apply(uses.root, choices);
  return {
    current: () => choices,
    change(changed) {
      choices = { ...choices, ...changed };
      apply(uses.root, choices);
      try {
        uses.storage?.setItem(storageKey, JSON.stringify(choices));
      } catch {
        // A full or forbidden storage loses the choice at the next visit, nothing else.
      }
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function readChoices(
  storage: Pick<Storage, 'getItem'> | null,
  languages: readonly string[],
): Choices {
  const spoken = languages.map((name) => name.slice(0, 2)).find((name) => /^(zh|en)$/.test(name));
  const earlier = readObject(storage);
  const language = earlier.language ?? spoken;
  return {
    language: language === 'en' ? 'en' : 'zh',
    density: earlier.density === 'dense' ? 'dense' : 'roomy',
  };
}

function readObject(storage: Pick<Storage, 'getItem'> | null): {
  language?: unknown;
  density?: unknown;
} {
  try {
    const value: unknown = JSON.parse(storage?.getItem(storageKey) ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function apply(root: HTMLElement, choices: Choices): void {
  root.lang = choices.language === 'zh' ? 'zh-CN' : 'en';
  root.dataset.density = choices.density;
}
