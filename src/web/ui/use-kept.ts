import { useCallback, useState } from 'react';

/** A text which this browser keeps over visits; where storage is forbidden, over this page only. */
export function useKept(key: string, initial: string): [string, (value: string) => void] {
  const [value, setValue] = useState(() => {
    try {
      return localStorage.getItem(key) ?? initial;
    } catch {
      return initial;
    }
  });
  const keep = useCallback(
    (next: string) => {
      setValue(next);
      try {
        localStorage.setItem(key, next);
      } catch {
        // The choice holds until the page is left.
      }
    },
    [key],
  );
  return [value, keep];
}
