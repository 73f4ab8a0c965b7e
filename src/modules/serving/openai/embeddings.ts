import * as z from 'zod';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { servingErrors } from '../errors.ts';
import type { TaskCalls } from '../tasks/task-calls.ts';
import type { FoundModel, TrialCalls } from '../trials/trial-calls.ts';
import { usageOf } from './completion-chunk.ts';
import type { ContentCheck } from './content-check.ts';
import type { Exchange } from './exchange.ts';
import type { EmbeddingsRequest } from './openai-request.ts';
import { askRemoteJson, brokenAnswer } from './remote-answer.ts';
import { estimateTokens } from './texts.ts';

type Uses = {
  kernel: Pick<Kernel, 'clock'>;
  calls: TrialCalls;
  tasks: TaskCalls;
  remotes: Parameters<typeof askRemoteJson>[1];
  check: ContentCheck | null;
};

const VALUES_MAX = 100_000;
const vectors = z.object({
  data: z.array(
    z.object({ index: z.number().int(), embedding: z.array(z.number()).max(VALUES_MAX) }),
  ),
  usage: z.unknown().optional(),
});

type Embedded = { embeddings: readonly (readonly number[])[]; tokens: number; estimated: boolean };

/** Vectors of texts, by a program of the task feature-extraction or a server elsewhere. Counted before it resolves. */
export async function embed(
  found: FoundModel,
  request: EmbeddingsRequest,
  uses: Uses,
  { call, open }: { call: Call; open: () => Exchange },
) {
  const { texts, dimensions, base64, model } = request;
  const accept = (embeddings: Embedded['embeddings']) => {
    const length = embeddings[0]?.length ?? 0;
    if (dimensions === null || dimensions === length) return;
    const problem = `the vectors of this model have ${length} dimensions, which cannot be changed`;
    throw servingErrors.make.request_refused({ problem, param: 'dimensions' });
  };
  const { embeddings, tokens, estimated } = found.trial.remote
    ? await embedRemotely(found, request, uses, { call, open, accept })
    : await embedHere(found, texts, uses, { call, accept });
  return {
    object: 'list',
    data: embeddings.map((vector, index) => ({
      ...{ object: 'embedding', index },
      embedding: base64 ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector,
    })),
    model,
    usage: {
      ...{ prompt_tokens: tokens, total_tokens: tokens },
      ...(estimated ? { estimated: true } : {}),
    },
  };
}

type Accept = (embeddings: Embedded['embeddings']) => void;

async function embedHere(
  found: FoundModel,
  texts: readonly string[],
  { tasks }: Uses,
  { call, accept }: { call: Call; accept: Accept },
): Promise<Embedded> {
  const other = () =>
    servingErrors.make.called_otherwise({ model: found.modelName, place: '/v1/tasks' });
  if (tasks.taskOf(found) !== 'feature-extraction') throw other();
  const answer = await tasks.answer({
    ...{ found, call, input: { kind: 'texts', texts, parameters: {} } },
    accept(given) {
      if (given.task === 'feature-extraction') accept(given.output.embeddings);
    },
  });
  if (answer.task !== 'feature-extraction') throw other();
  return { ...answer.output, estimated: false };
}

async function embedRemotely(
  found: FoundModel,
  { texts, model }: EmbeddingsRequest,
  { kernel, calls, remotes, check }: Uses,
  { call, open, accept }: { call: Call; open: () => Exchange; accept: Accept },
): Promise<Embedded> {
  const estimate = estimateTokens(texts.map((text) => ({ place: '', text })));
  return calls.counted(
    found,
    async ({ trial }) => {
      const { remote: spec, owner_id: ownerId, id: modelId } = trial;
      if (spec?.protocol !== 'openai' || spec.task !== 'feature-extraction') {
        throw servingErrors.make.called_otherwise({ model, place: '/v1/chat/completions' });
      }
      const exchange = open();
      exchange.watch(modelId);
      try {
        const text = texts.join('\n');
        const asked = { direction: 'in' as const, text, modelId, callerId: call.principal.id };
        if (check && !(await check.passes(asked, exchange.signal))) {
          throw servingErrors.make.content_refused({ param: 'input' });
        }
        const fields = { input: texts, encoding_format: 'float' };
        const remote = { spec, ownerId, path: '/embeddings', fields };
        const given = vectors.safeParse(await askRemoteJson(remote, remotes, exchange.signal));
        const data = given.data?.data.toSorted((left, right) => left.index - right.index) ?? [];
        const embeddings = data.map(({ embedding }) => embedding);
        const equal = new Set(embeddings.map(({ length }) => length)).size === 1;
        if (embeddings.length !== texts.length || !equal) {
          throw brokenAnswer(spec, 'its vectors do not fit the texts');
        }
        accept(embeddings);
        const usage = usageOf(given.data?.usage);
        const tokens = usage?.tokensIn ?? estimate;
        return {
          answer: { embeddings, tokens, estimated: usage === null },
          ...{ rows: texts.length, tokensIn: tokens, at: kernel.clock.now() },
          tokensEstimated: usage === null ? tokens : 0,
        };
      } finally {
        exchange.end();
      }
    },
    call,
  );
}
