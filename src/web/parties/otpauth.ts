/** The secret of an `otpauth:` address (Key URI Format), in groups of four for typing. */
export function secretOf(totpUri: string): string {
  const secret = /[?&]secret=([A-Z2-7]+)/i.exec(totpUri)?.[1] ?? '';
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
