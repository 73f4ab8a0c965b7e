import { assuranceContract } from '#contract/assurance';
import { casesContract } from '#contract/cases';
import type { Database } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { checked } from '#kernel/testing-calls.ts';
import { movableClock, openTestKernel, runSubscribers } from '#kernel/testing-kernel.ts';
import type { EvaluationRequest } from '#modules/assurance';
import { casesSource, createCases } from '#modules/cases';
import { scenariosContract } from './contract.ts';
import { createScenarios, scenariosProcedures, scenariosSource } from './index.ts';
import type { Uses } from './module-uses.ts';

/** `sha256:` and a digit, 64 times. */
export const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

type Revision = Awaited<ReturnType<Uses['hub']['readRevision']>>;

/**
 * The module with real cases, facts, ledger, subscribers and access. Of what stands beside it: a hub that holds the
 * given revisions, and an assurance that remembers what was asked for until a test says how it ended.
 */
export async function openHouse(db: Database) {
  const clock = movableClock();
  const { kernel, close } = await openTestKernel(db, {
    sources: [casesSource, scenariosSource],
    declared: [assuranceContract],
    ...{ clock, ledger: true },
  });
  const hub = shelf();
  const asked = new Map<string, EvaluationRequest>();
  const unsealed: string[] = [];
  const stopped: string[] = [];
  const notices: string[] = [];
  const notify: Uses['notify'] = async (_tx, notice) => notices.push(notice.kind);
  const partyNames: Uses['partyNames'] = async (ids) =>
    new Map(ids.map((id) => [id, `name of ${id}`]));
  const cases = createCases(
    { procedures: scenariosProcedures, objectionsOpenMax: 3 },
    { kernel, notify, partyNames },
  );
  const scenarios = createScenarios(
    {
      SCENARIOS_EVALUATION_MINUTES_MAX: 30,
      SCENARIOS_CERTIFICATE_DAYS: 365,
      SCENARIOS_RECEIPT_WAIT_SECONDS: 5,
    },
    {
      ...{ kernel, cases, notify, partyNames },
      hub: { readRevision: hub.readRevision },
      assurance: {
        async evaluate(_tx, request) {
          const evaluationId = kernel.ids('evaluation');
          asked.set(evaluationId, request);
          return evaluationId;
        },
        issueCertificate: async (_tx, { basis }) => `certificate of ${basis}`,
        unseal: async (_tx, bases) => void unsealed.push(...bases),
        stop: async (_tx, bases) => stopped.push(...bases),
      },
    },
  );
  const subscriptions = [...cases.subscriptions, ...scenarios.subscriptions];
  const running = runSubscribers(kernel, subscriptions, [kernel.ledger.service]);
  const signal = new AbortController().signal;
  return {
    cases: checked(casesContract.operations, cases.handlers),
    scenarios: checked(scenariosContract.operations, scenarios.handlers),
    searchEntries: scenarios.searchEntries,
    ...{ kernel, move: clock.move, asked, unsealed, stopped, notices, hub },
    /** Lets every subscriber and clock do what there is to do. */
    async settle() {
      for (let round = 0; round < 3; round += 1) {
        await running.settle();
        await cases.attendDue(signal);
        await scenarios.attendDue(signal);
      }
    },
    /** Lets a subscriber read the ledger from its beginning. */
    replay: running.replay,
    /** Ends the evaluations of a submission, as assurance announces it. */
    async finish(submissionId: string, end: Ending) {
      for (const [evaluationId, request] of asked) {
        if (request.basis !== submissionId) continue;
        await announce(kernel, evaluationId, request, end);
      }
      await running.settle();
    },
    async close() {
      await running.stop();
      await close();
    },
  };
}

function shelf() {
  const revisions = new Map<string, Revision & { audience: 'public' | 'owner' }>();
  return {
    put(
      kind: Revision['kind'],
      revisionDigest: string,
      paths: Record<string, string>,
      audience: 'public' | 'owner' = 'public',
    ) {
      const repositoryId = `repo_${String(revisions.size + 1).padStart(26, '0')}`;
      const files = Object.entries(paths).map(([path, digest]) => ({
        ...{ path, digest, sizeBytes: 1, mediaType: 'text/plain', caution: null },
      }));
      const named = { repositoryId, ownerId: 'org_hospital', kind, name: 'x', revisionDigest };
      revisions.set(repositoryId, { ...named, files, card: null, audience });
      return { repositoryId, revisionDigest };
    },
    async readRevision(
      input: { repositoryId?: string; revisionDigest: string },
      { principal }: Call,
    ): Promise<Revision> {
      const found = revisions.get(input.repositoryId ?? '');
      const own = principal.memberships.some(({ organisation }) => organisation === found?.ownerId);
      if (found?.revisionDigest === input.revisionDigest && (own || found.audience === 'public')) {
        return found;
      }
      throw kernelErrors.make.missing({ id: input.revisionDigest });
    },
  };
}

type Ending = {
  hidden: { score: number; interval?: { low: number; high: number } } | { reason: string };
  public?: { score: number } | { reason: string };
};

async function announce(
  { db, facts }: Kernel,
  evaluationId: string,
  request: EvaluationRequest,
  ending: Ending,
): Promise<void> {
  const end = request.datasetKind === 'hidden' ? ending.hidden : (ending.public ?? ending.hidden);
  const { basis, program, scorer } = request;
  const score = 'score' in end ? end.score : null;
  const reason = 'reason' in end ? end.reason : null;
  const about = { subject: evaluationId, actor: 'service:assurance' };
  await db.transaction(async (tx) => {
    if (score !== null) {
      const interval = 'interval' in end ? (end.interval ?? null) : null;
      const body = {
        ...{ evaluationId, basis, score, interval, datasetKind: request.datasetKind },
        ...{ precision: score, recall: score, eventsTrue: 10, eventsFound: 8, falseAlarms: 2 },
        ...{ revisionDigest: program.revisionDigest, optionsDigest: digestOf('0') },
        ...{ datasetDigest: request.datasetDigest, featuresDigest: request.features },
        ...{ labelsDigest: request.labels, predictionsDigest: digestOf('1') },
        ...{ scorerDigest: scorer.revisionDigest, scorerOptions: request.scorerOptions },
        ...{ scorePointer: request.scorePointer, environmentDigest: digestOf('2') },
        ...{ scorerEnvironmentDigest: digestOf('2'), isolation: null, resultDigest: digestOf('3') },
      };
      await facts.append(tx, { kind: 'assurance.score_recorded', ...about, body });
    }
    const state = reason === null ? 'done' : 'failed';
    const body = { evaluationId, basis, state, reason, score };
    await facts.append(tx, { kind: 'assurance.evaluation_finished', ...about, body });
  });
}
