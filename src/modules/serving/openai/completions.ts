import type { ServerResponse } from 'node:http';
import type { DoorReply } from '#kernel/door.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { ServingOptions } from '../config.ts';
import { servingErrors } from '../errors.ts';
import type { Remotes } from '../remotes/remotes.ts';
import type { TrialCalls } from '../trials/trial-calls.ts';
import type { TrialRow } from '../trials/trial-store.ts';
import { type Chunk, ChunkBroken, cutChunk, readChunk, usageView } from './completion-chunk.ts';
import { type ChunkSource, streamChunks, streamReply } from './completion-stream.ts';
import type { ContentCheck, Direction } from './content-check.ts';
import type { Exchange, Exchanges } from './exchange.ts';
import { json } from './openai-reply.ts';
import type { CompletionKind, CompletionRequest } from './openai-request.ts';
import { type AskedRemote, askRemote, askRemoteJson, brokenAnswer } from './remote-answer.ts';
import { estimateTokens, TooDeep } from './texts.ts';

export type CompletionUses = {
  kernel: Pick<Kernel, 'clock' | 'log'>;
  calls: TrialCalls;
  remotes: Pick<Remotes, 'servers' | 'http'>;
  check: ContentCheck | null;
  exchanges: Exchanges;
};

type Asked = {
  kind: CompletionKind;
  request: CompletionRequest;
  response: ServerResponse;
  call: Call;
};

const paths = { chat: '/chat/completions', text: '/completions' } as const;

/**
 * Has a language model elsewhere answer. Prompt and answer pass the content check, where there is one; the call and its tokens are
 * counted before the end of the answer is given. Throws `serving.called_otherwise`, `content_refused`, `content_unchecked`,
 * `content_check_failed`, and as `askRemote` and `TrialCalls.counted` do.
 */
export function createCompletions(
  options: Pick<ServingOptions, 'SERVING_CONTENT_SAFETY_CHARACTERS'>,
  uses: CompletionUses,
) {
  const { kernel, calls, remotes, check, exchanges } = uses;

  /** Whether a text may pass, for a trial and whoever asks. */
  const passes = async (direction: Direction, text: string, { id }: TrialRow, task: Task) => {
    if (!check || text === '') return true;
    const checked = { direction, text, modelId: id, callerId: task.call.principal.id };
    return check.passes(checked, task.exchange.signal);
  };
  const checkPrompt = async (trial: TrialRow, task: Task) => {
    const { texts, unread } = task.request;
    const param = task.kind === 'chat' ? 'messages' : 'prompt';
    if (check && unread) throw servingErrors.make.content_unchecked({ what: unread, param });
    const text = texts.map((one) => one.text).join('\n');
    if (!(await passes('in', text, trial, task)))
      throw servingErrors.make.content_refused({ param });
  };

  const whole = async (trial: TrialRow, asked: AskedRemote, task: Task) => {
    const { request, kind, exchange } = task;
    const form = { ...formOf(task), streamed: false };
    const chunk = readWhole(asked, await askRemoteJson(asked, remotes, exchange.signal), form);
    const passed = await passes('out', chunk.texts.map(({ text }) => text).join('\n'), trial, task);
    const estimate = { tokensIn: request.tokensEstimated, tokensOut: estimateTokens(chunk.texts) };
    const usage = chunk.usage ?? estimate;
    const value = passed ? chunk.value : cutChunk(chunk, chunk.choices, { kind, streamed: false });
    return {
      answer: { ...value, usage: usageView(usage, chunk.usage === null) },
      ...{ ...usage, rows: 1 },
      tokensEstimated: chunk.usage === null ? usage.tokensIn + usage.tokensOut : 0,
    };
  };

  const begun = async (trial: TrialRow, asked: AskedRemote, task: Task) => {
    const { exchange, request } = task;
    const { server, answer } = await askRemote(asked, remotes, exchange.signal);
    if (!answer.headers['content-type']?.startsWith('text/event-stream')) {
      answer.destroy();
      throw brokenAnswer(asked.spec, 'its answer is no stream');
    }
    const source = streamChunks(
      remotes.http.parts(server, answer, exchange.signal),
      { form: formOf(task), windowCharacters: options.SERVING_CONTENT_SAFETY_CHARACTERS },
      {
        passes: check ? (text) => passes('out', text, trial, task) : null,
        broken: (problem, cause) => brokenAnswer(asked.spec, problem, cause),
      },
    );
    const first = await source.chunks.next();
    const at = kernel.clock.now();
    const begin: Begin = { source, first, at, trialId: trial.id };
    const tokens = { tokensIn: request.tokensEstimated, tokensEstimated: request.tokensEstimated };
    return { answer: begin, rows: 1, at, ...tokens };
  };

  const formOf = ({ kind, request }: Task) => {
    return {
      kind,
      model: request.model,
      streamed: request.stream,
      withoutLogprobs: check !== null,
    };
  };

  /** What `work` does of the trial that is to answer, behind the content check. */
  const answered = async <Answer>(
    task: Task,
    work: (trial: TrialRow, asked: AskedRemote, task: Task) => Promise<Answer>,
    trial: TrialRow,
  ): Promise<Answer> => {
    const { kind, request } = task;
    const { remote: spec, owner_id: ownerId } = trial;
    if (spec?.protocol !== 'openai' || spec.task !== 'text-generation') {
      throw servingErrors.make.called_otherwise({ model: request.model, place: placeOf(trial) });
    }
    task.exchange.watch(trial.id);
    await checkPrompt(trial, task);
    const fields = request.stream
      ? { ...request.fields, stream_options: { include_usage: true } }
      : request.fields;
    return work(trial, { spec, ownerId, path: paths[kind], fields }, task);
  };

  return async ({ kind, request, response, call }: Asked): Promise<DoorReply> => {
    const found = await calls.find(request.model, null, call);
    const exchange = exchanges.open(response, call);
    const task: Task = { kind, request, call, exchange };
    try {
      if (!request.stream) {
        return json(await calls.counted(found, ({ trial }) => answered(task, whole, trial), call));
      }
      const begin = await calls.counted(found, ({ trial }) => answered(task, begun, trial), call);
      const { at, trialId, ...rest } = begin;
      return streamReply(
        { ...rest, request, exchange, call },
        {
          log: kernel.log,
          countMore: (tokens) => calls.countMore(trialId, { ...tokens, at }, call),
        },
      );
    } catch (error) {
      exchange.end();
      throw error;
    } finally {
      if (!request.stream) exchange.end();
    }
  };
}

type Task = { kind: CompletionKind; request: CompletionRequest; call: Call; exchange: Exchange };
type Begin = {
  source: ChunkSource;
  first: IteratorResult<Chunk, void>;
  at: Date;
  trialId: string;
};

function placeOf({ id, runtime, remote }: TrialRow): string {
  if (remote?.protocol === 'openai') return '/v1/embeddings';
  return runtime === 'task' ? `/v1/tasks/${id}` : `/v2/models/${id}/infer`;
}

function readWhole(
  { spec }: AskedRemote,
  given: unknown,
  form: Parameters<typeof readChunk>[1],
): Chunk {
  try {
    return readChunk(given, form);
  } catch (error) {
    if (error instanceof ChunkBroken || error instanceof TooDeep) {
      throw brokenAnswer(spec, 'its answer is not of the form', error);
    }
    throw error;
  }
}
