import { Failure } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { ServingOptions } from '../config.ts';
import { servingErrors } from '../errors.ts';
import type { BatchCall, Output } from '../models/model-batch.ts';
import type { ModelRunner } from '../models/model-runner.ts';
import type { ModelRunners } from '../models/model-runners.ts';
import type { Stops } from '../stops.ts';
import type { FoundModel } from '../trials/trial-calls.ts';
import type { TrialRow } from '../trials/trial-store.ts';
import type { EndpointNames, KnownEndpoint } from './endpoint-names.ts';
import { sameAnswers } from './same-answers.ts';
import type { TrafficTally } from './traffic-counts.ts';

export type Ask = ModelRunner['ask'];

export type Traffic = {
  /**
   * Has one call answered by the trial that its name means: for an endpoint the primary, or by chance the canary. `attempt` does all of it
   * for the trial that it is given, whose model it asks by `ask`. A call that the canary's model cannot answer is attempted with the
   * primary. Afterwards a copy may go to the shadow, which the caller neither waits for nor is counted for. Throws what `attempt` does.
   */
  through<Answer>(
    found: FoundModel,
    attempt: (taken: FoundModel, ask: Ask) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<Answer>;
};

type Asked = { call: BatchCall; outputs: readonly Output[] };

type Uses = {
  kernel: Pick<Kernel, 'log'>;
  names: Pick<EndpointNames, 'find'>;
  tally: TrafficTally;
  runners: Pick<ModelRunners, 'of'>;
  stops: Pick<Stops, 'isStopped'>;
  /** From 0 to less than 1, uniformly. */
  random: () => number;
};

/** Refusals that are about the call itself: another model would refuse it as well. */
const ofTheCall: ReadonlySet<string> = new Set([
  ...['serving.request_refused', 'serving.calls_many', 'kernel.invalid_input', 'kernel.too_large'],
  'serving.content_refused',
]);
const never = new AbortController().signal;

export function createTraffic(options: ServingOptions, uses: Uses): Traffic {
  const { kernel, names, tally, runners, stops, random } = uses;
  /** Copies under way, by endpoint. */
  const underWay = new Map<string, number>();

  const isOpen = async ({ id, state }: TrialRow) =>
    state === 'open' && !(await stops.isStopped({ type: 'serving.deployment', id }));
  const chosen = <One extends { percent: number }>(share: One | null): One | null =>
    share !== null && random() * 100 < share.percent ? share : null;

  /** Asks the shadow, and says whether it answers alike. */
  const compare = async (trial: TrialRow, { call, outputs }: Asked) => {
    if (!(await isOpen(trial))) throw servingErrors.make.stopped();
    const { inputs, rows, key, outputs: wanted } = call;
    const other = await runners
      .of(trial)
      .ask({ inputs, rows, key, outputs: wanted, signal: never });
    return sameAnswers(outputs, other, { json: trial.runtime === 'task' });
  };
  const copy = async ({ row }: KnownEndpoint, trial: TrialRow, asked: Asked) => {
    const count = underWay.get(row.id) ?? 0;
    if (count >= options.SERVING_SHADOW_CALLS_MAX) return tally.add(row, 'shadowDropped');
    underWay.set(row.id, count + 1);
    try {
      const same = await compare(trial, asked);
      tally.add(row, same ? 'shadowSame' : 'shadowDifferent');
    } catch (error) {
      tally.add(row, 'shadowFailed');
      if (!(error instanceof Failure)) kernel.log.error({ error }, 'a shadow could not be asked');
    } finally {
      const left = (underWay.get(row.id) ?? 1) - 1;
      if (left > 0) underWay.set(row.id, left);
      else underWay.delete(row.id);
    }
  };

  return {
    async through(found, attempt, signal) {
      const { endpointId } = found;
      if (endpointId === undefined) return attempt(found, runners.of(found.trial).ask);
      // What holds now: it may have changed since the name was found.
      const known = await names.find(endpointId);
      if (known?.row.state !== 'open') throw servingErrors.make.endpoint_ended();
      const last: { asked?: Asked } = {};
      const attemptWith = (trial: TrialRow) => {
        const runner = runners.of(trial);
        return attempt({ ...found, trial, modelVersion: String(trial.revision_number) }, (call) =>
          runner.ask(call).then((outputs) => {
            last.asked = { call, outputs };
            return outputs;
          }),
        );
      };
      const answer = await split(known, { attemptWith, signal });
      const { asked } = last;
      const shadow = asked ? chosen(known.shadow) : null;
      // In a later turn, so that the answer is on its way first.
      if (asked && shadow) setImmediate(() => void copy(known, shadow.trial, asked));
      return answer;
    },
  };

  async function split<Answer>(
    { row, primary, canary }: KnownEndpoint,
    {
      attemptWith,
      signal,
    }: { attemptWith: (trial: TrialRow) => Promise<Answer>; signal: AbortSignal },
  ): Promise<Answer> {
    const taken = chosen(canary);
    if (!taken) {
      const answer = await attemptWith(primary);
      tally.add(row, 'primary');
      return answer;
    }
    try {
      if (!(await isOpen(taken.trial))) throw servingErrors.make.stopped();
      const answer = await attemptWith(taken.trial);
      tally.add(row, 'canary');
      return answer;
    } catch (error) {
      if (signal.aborted || !(error instanceof Failure) || ofTheCall.has(error.code)) throw error;
    }
    const answer = await attemptWith(primary);
    tally.add(row, 'canaryFailed');
    return answer;
  }
}
