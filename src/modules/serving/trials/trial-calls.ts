import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { ServingOptions } from '../config.ts';
import type { EndpointNames, KnownEndpoint } from '../endpoints/endpoint-names.ts';
import type { Ask, Traffic } from '../endpoints/traffic.ts';
import { servingErrors } from '../errors.ts';
import { batchKey, isJoinable, rowsOf } from '../models/model-batch.ts';
import type { ModelRunner } from '../models/model-runner.ts';
import type { ModelRunners } from '../models/model-runners.ts';
import type { InferRequest, ModelPorts } from '../oip/request.ts';
import type { AnsweredOutput } from '../oip/response.ts';
import type { Stops } from '../stops.ts';
import { createTrialRate } from './trial-rate.ts';
import { openTrialsOf, readTrial, type TrialRow } from './trial-store.ts';
import { createTrialUsage } from './trial-usage.ts';

/** A model as a client names it, found and open to whoever asks. */
export type FoundModel = {
  trial: TrialRow;
  /** Where the name is that of an endpoint, whose traffic then says which trial answers. */
  endpointId?: string;
  /** As it was asked for. */
  modelName: string;
  modelVersion: string;
  /** All that the name has. */
  versions: readonly string[];
};

type Parse = (ports: ModelPorts) => InferRequest;
/** `version`: that of the model which answered. */
type Encode<Answer> = (
  request: InferRequest,
  outputs: readonly AnsweredOutput[],
  version: string,
) => Answer;

export type TrialCalls = {
  /**
   * The trial that a client names: by its id, or by the id of its repository with the number of a revision as version, the latest unless
   * given. Throws `serving.model_missing`, `version_missing`, `trial_ended`, `stopped`, `kernel.not_signed_in`.
   */
  find(model: string, version: string | null, call: Call): Promise<FoundModel>;
  /** What the model takes and gives; it is loaded for that, where it never was. */
  ports(found: FoundModel): Promise<ModelPorts>;
  runner(found: FoundModel): ModelRunner;
  /** This server has just changed a trial. */
  forget(): void;
  /**
   * Answers one request, and counts it before it resolves. `encode` makes the answer's bytes; where it throws nothing is
   * counted. Throws what `ModelRunner.ask` does, `serving.calls_many` and `serving.stopped`.
   */
  infer<Answer>(
    found: FoundModel,
    parse: Parse,
    encode: Encode<Answer>,
    call: Call,
  ): Promise<Answer>;
  /**
   * What every call goes through: its caller's rate first, then `work`, then the count, then the stop, which may have come
   * meanwhile. Where `work` throws, nothing is counted. Throws what it does, `serving.calls_many` and `serving.stopped`.
   * `work` is given the model that is to answer, which an endpoint's traffic chooses, and how to ask it; it may be asked again of
   * another one where a canary fails.
   */
  counted<Answer>(
    found: FoundModel,
    work: (taken: FoundModel, ask: Ask) => Promise<CountedAnswer<Answer>>,
    call: Call,
  ): Promise<Answer>;
  /** Adds tokens to a call that is counted: what has been given since. `at` is as it was then. */
  countMore(
    trialId: string,
    tokens: { tokensIn: number; tokensOut: number; tokensEstimated: number; at: Date },
    call: Call,
  ): Promise<void>;
};

export type CountedAnswer<Answer> = {
  answer: Answer;
  rows: number;
  tokensIn?: number;
  tokensOut?: number;
  tokensEstimated?: number;
  at?: Date;
};

type Uses = {
  kernel: Kernel;
  runners: ModelRunners;
  stops: Pick<Stops, 'isStopped'>;
  endpoints: Pick<EndpointNames, 'find' | 'forget'>;
  traffic: Traffic;
};

/** How long a server goes by what it knows of a trial; a stop is asked for each call, access at most every second. */
const KNOWN_MS = 1_000;
const KNOWN_MAX = 10_000;
/** An identifier of a trial or of a repository. */
const NAME = /^(trial|repo)_[0-9a-z]{26}$/;
const ENDPOINT = /^endpoint_[0-9a-z]{26}$/;
const READ = 'hub.repository.read';

/** What an endpoint's calls may mean: its primary trial, and by its version the canary. */
function trialsOfEndpoint(known: KnownEndpoint | null): readonly TrialRow[] {
  if (!known) return [];
  const { primary, canary } = known;
  return canary ? [primary, canary.trial] : [primary];
}

export function createTrialCalls(options: ServingOptions, uses: Uses): TrialCalls {
  const { kernel, runners, stops, endpoints, traffic } = uses;
  const { db, access, metrics } = kernel;
  const known = new Map<string, { trials: readonly TrialRow[]; at: number }>();
  const rate = createTrialRate({ perSecond: options.SERVING_TRIAL_CALLS_PER_SECOND });
  const count = createTrialUsage(kernel);
  const answered = metrics.counter({
    ...{ module: 'serving', name: 'trial_calls_total', help: 'Calls of trials, by their end.' },
    labels: ['code'],
  });

  const trialsNamed = async (model: string): Promise<readonly TrialRow[]> => {
    if (ENDPOINT.test(model)) return trialsOfEndpoint(await endpoints.find(model));
    if (!NAME.test(model)) return [];
    const now = performance.now();
    const held = known.get(model);
    if (held && now - held.at < KNOWN_MS) return held.trials;
    const trials = model.startsWith('repo_')
      ? await openTrialsOf(db.read, model)
      : [await readTrial(db.read, model)].filter((trial) => trial !== null);
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(model, { trials, at: now });
    return trials;
  };

  const requireRead = async (model: string, trial: TrialRow | undefined, { principal }: Call) => {
    if (principal.kind === 'stranger') throw kernelErrors.make.not_signed_in();
    const missing = () => servingErrors.make.model_missing({ model: model.slice(0, 100) });
    if (!trial) throw missing();
    const ref = { type: 'hub.repository', id: trial.repository_id };
    if (!(await access.decide(principal, READ, ref, { lease: true })).allowed) throw missing();
  };

  const refuseStopped = async ({ id }: TrialRow) => {
    if (await stops.isStopped({ type: 'serving.deployment', id })) {
      throw servingErrors.make.stopped();
    }
  };

  const answerOnce: TrialCalls['counted'] = async (found, work, { principal, signal }) => {
    const wait = rate(`${found.endpointId ?? found.trial.id} ${principal.id}`, performance.now());
    if (wait > 0) {
      const limit = options.SERVING_TRIAL_CALLS_PER_SECOND;
      throw servingErrors.make.calls_many({ limit, seconds: Math.ceil(wait) });
    }
    return traffic.through(
      found,
      async (taken, ask) => {
        const { trial } = taken;
        const { answer, ...used } = await work(taken, ask);
        await count({ trialId: trial.id, callerId: principal.id, ...used });
        // The answer may have waited for the database, and the stop have come meanwhile.
        await refuseStopped(trial);
        return answer;
      },
      signal,
    );
  };
  const counted: TrialCalls['counted'] = async (found, work, call) => {
    try {
      const answer = await answerOnce(found, work, call);
      answered.add({ code: 'answered' });
      return answer;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'other';
      answered.add({ code });
      throw error;
    }
  };
  const inferOnce = async <Answer>(
    { trial, modelName: model, modelVersion }: FoundModel,
    ask: Ask,
    { parse, encode }: { parse: Parse; encode: Encode<Answer> },
    { signal }: Call,
  ): Promise<CountedAnswer<Answer>> => {
    if (trial.runtime === 'task') {
      throw servingErrors.make.called_otherwise({ model, place: '/v1/tasks' });
    }
    if (trial.remote?.protocol === 'openai') {
      throw servingErrors.make.called_otherwise({ model, place: '/v1' });
    }
    const ports = await runners.of(trial).ports();
    const request = parse(ports);
    const { inputs } = request;
    const outputs = request.outputs.map(({ port }) => port);
    const rows = rowsOf(inputs);
    const results = await ask({
      ...{ inputs, outputs, signal, key: batchKey(inputs, outputs) },
      rows: isJoinable(ports) ? rows : null,
    });
    const named = results.map((result, place): AnsweredOutput => {
      return { name: ports.outputs[outputs[place] ?? -1]?.name ?? '', ...result };
    });
    return { answer: encode(request, named, modelVersion), rows: rows ?? 1 };
  };

  return {
    async find(modelName, version, call) {
      const trials = await trialsNamed(modelName);
      await requireRead(modelName, trials[0], call);
      const trial = trials.find(
        ({ revision_number }) => version === null || String(revision_number) === version,
      );
      if (!trial) {
        const named = { model: modelName, version: (version ?? '').slice(0, 50) };
        throw servingErrors.make.version_missing(named);
      }
      const isEndpoint = ENDPOINT.test(modelName);
      const endpoint = isEndpoint ? await endpoints.find(modelName) : null;
      if (endpoint?.row.state === 'ended') throw servingErrors.make.endpoint_ended();
      if (trial.state === 'ended') throw servingErrors.make.trial_ended();
      await refuseStopped(trial);
      return {
        // Who names a version means that one, whatever share the traffic gives it.
        ...(isEndpoint && version === null ? { endpointId: modelName } : {}),
        ...{ trial, modelName, modelVersion: String(trial.revision_number) },
        versions: trials.map(({ revision_number }) => String(revision_number)),
      };
    },
    ports: async ({ trial }) => runners.of(trial).ports(),
    runner: ({ trial }) => runners.of(trial),
    forget() {
      known.clear();
      endpoints.forget();
    },
    counted,
    async countMore(trialId, tokens, { principal }) {
      await count({ trialId, callerId: principal.id, rows: 0, isCall: false, ...tokens });
    },
    infer: (found, parse, encode, call) =>
      counted(found, (taken, ask) => inferOnce(taken, ask, { parse, encode }, call), call),
  };
}
