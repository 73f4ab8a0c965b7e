import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call, Principal } from '#kernel/principal.ts';
import type { InferenceAnswer, InferenceRequest } from './entities.ts';
import { servingErrors } from './errors.ts';
import type { Served } from './session-process.ts';
import type { Sessions } from './sessions.ts';
import type { Stops } from './stops.ts';
import * as store from './store.ts';
import { callerWithAllowance } from './store-journal.ts';

type Uses = { kernel: Kernel; sessions: Sessions; stops: Pick<Stops, 'isStopped'> };

const SERVED_MAX = 1_000;

/**
 * Has a deployment answer rows. Throws `kernel.missing`, `kernel.denied`, and of serving: `caller_unknown`,
 * `stopped`, `not_ready`, `deployment_failed`, `deployment_ended`, `environment_differs`, `no_allowance`,
 * `request_differs`, `row_refused`, `columns_differ`, `session_full`, `sessions_many`, `busy`,
 * `program_failed`. Nothing is journalled or counted where it throws one of serving's, except by `stopped`, where
 * the stop came between the answer and its way out. After that and after `kernel.unavailable` the answer may be in
 * the journal: send the same requestId again.
 */
export function createInfer({ kernel, sessions, stops }: Uses) {
  const { metrics } = kernel;
  const known = new Map<string, Served>();
  const answered = metrics.counter({
    ...{ module: 'serving', name: 'rows_answered_total', help: 'Rows answered to callers.' },
  });
  const refused = metrics.counter({
    ...{ module: 'serving', name: 'calls_refused_total', help: 'Calls refused or failed.' },
    labels: ['code'],
  });
  const seconds = metrics.histogram({
    ...{ module: 'serving', name: 'infer_seconds', help: 'From the call to its durable answer.' },
    buckets: [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });

  const servedOf = async (deploymentId: string): Promise<Served> => {
    const held = known.get(deploymentId);
    if (held) return held;
    const row = await store.readDeployment(kernel.db.read, deploymentId);
    if (!row) throw kernelErrors.make.missing({ id: deploymentId });
    if (known.size >= SERVED_MAX) known.clear();
    known.set(deploymentId, row);
    return row;
  };

  const inferOnce = async (request: InferenceRequest, call: Call): Promise<InferenceAnswer> => {
    const { deploymentId, session: name, rows, requestId } = request;
    const served = await servedOf(deploymentId);
    const callerId = await callerOf(request, served, call.principal, kernel);
    await requireCall(callerId, served.program_id, call.principal, kernel);
    const session = await sessions.find(served, callerId, name);
    const { signal, principal } = call;
    const answer = await session.ask({ requestId, rows, signal, askedBy: principal.id });
    // The answer may have waited for a database that could not be reached, and the stop have come meanwhile.
    if (await stops.isStopped({ type: 'serving.deployment', id: deploymentId })) {
      throw servingErrors.make.stopped();
    }
    return answer;
  };

  return async (request: InferenceRequest, call: Call): Promise<InferenceAnswer> => {
    const began = performance.now();
    try {
      const answer = await inferOnce(request, call);
      answered.add({}, answer.predictions.length);
      seconds.observe({}, (performance.now() - began) / 1_000);
      return answer;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'other';
      refused.add({ code });
      throw error;
    }
  };
}

/** The party whose calls are counted. Only the platform's own services name one that is not theirs. */
async function callerOf(
  { callerId }: InferenceRequest,
  served: Served,
  principal: Principal,
  { db }: Kernel,
): Promise<string> {
  const service = principal.id.startsWith('service:');
  const own = service
    ? []
    : [principal.id, ...principal.memberships.map(({ organisation }) => organisation)];
  if (callerId !== undefined) {
    if (service || own.includes(callerId)) return callerId;
    throw servingErrors.make.caller_unknown({ callerId });
  }
  const [first, second] = own;
  if (first === undefined) throw servingErrors.make.caller_unknown({ callerId: 'nobody' });
  if (second === undefined) return first;
  return (await callerWithAllowance(db.read, served.program_id, own)) ?? second;
}

/** The question is always put for the party that pays, whoever asks in its name. */
async function requireCall(
  callerId: string,
  programId: string,
  { kind, scopes }: Principal,
  { access }: Kernel,
): Promise<void> {
  const asker: Principal = {
    ...{ id: callerId, kind: kind === 'person' ? 'person' : 'organisation', name: callerId },
    ...{ memberships: [], roles: [], ...(scopes ? { scopes } : {}) },
  };
  const ref = { type: 'serving.program', id: programId };
  const { allowed } = await access.decide(asker, 'serving.program.call', ref, { lease: true });
  if (!allowed) await access.require(asker, 'serving.program.call', ref);
}
