import { expect, it } from 'vitest';
import { systemRandom } from '#kernel/ids.ts';
import { makeSecret, signedHeaders } from './sign-webhook.ts';

it('signs as the Standard Webhooks libraries do (the vector of their own tests)', () => {
  const headers = signedHeaders({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: new Date(1614265330 * 1000),
    body: '{"test": 2432232314}',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  });
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('makes secrets of 32 bytes', () => {
  const secret = makeSecret(systemRandom);
  expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
});
