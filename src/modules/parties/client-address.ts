import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';

/** The client's address; behind a trusted proxy, what that proxy saw. */
export function clientAddress(
  raw: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } },
  trustedProxies: readonly string[],
): string {
  const direct = plain(raw.socket.remoteAddress ?? '');
  if (!trustedProxies.includes(direct)) return direct;
  // The last entry is the proxy's own; those before it may be anybody's invention.
  const forwarded = String(raw.headers['x-forwarded-for'] ?? '').split(',');
  return plain(forwarded.at(-1)?.trim() ?? '') || direct;
}

export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

function plain(address: string): string {
  const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return isIPv4(mapped) ? mapped : address;
}
