import type { Door, DoorReply, DoorRequest } from '#kernel/door.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { ServingOptions } from '../config.ts';
import { readBody } from '../oip/body.ts';
import type { Remotes } from '../remotes/remotes.ts';
import type { Stops } from '../stops.ts';
import type { TaskCalls } from '../tasks/task-calls.ts';
import type { TrialCalls } from '../trials/trial-calls.ts';
import { createCompletions } from './completions.ts';
import { createContentCheck } from './content-check.ts';
import { embed } from './embeddings.ts';
import { createExchanges } from './exchange.ts';
import { getModel, listModels } from './model-list.ts';
import { json, refuse } from './openai-reply.ts';
import { type CompletionKind, parseCompletion, parseEmbeddings } from './openai-request.ts';

type Uses = {
  kernel: Kernel;
  calls: TrialCalls;
  tasks: TaskCalls;
  remotes: Pick<Remotes, 'servers' | 'http'>;
  stops: Pick<Stops, 'isStopped'>;
};

type Place = Pick<Door, 'method' | 'path'>;
type Handle = (request: DoorRequest, call: Call) => Promise<DoorReply>;

/** OpenAI's form over HTTP (https://platform.openai.com/docs/api-reference): models, embeddings, chat and completions. */
export function openaiDoors(options: ServingOptions, uses: Uses): Door[] {
  const { kernel, calls, remotes, stops } = uses;
  const bytesMax = options.SERVING_MODEL_BODY_BYTES_MAX;
  const exchanges = createExchanges(options, { stops });
  const check = createContentCheck(
    {
      url: options.SERVING_CONTENT_SAFETY_URL,
      seconds: options.SERVING_CONTENT_SAFETY_SECONDS_MAX,
    },
    { kernel, http: remotes.http },
  );
  const complete = createCompletions(options, { kernel, calls, remotes, check, exchanges });
  const completion =
    (kind: CompletionKind): Handle =>
    async ({ raw, response }, call) => {
      const request = parseCompletion(kind, await readBody(raw, bytesMax));
      return complete({ kind, request, response, call });
    };
  const door = (name: string, place: Place, summary: string, handle: Handle): Door => ({
    ...{ module: 'serving', name, ...place, summary, permission: 'serving.trial.read' },
    bodyBytesMax: place.method === 'GET' ? 0 : bytesMax,
    errors: [
      'invalid',
      'unauthenticated',
      'denied',
      'missing',
      'conflict',
      'limited',
      'unavailable',
    ],
    leased: true,
    ...{ handle, refuse },
  });
  const at = (method: Door['method'], path: string): Place => ({ method, path: `/v1${path}` });
  return [
    door('openaiModels', at('GET', '/models'), 'The models in this form.', async (_, call) =>
      json(await listModels(kernel, call)),
    ),
    door('openaiModel', at('GET', '/models/:model'), 'One of them.', async ({ params }, call) =>
      json(await getModel(calls, params.model ?? '', call)),
    ),
    door(
      'openaiEmbeddings',
      at('POST', '/embeddings'),
      'Vectors of texts.',
      async ({ raw, response }, call) => {
        const request = parseEmbeddings(await readBody(raw, bytesMax));
        const found = await calls.find(request.model, null, call);
        const open = () => exchanges.open(response, call);
        return json(await embed(found, request, { ...uses, check }, { call, open }));
      },
    ),
    door(
      'openaiChat',
      at('POST', '/chat/completions'),
      'Have a language model answer messages, at once or as a stream.',
      completion('chat'),
    ),
    door(
      'openaiCompletions',
      at('POST', '/completions'),
      'Have a language model continue a text, at once or as a stream.',
      completion('text'),
    ),
  ];
}
