import { useEffect, useMemo, useState } from 'react';

/**
 * What a form holds. Values are JSON, so that a draft can be kept; files are fields of their own.
 */
export type Values = { readonly [field: string]: unknown };

export type Problems<Fields extends Values> = { readonly [Field in keyof Fields]?: string };

/** What ties one control to the draft: `<TextField {...draft.bind('title')} label={…} />`. */
export type Binding<Value> = {
  name: string;
  value: Value;
  onChange: (value: Value) => void;
  /** The reader has left the field: from now on its problem is shown. */
  onLeave: () => void;
  /** The problem to show: none before the field was left or sending was tried. */
  problem: string | undefined;
};

export type Draft<Fields extends Values> = {
  values: Fields;
  bind<Field extends keyof Fields & string>(field: Field): Binding<Fields[Field]>;
  /** All problems, shown or not. From the first call on they all are shown. */
  review(): readonly (keyof Fields & string)[];
  /** When the draft that was found had been kept; absent for a fresh one. */
  restoredAt: string | undefined;
  /** Forgets the draft and begins anew. */
  discard(): void;
};

type Kept = { at: string; values: Values };

/**
 * Holds the values of a form, checks them on every change, and keeps them in the tab's session
 * storage under `key`, so that a reload loses nothing. `check` gives the problem of each field that
 * has one.
 */
export function useDraft<Fields extends Values>(options: {
  key: string;
  initial: Fields;
  check: (values: Fields) => Problems<Fields>;
}): Draft<Fields> {
  const { initial, check } = options;
  const storageKey = `touyan.draft.${options.key}`;
  const [found] = useState(() => readKept(storageKey));
  const [values, setValues] = useState<Fields>(() => ({
    ...initial,
    ...sameFields(initial, found),
  }));
  const [left, setLeft] = useState<ReadonlySet<string>>(() => new Set());
  const [all, setAll] = useState(false);
  const [restoredAt, setRestoredAt] = useState(found?.at);
  const [touched, setTouched] = useState(false);
  const problems = useMemo(() => check(values), [check, values]);

  useEffect(() => {
    if (touched) keep(storageKey, values);
  }, [storageKey, touched, values]);

  return {
    values,
    bind: (field) => ({
      name: field,
      value: values[field],
      onChange(value) {
        setTouched(true);
        setValues((before) => ({ ...before, [field]: value }));
      },
      onLeave: () => setLeft((before) => new Set(before).add(field)),
      problem: all || left.has(field) ? problems[field] : undefined,
    }),
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
    ([field, value]) =>
      field in initial &&
      (typeof value === typeof initial[field] || value === null || initial[field] === null),
  );
  return Object.fromEntries(entries);
}

function readKept(key: string): Kept | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    if (typeof value !== 'object' || value === null) return null;
    const { at, values }: { at: unknown; values: unknown } = { at: null, values: null, ...value };
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
