import { createHash } from 'node:crypto';

/** `sha256:<hex>` of a text: facts say that a reason was given, not which. */
export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
