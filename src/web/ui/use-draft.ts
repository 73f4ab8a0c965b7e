import { useCallback, useEffect, useMemo, useState } from 'react';

/** What a form holds. Values are JSON, so that a draft can be kept; files are fields of their own. */
export type Values = { readonly [field: string]: unknown };

export type Problems<Fields extends Values> = { readonly [Field in keyof Fields]?: string };

export type Draft<Fields extends Values> = {
  values: Fields;
  set<Field extends keyof Fields & string>(field: Field, value: Fields[Field]): void;
  /** The reader has left the field: from now on its problem is shown. */
  leave(field: keyof Fields & string): void;
  /** The problem to show: none before the field was left or sending was tried. */
  problemOf(field: keyof Fields & string): string | undefined;
  /** All problems, shown or not. From the first call on they all are shown. */
  review(): readonly (keyof Fields & string)[];
  /** When the draft that was found had been kept; absent for a fresh one. */
  restoredAt: string | undefined;
  /** Forgets the draft and begins anew. */
  discard(): void;
};

type Kept = { at: string; values: Values };

/**
 * Holds the values of a form, checks them on every change, and keeps them in the tab's session storage under
 * `key`, so that a reload loses nothing. `check` gives the problem of each field that has one.
 */
export function useDraft<Fields extends Values>(options: {
  key: string;
  initial: Fields;
  check: (values: Fields) => Problems<Fields>;
}): Draft<Fields> {
  const { initial, check } = options;
  const storageKey = `touyan.draft.${options.key}`;
  const [found] = useState(() => readKept(storageKey));
  const [values, setValues] = useState<Fields>(() => ({ ...initial, ...sameFields(initial, found) }));
  const [left, setLeft] = useState<ReadonlySet<string>>(() => new Set());
  const [all, setAll] = useState(false);
  const [restoredAt, setRestoredAt] = useState(found?.at);
  const [touched, setTouched] = useState(false);
  const problems = useMemo(() => check(values), [check, values]);

  useEffect(() => {
    if (touched) keep(storageKey, values);
  }, [storageKey, touched, values]);

  const set = useCallback<Draft<Fields>['set']>((field, value) => {
    setTouched(true);
    setValues((before) => ({ ...before, [field]: value }));
  }, []);
  return {
    values,
    set,
    leave: (field) => setLeft((before) => new Set(before).add(field)),
    problemOf: (field) => (all || left.has(field) ? problems[field] : undefined),
    review() {
      setAll(true);
      return Object.keys(initial).filter((field) => problems[field] !== undefined);
    },
    restoredAt,
    discard() {
      forget(storageKey);
      setValues(initial);
      setLeft(new Set());
      setAll(false);
      setTouched(false);
      setRestoredAt(undefined);
    },
  };
}

/** Only fields which the form still has, and whose values are still of the same type. */
function sameFields(initial: Values, kept: Kept | null): Values {
  const entries = Object.entries(kept?.values ?? {}).filter(
    ([field, value]) => field in initial && typeof value === typeof initial[field],
  );
  return Object.fromEntries(entries);
}

function readKept(key: string): Kept | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    if (typeof value !== 'object' || value === null) return null;
    const { at, values } = { at: null, values: null, ...value };
    if (typeof at !== 'string' || typeof values !== 'object' || values === null) return null;
    return { at, values: { ...values } };
  } catch {
    return null;
  }
}

function keep(key: string, values: Values): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ at: new Date().toISOString(), values }));
  } catch {
    // Without storage the form still works; it only does not survive a reload.
  }
}

function forget(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // There was nothing to forget.
  }
}
