import type { Door, DoorReply, DoorRequest } from '#kernel/door.ts';
import { categories, type Failure } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { ServingOptions } from '../config.ts';
import { servingErrors } from '../errors.ts';
import type { FoundModel, TrialCalls } from '../trials/trial-calls.ts';
import { listTrials, type TrialRow, trialRepositoryColumn } from '../trials/trial-store.ts';
import { portsOf } from '../trials/trial-view.ts';
import { readBody } from './body.ts';
import { parseInferRequest } from './request.ts';
import { encodeInferAnswer } from './response.ts';

type Uses = { kernel: Kernel; calls: TrialCalls };

/** What a request on the repository of models may ask for at once. */
const MODELS_MAX = 1_000;
const SMALL_BODY_BYTES = 64 * 1024;

/**
 * The Open Inference Protocol V2 over HTTP (github.com/kserve/open-inference-protocol, inference_rest.md) with Triton's
 * extensions for binary tensors, classification, statistics and the repository of models. A model is a trial; errors are
 * `{"error": text}`. Strangers get an answer about the server's health and no other.
 */
export function oipDoors(options: ServingOptions, uses: Uses): Door[] {
  const open = { permission: 'open' };
  const get = { method: 'GET' } as const;
  return [
    door('oipServer', { ...get, path: '/v2', ...open }, 'The server, and what it speaks.', () =>
      json(server),
    ),
    door('oipLive', { ...get, path: '/v2/health/live', ...open }, 'Whether it lives.', () =>
      json(healthy),
    ),
    door('oipReady', { ...get, path: '/v2/health/ready', ...open }, 'Whether it answers.', () =>
      json(healthy),
    ),
    ...modelDoors(options, uses),
    ...repositoryDoors(uses),
    ...(['GET', 'POST'] as const).map((method) =>
      door(
        method === 'GET' ? 'oipUnknown' : 'oipUnknownPost',
        { method, path: '/v2/*', ...open },
        'What is not there.',
        ({ raw }) => json({ error: `there is nothing at ${raw.url?.slice(0, 200)}` }, 404),
      ),
    ),
  ];
}

type Place = Pick<Door, 'method' | 'path'> & { permission?: string; bytes?: number };
type Handle = (request: DoorRequest, call: Call) => DoorReply | Promise<DoorReply>;

function door(name: string, place: Place, summary: string, handle: Handle): Door {
  const { method, path, permission = 'serving.trial.read', bytes = SMALL_BODY_BYTES } = place;
  return {
    ...{ module: 'serving', name, method, path, summary, permission },
    bodyBytesMax: method === 'GET' ? 0 : bytes,
    errors: ['invalid', 'unauthenticated', 'missing', 'conflict', 'limited', 'unavailable'],
    leased: true,
    handle: async (request, call) => handle(request, call),
    refuse,
  };
}

type OfModel = (found: FoundModel, request: DoorRequest, call: Call) => Promise<DoorReply>;

/** The doors of one model, each with and without a version. */
function modelDoors(options: ServingOptions, { calls }: Uses): Door[] {
  const bytes = options.SERVING_MODEL_BODY_BYTES_MAX;
  const both = (name: string, place: Place, summary: string, answer: OfModel): Door[] => {
    const handle: Handle = async (request, call) => {
      const { model = '', version = null } = request.params;
      return answer(await calls.find(model, version, call), request, call);
    };
    const at = (named: string) => ({ ...place, path: `/v2/models/:model${named}${place.path}` });
    return [
      door(name, at(''), summary, handle),
      door(`${name}Version`, at('/versions/:version'), summary, handle),
    ];
  };
  const get = { method: 'GET' } as const;
  return [
    ...both('oipMetadata', { ...get, path: '' }, 'What a model takes and gives.', (found) =>
      metadata(found, calls),
    ),
    ...both('oipModelReady', { ...get, path: '/ready' }, 'Whether a model answers.', (found) =>
      ready(found, calls),
    ),
    ...both(
      'oipInfer',
      { method: 'POST', path: '/infer', bytes },
      'Have a model answer tensors, as JSON or binary.',
      (found, request, call) => infer(found, request, call, { calls, bodyBytesMax: bytes }),
    ),
    ...both(
      'oipStatistics',
      { ...get, path: '/stats' },
      'How a model was called on this server.',
      async (found) => json({ model_stats: [statisticsOf(found, calls)] }),
    ),
  ];
}

function repositoryDoors(uses: Uses): Door[] {
  const { kernel, calls } = uses;
  const at = '/v2/repository';
  const post = { method: 'POST' } as const;
  return [
    door(
      'oipIndex',
      { ...post, path: `${at}/index` },
      'The models that the asker may call.',
      index(uses),
    ),
    door('oipLoad', { ...post, path: `${at}/models/:model/load` }, 'Wake a model.', load(uses)),
    door(
      'oipUnload',
      { ...post, path: `${at}/models/:model/unload`, permission: 'serving.trial.end' },
      'Put a model to sleep.',
      unload(uses),
    ),
    door(
      'oipAllStatistics',
      { method: 'GET', path: '/v2/models/stats' },
      'How models were called on this server.',
      async (_, call) => {
        const trials = await visibleTrials(kernel, call);
        return json({ model_stats: trials.map((trial) => statisticsOf(foundOf(trial), calls)) });
      },
    ),
  ];
}

const server = {
  name: 'touyan',
  version: '2',
  extensions: ['binary_tensor_data', 'classification', 'statistics', 'model_repository'],
};
/** The specification itself gives both words. */
const healthy = { live: true, ready: true };

function json(value: unknown, status = 200): DoorReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** Statuses are those of the platform, and 504 where a model took too long. */
function refuse({ code, category, message, data }: Failure): DoorReply {
  const special: Record<string, number> = {
    'kernel.too_large': 413,
    'kernel.internal': 500,
    'serving.model_timeout': 504,
  };
  const { seconds } = data;
  const status = special[code] ?? categories[category].http;
  const after =
    typeof seconds === 'number' ? { 'retry-after': String(Math.ceil(seconds)) } : undefined;
  return {
    status,
    headers: { 'content-type': 'application/json', ...after },
    body: JSON.stringify({ error: message }),
  };
}

const platforms = { onnx: 'onnx_onnxv1', task: 'touyan_task', remote: 'touyan_remote' };

async function metadata(found: FoundModel, calls: TrialCalls): Promise<DoorReply> {
  const { inputs, outputs } = await calls.ports(found);
  return json({
    name: found.modelName,
    versions: found.versions,
    platform: platforms[found.trial.runtime],
    inputs: portsOf(inputs),
    outputs: portsOf(outputs),
    parameters: { trial: true, title: found.trial.name, path: found.trial.path },
  });
}

/** A model that sleeps is ready: it wakes with the next call, which waits for it. */
async function ready(found: FoundModel, calls: TrialCalls): Promise<DoorReply> {
  const isReady = calls.runner(found).state().state !== 'failing';
  return json({ name: found.modelName, ready: isReady }, isReady ? 200 : 503);
}

async function infer(
  found: FoundModel,
  { raw }: DoorRequest,
  call: Call,
  { calls, bodyBytesMax }: { calls: TrialCalls; bodyBytesMax: number },
): Promise<DoorReply> {
  const headBytes = headBytesOf(raw.headers['inference-header-content-length']);
  const body = await readBody(raw, bodyBytesMax);
  const { modelName } = found;
  const answer = await calls.infer(
    found,
    (ports) => parseInferRequest(body, headBytes, ports),
    ({ id, outputs }, results, modelVersion) =>
      encodeInferAnswer({
        ...{ modelName, modelVersion, id },
        outputs: outputs.flatMap((wanted, place) => {
          const answered = results[place];
          return answered ? [{ wanted, answered }] : [];
        }),
      }),
    call,
  );
  return {
    status: 200,
    headers:
      answer.headBytes === null
        ? { 'content-type': 'application/json' }
        : {
            'content-type': 'application/octet-stream',
            'inference-header-content-length': String(answer.headBytes),
          },
    body: answer.body,
  };
}

function headBytesOf(header: string | string[] | undefined): number | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && /^\d{1,10}$/.test(header)) return Number(header);
  const problem = 'Inference-Header-Content-Length is no number of bytes';
  throw servingErrors.make.request_refused({ problem });
}

function statisticsOf(found: FoundModel, calls: TrialCalls) {
  const { modelName: name, modelVersion: version } = found;
  return { name, version, ...calls.runner(found).statistics.view(), memory_usage: [] };
}

function foundOf(trial: TrialRow): FoundModel {
  const modelVersion = String(trial.revision_number);
  return { trial, modelName: trial.id, modelVersion, versions: [modelVersion] };
}

async function visibleTrials({ db, access }: Kernel, { principal }: Call): Promise<TrialRow[]> {
  const visible = access.visible(principal, 'hub.repository.read', trialRepositoryColumn);
  const page = { before: null, limit: MODELS_MAX };
  return (await listTrials(db.read, { state: 'open', visible }, page)).rows;
}

/** At most the latest thousand; `ready` leaves out what does not load. */
function index({ kernel, calls }: Uses): Handle {
  return async ({ raw }, call) => {
    const wanted = await bodyObject(raw);
    const trials = await visibleTrials(kernel, call);
    const models = trials.map((trial) => {
      const { state, problem } = calls.runner(foundOf(trial)).state();
      return {
        name: trial.id,
        version: String(trial.revision_number),
        state: state === 'failing' ? 'UNAVAILABLE' : 'READY',
        reason: problem ?? '',
      };
    });
    return json(wanted.ready === true ? models.filter(({ state }) => state === 'READY') : models);
  };
}

function load({ calls }: Uses): Handle {
  return async ({ raw, params }, call) => {
    const { parameters } = await bodyObject(raw);
    if (typeof parameters === 'object' && parameters !== null) {
      if (Object.keys(parameters).length > 0) {
        const problem = 'models come from the hub, and take no parameters when they are loaded';
        throw servingErrors.make.request_refused({ problem });
      }
    }
    const found = await calls.find(params.model ?? '', null, call);
    await calls.runner(found).wake();
    return json({});
  };
}

function unload({ calls, kernel }: Uses): Handle {
  return async ({ raw, params }, call) => {
    await bodyObject(raw);
    const found = await calls.find(params.model ?? '', null, call);
    const ref = { type: 'hub.repository', id: found.trial.repository_id };
    await kernel.access.require(call.principal, 'hub.repository.write', ref);
    await calls.runner(found).close(null);
    return json({});
  };
}

async function bodyObject(raw: DoorRequest['raw']): Promise<{ [key: string]: unknown }> {
  const body = await readBody(raw, SMALL_BODY_BYTES);
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {}
  throw servingErrors.make.request_refused({ problem: 'the body is no JSON object' });
}
