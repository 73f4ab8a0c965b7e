import { readFileSync, writeFileSync } from 'node:fs';
import type { ValidatedPolicies } from '#kernel/access-cedar.ts';

/**
 * Remembers the policies of the last start in a file, by their digest: validating them takes a tenth of a
 * start. Without the file, or with anything else in it, they are validated, unless they are those that were
 * valid when the package was built.
 */
export function rememberValidated(file: string, built?: string): ValidatedPolicies {
  const says = (name: string, digest: string) => {
    try {
      return readFileSync(name, 'utf8') === `${digest}\n`;
    } catch {
      return false;
    }
  };
  return {
    has: (digest) => says(file, digest) || (built !== undefined && says(built, digest)),
    add: (digest) => writeFileSync(file, `${digest}\n`),
  };
}
