/**
 * Where one goes after signing in: the `to` of the address if it is a path of this portal, else
 * null. Anything a browser could read as another site (`//host`, `/\host`, `https:`) is refused, and
 * so is the sign-in itself.
 */
export function whereNext(to: string): string | null {
  if (!/^\/(?![/\\])/.test(to) || /[\s\\]/.test(to)) return null;
  return /^\/(?:sign-in|register)(?:[/?#]|$)/.test(to) ? null : to;
}
