import { expect, it } from 'vitest';
import { isPublicAddress } from '#kernel/public-address.ts';
import { webhookUrlProblem } from './post-webhook.ts';

it.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.31.255.255'],
  ...['192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::7f00:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1'],
  ...['2002:7f00:1::', 'fe80::1', 'fe80::1%eth0', 'fd00::1', 'ff02::1', '2001:db8::1', 'nonsense'],
])('%s does not lead out', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each(['1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '2400:3200::1'])(
  '%s leads out',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

it.each([
  'http://example.org/',
  'https://user:pass@example.org/',
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://[::1]/',
  'https://[::ffff:10.0.0.1]/',
  'nonsense',
])('%s is no address for a webhook', (url) => {
  expect(webhookUrlProblem(url, { privateAddresses: false, timeoutMs: 1 })).not.toBe('');
});

it('takes an https address', () => {
  const options = { privateAddresses: false, timeoutMs: 1 };
  expect(webhookUrlProblem('https://hooks.example.org/a?b=c', options)).toBe('');
});
