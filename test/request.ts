import type { Connection } from '../src/apps/cli-connection.ts';
import type { Operation } from '../src/kernel/contract.ts';

export type Answer = { status: number; code: string; body: string };

/** Sends an operation's input as its route says: path, then query or body. */
export async function send(
  connection: Connection,
  operation: Operation,
  input: unknown,
): Promise<Answer> {
  const { method = 'POST', path = '/' } = operation['~orpc'].route;
  const rest: Record<string, unknown> =
    typeof input === 'object' && input !== null ? { ...input } : {};
  const filled = path.replace(/\{(\w+)\}/g, (_whole, key: string) => {
    const value = rest[key];
    delete rest[key];
    return encodeURIComponent(
      typeof value === 'string' && value !== '' ? toWellFormed(value) : '-',
    );
  });
  const url = new URL(filled, connection.address);
  const inQuery = method === 'GET';
  if (inQuery) {
    for (const [key, value] of Object.entries(rest)) {
      if (value !== undefined)
        url.searchParams.set(key, typeof value === 'string' ? value : JSON.stringify(value));
    }
  }
  return answerOf(
    await fetch(url, {
      method,
      headers: {
        ...connection.headers,
        ...(inQuery ? {} : { 'content-type': 'application/json' }),
      },
      ...(inQuery ? {} : { body: JSON.stringify(path.includes('{') ? rest : input) ?? '' }),
    }),
  );
}

export async function answerOf(response: Response): Promise<Answer> {
  const body = await response.text();
  let code = '';
  try {
    code = String(JSON.parse(body).code ?? '');
  } catch {}
  return { status: response.status, code, body };
}

const toWellFormed = (text: string) => text.toWellFormed();
