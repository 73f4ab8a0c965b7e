import type { IncomingMessage } from 'node:http';
import { ModelRefused, type ModelSession, ModelSessionEnded } from '#modules/compute';
import { servingErrors } from '../errors.ts';
import type { RemoteHttp } from './remote-http.ts';
import type { RemoteServer, RemoteServers } from './remote-servers.ts';
import type { RemoteSpec } from './remote-spec.ts';
import { remoteProblem, remoteWords } from './remote-words.ts';
import {
  decodeExchange,
  ExchangeBroken,
  encodeExchange,
  portsOfMetadata,
} from './tensor-exchange.ts';

type Options = { loadSeconds: number; runSeconds: number };
type Uses = { servers: RemoteServers; http: RemoteHttp };
type Remote = { spec: RemoteSpec; ownerId: string };

/**
 * A model on a server elsewhere, as a session that the queue, the batcher and the stop know. It holds no process: opening
 * it asks whether the server has the model. Throws as `RemoteHttp.ask` and `RemoteServers.find` do, and
 * `serving.remote_failed` for a server that has it not.
 */
export async function openRemoteSession(
  remote: Remote,
  options: Options,
  uses: Uses,
): Promise<ModelSession> {
  const stop = new AbortController();
  const talk = createTalk(remote, options, uses, stop.signal);
  const { spec } = remote;
  const model = encodeURIComponent(spec.model);
  if (spec.protocol === 'openai') {
    // Not every server lists its models: one that answers at all is there.
    await talk.ask('/models', [404, 405]);
    const differs = async () => {
      throw servingErrors.make.called_otherwise({ model: spec.model, place: '/v1' });
    };
    return { inputs: [], outputs: [], run: differs, ...ending(stop) };
  }
  const described = await talk.ask(`/v2/models/${model}`);
  const ports = talk.parse(() => portsOfMetadata(described.body));
  const binary = await takesBinary(talk);
  return {
    ...ports,
    async run(inputs, outputs) {
      const asked = { inputs, outputs };
      const { head, tensors } = encodeExchange(asked, ports, binary);
      const began = performance.now();
      const { body, headBytes } = await talk.infer(`/v2/models/${model}/infer`, head, tensors);
      const results = talk.parse(() => decodeExchange(body, headBytes, asked, ports));
      return { outputs: results, nanoseconds: Math.round((performance.now() - began) * 1e6) };
    },
    ...ending(stop),
  };
}

function ending(stop: AbortController): Pick<ModelSession, 'end' | 'close'> {
  const end = { reason: 'cancelled' as const, detail: 'The connection was ended.' };
  return {
    end: () => (stop.signal.aborted ? end : null),
    async close() {
      stop.abort(new ModelSessionEnded(end));
    },
  };
}

async function takesBinary(talk: ReturnType<typeof createTalk>): Promise<boolean> {
  const { body, status } = await talk.ask('/v2', [404, 405, 501]);
  return status === 200 && body.includes('binary_tensor_data');
}

/** What is said to the server of one model. */
function createTalk(
  { spec, ownerId }: Remote,
  options: Options,
  { servers, http }: Uses,
  stop: AbortSignal,
) {
  const within = (seconds: number) => {
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(servingErrors.make.model_timeout({ limit: seconds })),
      seconds * 1_000,
    );
    return { signal: AbortSignal.any([stop, late.signal]), done: () => clearTimeout(timer) };
  };
  const whole = async (server: RemoteServer, answer: IncomingMessage, signal: AbortSignal) => {
    return { status: answer.statusCode ?? 0, body: await http.readAll(server, answer, signal) };
  };
  return {
    /** A GET; throws `serving.remote_failed` for statuses other than 200 and those that are named. */
    async ask(path: string, others: readonly number[] = []) {
      const server = await servers.find(spec.url, ownerId);
      const { signal, done } = within(options.loadSeconds);
      try {
        const question = { method: 'GET', url: `${spec.url}${path}`, signal } as const;
        const { status, body } = await whole(server, await http.ask(server, question), signal);
        if (status !== 200 && !others.includes(status)) throw remoteProblem(server, status, null);
        return { status, body };
      } finally {
        done();
      }
    },
    /** Throws ModelRefused with the server's words for inputs that it does not take. */
    async infer(path: string, head: Buffer, tensors: readonly Uint8Array[]) {
      const server = await servers.find(spec.url, ownerId);
      const { signal, done } = within(options.runSeconds);
      const headers: Record<string, string> =
        tensors.length === 0
          ? { 'content-type': 'application/json' }
          : {
              'content-type': 'application/octet-stream',
              'inference-header-content-length': String(head.length),
            };
      try {
        const url = `${spec.url}${path}`;
        const question = {
          method: 'POST',
          url,
          headers,
          body: [head, ...tensors],
          signal,
        } as const;
        const answer = await http.ask(server, question);
        const { status, body } = await whole(server, answer, signal);
        if (status === 400 || status === 422) throw new ModelRefused(remoteWords(server, body));
        if (status !== 200) throw remoteProblem(server, status, answer.headers['retry-after']);
        const length = answer.headers['inference-header-content-length'];
        return { body, headBytes: length === undefined ? null : Number(length) || 0 };
      } finally {
        done();
      }
    },
    parse<Result>(read: () => Result): Result {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof ExchangeBroken)) throw error;
        const { origin } = new URL(spec.url);
        throw servingErrors.make.remote_failed({ origin, problem: error.message });
      }
    },
  };
}
