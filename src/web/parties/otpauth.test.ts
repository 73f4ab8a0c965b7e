import { expect, test } from 'vitest';
import { secretOf } from './otpauth.ts';

test('the secret of an otpauth address is shown in groups of four', () => {
  const uri = 'otpauth://totp/Touyan:ada?secret=JBSWY3DPEHPK3PXP&issuer=Touyan&digits=6';
  expect(secretOf(uri)).toBe('JBSW Y3DP EHPK 3PXP');
  expect(secretOf('')).toBe('');
});
