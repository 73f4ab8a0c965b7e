import type { IncomingMessage } from 'node:http';
import { servingErrors } from '../errors.ts';
import type { RemoteHttp } from '../remotes/remote-http.ts';
import type { RemoteServer, RemoteServers } from '../remotes/remote-servers.ts';
import type { RemoteSpec } from '../remotes/remote-spec.ts';
import { remoteCode, remoteProblem, remoteWords } from '../remotes/remote-words.ts';

export type AskedRemote = { spec: RemoteSpec; ownerId: string; path: string; fields: object };

type Uses = { servers: RemoteServers; http: RemoteHttp };

/**
 * Asks a server of OpenAI's form and resolves with the head of its answer, which is a good one. What it says of a request that
 * it does not take goes on as `serving.request_refused`; throws `serving.remote_busy`, and as `RemoteHttp.ask` does.
 */
export async function askRemote(
  { spec, ownerId, path, fields }: AskedRemote,
  { servers, http }: Uses,
  signal: AbortSignal,
): Promise<{ server: RemoteServer; answer: IncomingMessage }> {
  const server = await servers.find(spec.url, ownerId);
  const answer = await http.ask(server, {
    ...{ method: 'POST', url: `${spec.url}${path}`, signal },
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...fields, model: spec.model }),
  });
  const status = answer.statusCode ?? 0;
  if (status === 200) return { server, answer };
  const body = await http.readAll(server, answer, signal);
  if (status === 400 || status === 413 || status === 422) {
    const problem = remoteWords(server, body);
    throw servingErrors.make.request_refused({ problem, code: remoteCode(body) });
  }
  throw remoteProblem(server, status, answer.headers['retry-after']);
}

/** The whole answer as JSON. Throws `serving.remote_failed` where it is none. */
export async function askRemoteJson(
  asked: AskedRemote,
  uses: Uses,
  signal: AbortSignal,
): Promise<unknown> {
  const { server, answer } = await askRemote(asked, uses, signal);
  const body = await uses.http.readAll(server, answer, signal);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw brokenAnswer(asked.spec, 'its answer is no JSON', cause);
  }
}

export function brokenAnswer({ url }: RemoteSpec, problem: string, cause?: unknown) {
  return servingErrors.make.remote_failed({ origin: new URL(url).origin, problem }, { cause });
}
