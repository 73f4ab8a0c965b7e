import type { DoorReply } from '#kernel/door.ts';
import { Failure } from '#kernel/errors.ts';
import { failureOf } from '#kernel/http-failures.ts';
import type { Log } from '#kernel/log.ts';
import type { Call } from '#kernel/principal.ts';
import { readEvents } from '../remotes/event-stream.ts';
import { type Chunk, cutChunk, readChunk, type Usage, usageView } from './completion-chunk.ts';
import type { Exchange } from './exchange.ts';
import { isObject } from './json-object.ts';
import { errorOf } from './openai-reply.ts';
import type { CompletionRequest } from './openai-request.ts';
import { createTextWindow } from './text-window.ts';
import { createTokenMeter, type TokenDifference } from './token-meter.ts';

/** A streamed answer: what comes from the server elsewhere, and how it goes on to the client. */

const EVENT_BYTES_MAX = 1024 * 1024;
const DONE = '[DONE]';

export type ChunkSource = {
  /** Chunks that may be given, in order. Throws failures. */
  chunks: AsyncGenerator<Chunk, void, void>;
  /** The server's own count, once it has said it. */
  usage(): Usage | null;
};

/** Reads the events of a server elsewhere; those whose text may not pass end the stream with `content_filter`. */
export function streamChunks(
  parts: AsyncIterable<Uint8Array>,
  options: { form: Parameters<typeof readChunk>[1]; windowCharacters: number },
  uses: {
    /** Null where nothing is checked, and nothing held back. */
    passes: ((text: string) => Promise<boolean>) | null;
    broken(problem: string, cause?: unknown): Failure;
  },
): ChunkSource {
  const { form } = options;
  const { passes, broken } = uses;
  const window = passes && createTextWindow({ characters: options.windowCharacters }, { passes });
  const choices = new Set<number>();
  let usage: Usage | null = null;
  let last: Chunk | null = null;
  let finished = false;

  const cut = (): Chunk => {
    usage = null;
    const value = cutChunk({ value: last?.value ?? {} }, [...choices], form);
    return { value, usage, texts: [], pieces: 0, finished: true, choices: [] };
  };
  async function* read(): AsyncGenerator<Chunk, void, void> {
    for await (const data of readEvents(parts, { bytesMax: EVENT_BYTES_MAX })) {
      if (data === DONE) return;
      const given: unknown = JSON.parse(data);
      if (isObject(given) && given.error) throw broken('it broke off with an error');
      const chunk = readChunk(given, form);
      usage = chunk.usage ?? usage;
      finished ||= chunk.finished;
      for (const choice of chunk.choices) choices.add(choice);
      // Chunks of usage alone, and whatever some servers send before the first.
      if (chunk.choices.length === 0) continue;
      last = chunk;
      yield chunk;
    }
    if (!finished) throw broken('it broke off');
  }
  async function* released(): AsyncGenerator<Chunk, void, void> {
    try {
      for await (const chunk of read()) {
        const passed = window ? await window.push(chunk) : [chunk];
        if (passed === null) return yield cut();
        yield* passed;
      }
      const rest = window ? await window.flush() : [];
      if (rest === null) return yield cut();
      yield* rest;
    } catch (error) {
      // Whatever a stream holds that is no chunk: no JSON, too deep, too long, of another form.
      if (error instanceof Failure || isAbort(error)) throw error;
      throw broken('its stream is not of the form', error);
    }
  }
  return { chunks: released(), usage: () => usage };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

type Given = {
  source: ChunkSource;
  first: IteratorResult<Chunk, void>;
  request: CompletionRequest;
  exchange: Exchange;
  call: Call;
};

const frame = (value: object | string) =>
  Buffer.from(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);

/**
 * The stream as a client gets it: no faster than it reads, tokens counted as they go and settled before the end. What breaks it
 * is an event of `error`, with which the official clients throw; then no `[DONE]` comes.
 */
export function streamReply(
  { source, first, request, exchange, call }: Given,
  { log, countMore }: { log: Log; countMore(tokens: TokenDifference): Promise<void> },
): DoorReply {
  const meter = createTokenMeter({ promptEstimated: request.tokensEstimated }, { add: countMore });
  const { includeUsage } = request;
  async function* body(): AsyncGenerator<Uint8Array, void, void> {
    let base: object = {};
    try {
      for (let next = first; !next.done; next = await source.chunks.next()) {
        exchange.signal.throwIfAborted();
        base = next.value.value;
        await meter.wrote(next.value.pieces);
        yield frame(includeUsage ? { ...base, usage: null } : base);
      }
      const counted = source.usage();
      const usage = await meter.settle(counted);
      if (includeUsage) {
        yield frame({ ...base, choices: [], usage: usageView(usage, counted === null) });
      }
      yield frame(DONE);
    } catch (error) {
      if (call.signal.aborted) return;
      await meter.settle(null);
      yield frame({ error: errorOf(failureOf(error, call.requestId, log)) });
    } finally {
      exchange.end();
      // The client may have left: what it got is counted all the same.
      await meter.settle(null).catch((error: unknown) => {
        log.error({ error }, 'the tokens of a broken stream could not be counted');
      });
    }
  }
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // Proxies that gather answers would hold the stream up.
      ...{ 'cache-control': 'no-cache', 'x-accel-buffering': 'no' },
    },
    body: body(),
  };
}
