import { createHmac } from 'node:crypto';
import type { Random } from '#kernel/ids.ts';

const PREFIX = 'whsec_';

/** A secret as https://github.com/standard-webhooks/standard-webhooks writes it: 32 random bytes. */
export function makeSecret(random: Random): string {
  return PREFIX + Buffer.from(random(32)).toString('base64');
}

/**
 * The headers that sign a message: HMAC-SHA256 over `id.timestamp.body`, as in the Standard Webhooks
 * specification, version 1. `at` is the time of this attempt, so that receivers can refuse old ones.
 */
export function signedHeaders(message: {
  id: string;
  at: Date;
  body: string;
  secret: string;
}): Record<string, string> {
  const timestamp = String(Math.floor(message.at.getTime() / 1000));
  const key = Buffer.from(message.secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key)
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest('base64');
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
