import { lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress, publicLookup } from '#kernel/public-address.ts';

export type PostOptions = {
  /** Private addresses and plain http are open too: for tests and closed networks. */
  privateAddresses: boolean;
  timeoutMs: number;
};

/** What is wrong with an address for webhooks; '' for nothing. Names are looked up at each attempt. */
export function webhookUrlProblem(text: string, { privateAddresses }: PostOptions): string {
  if (!URL.canParse(text)) return 'it is no address';
  const url = new URL(text);
  if (url.username || url.password) return 'it carries a password';
  if (privateAddresses) return '';
  if (url.protocol !== 'https:') return 'it must begin with https:';
  const host = bareHost(url);
  return isIP(host) !== 0 && !isPublicAddress(host) ? 'it leads to a private address' : '';
}

/**
 * Posts a body once and gives the answer's status. Follows no redirect and reads no answer. The name is
 * resolved by the connection itself, which goes to exactly the addresses that were checked: a name that
 * points elsewhere a moment later gains nothing. Rejects where it cannot be posted.
 */
export async function postWebhook(
  text: string,
  message: { body: string; headers: Record<string, string> },
  options: PostOptions,
  signal: AbortSignal,
): Promise<number> {
  const problem = webhookUrlProblem(text, options);
  if (problem) throw new Error(`the address does not fit: ${problem}`);
  const url = new URL(text);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        agent: false,
        headers: { ...message.headers, 'content-length': Buffer.byteLength(message.body) },
        lookup: options.privateAddresses ? lookup : publicLookup,
        signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]),
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        // The socket goes with the answer: nobody waits for a body without end.
        response.destroy();
      },
    );
    request.once('error', reject);
    request.end(message.body);
  });
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
