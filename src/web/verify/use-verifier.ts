import { useEffect, useState } from 'react';
import type { Outcome, Verifier } from './run-verifier.ts';

const settleMs = 200;

/**
 * Checks a file anew whenever the file or the keys change, and gives what became of it together with
 * the verifier's own words. `checking` is true while what is shown belongs to an earlier text.
 */
export function useVerifier(fileText: string | null, keys: string) {
  const [verifier, setVerifier] = useState<Verifier | null>(null);
  const [checked, setChecked] = useState<{ of: string; outcome: Outcome } | null>(null);
  const wanted = fileText === null || keys.trim() === '' ? null : `${keys}\n\n${fileText}`;

  useEffect(() => {
    if (wanted === null || fileText === null) return;
    let here = true;
    const timer = setTimeout(async () => {
      const loaded = await import('./run-verifier.ts');
      const outcome = await loaded.runVerifier(fileText, keys);
      if (!here) return;
      setVerifier(() => loaded);
      setChecked({ of: wanted, outcome });
    }, settleMs);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [wanted, fileText, keys]);

  return {
    verifier,
    outcome: wanted === null ? null : (checked?.outcome ?? null),
    checking: wanted !== null && checked?.of !== wanted,
  };
}
