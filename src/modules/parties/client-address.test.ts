import { expect, it } from 'vitest';
import { clientAddress, isLoopbackAddress } from './client-address.ts';

const seen = (remoteAddress: string, forwarded: string, trusted: string[]) =>
  clientAddress({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }, trusted);

it('believes a forwarded address from a trusted proxy only, and its last entry only', () => {
  expect(seen('::ffff:203.0.113.9', '127.0.0.1', [])).toBe('203.0.113.9');
  expect(seen('10.0.0.1', '127.0.0.1, 203.0.113.9', ['10.0.0.1'])).toBe('203.0.113.9');
  expect(seen('10.0.0.1', '', ['10.0.0.1'])).toBe('10.0.0.1');
});

it('knows loopback', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopbackAddress)).toBe(true);
  expect(['128.0.0.1', '127.example.org', '', '::2'].some(isLoopbackAddress)).toBe(false);
});
