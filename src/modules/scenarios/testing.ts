import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import { assuranceContract } from '#contract/assurance';
import { casesContract } from '#contract/cases';
import { createAccess } from '#kernel/access-engine.ts';
import type { Operation } from '#kernel/contract.ts';
import type { Database } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { createFacts } from '#kernel/facts.ts';
import { createSubscribers, subscribersDefaults } from '#kernel/facts-subscribers.ts';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { kernelContract } from '#kernel/kernel-contract.ts';
import { ledgerDefaults, openLedger } from '#kernel/ledger.ts';
import { createLive } from '#kernel/live.ts';
import { silentLog } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { migrate } from '#kernel/migrate.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { type Call, type Principal, serviceCall } from '#kernel/principal.ts';
import { openFileSigner } from '#kernel/signer.ts';
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
  const kernelFolder = fileURLToPath(new URL('../../kernel/migrations', import.meta.url));
  const sources = [casesSource, scenariosSource];
  const migrations = sources.map((source) => source.migrations);
  await migrate(db, [{ module: 'kernel', folder: kernelFolder }, ...migrations]);
  const folder = await mkdtemp(join(tmpdir(), 'touyan-scenarios-'));
  const { kernel, move } = await openKernel(db, folder);
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
  const running = run(kernel, [...cases.subscriptions, ...scenarios.subscriptions]);
  const signal = new AbortController().signal;
  return {
    cases: checked(casesContract.operations, cases.handlers),
    scenarios: checked(scenariosContract.operations, scenarios.handlers),
    searchEntries: scenarios.searchEntries,
    ...{ kernel, move, asked, unsealed, stopped, notices, hub },
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
      await rm(folder, { recursive: true });
    },
  };
}

async function openKernel(db: Database, folder: string) {
  let offset = 0;
  const clock = { now: () => new Date(Date.now() + offset) };
  const random = systemRandom;
  const ids = createIds({ clock, random });
  const contracts = [
    kernelContract,
    casesSource.contract,
    assuranceContract,
    scenariosSource.contract,
  ];
  const facts = createFacts(
    { schemas: Object.assign({}, ...contracts.map((contract) => contract.facts)) },
    { db, clock, ids, random },
  );
  const metrics = createMetrics({ processMetrics: false });
  const log = silentLog();
  const signer = await openFileSigner({ file: join(folder, 'log'), name: 'test.example/log' });
  const ledger = await openLedger(
    { ...ledgerDefaults, intervalMs: 5, pollMs: 50 },
    { db, clock, signer, witnesses: [], facts, log, metrics },
  );
  const cedarTexts = [casesSource, scenariosSource].flatMap(({ cedar }) =>
    cedar ? [readFileSync(cedar, 'utf8')] : [],
  );
  const access = createAccess(
    {
      declarations: {
        ...Object.assign({}, ...contracts.map((contract) => contract.permissions)),
        'test.party.write': { kind: 'write', resource: 'party', summary: 'act for a party' },
      },
      cedarTexts,
    },
    { db, clock, ids, facts },
  );
  const missing = (name: string): never => {
    throw new Error(`this kernel has no ${name}`);
  };
  const kernel: Kernel = {
    ...{ clock, random, ids, db, facts, ledger, access, log, metrics },
    live: createLive(),
    get blobs() {
      return missing('blobs');
    },
    get tasks() {
      return missing('tasks');
    },
  };
  return {
    kernel,
    /** Moves the clock on by seconds. */
    move(seconds: number) {
      offset += seconds * 1_000;
    },
  };
}

function run(kernel: Kernel, subscriptions: Parameters<typeof createSubscribers>[1]) {
  const { db, clock, ledger, log, metrics } = kernel;
  const subscribers = createSubscribers(
    { ...subscribersDefaults, pollMs: 20, retryMsMin: 20 },
    subscriptions,
    { db, clock, ledger, log, metrics },
  );
  const controller = new AbortController();
  const services = [ledger.service, subscribers.service].map((service) =>
    service.run(controller.signal),
  );
  const settle = async () => {
    // What a subscriber does may be a fact that another waits for.
    let size = -1;
    while (size !== (await ledger.size())) {
      size = await ledger.size();
      await ledger.integrate();
      await subscribers.settle(AbortSignal.timeout(10_000));
      await ledger.integrate();
    }
    const stuck = (await subscribers.states()).find(({ error }) => error !== null);
    if (stuck) throw new Error(`${stuck.name}: ${stuck.error}`);
  };
  return {
    settle,
    async replay(name: string) {
      await subscribers.replay(name, 0);
      await settle();
    },
    async stop() {
      controller.abort();
      await Promise.all(services);
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

/** The handlers, each answer checked against the contract as the HTTP door does. */
function checked<Operations extends Record<string, Operation>>(
  operations: Operations,
  handlers: Handlers<Operations>,
): Handlers<Operations> {
  const table = handlers as Record<string, (input: never, call: Call) => Promise<unknown>>;
  const entries = Object.entries(table).map(([name, handler]) => {
    const schema = operations[name]?.['~orpc'].outputSchema as z.ZodType;
    return [
      name,
      async (input: never, call: Call) => {
        const answer = await handler(input, call);
        schema.parse(answer);
        return answer;
      },
    ];
  });
  return Object.fromEntries(entries);
}

/** Somebody of an organisation, or with a role on the platform. */
export function callAs(
  id: string,
  organisation: string | null,
  roles: Principal['roles'] = [],
): Call {
  const memberships = organisation ? [{ organisation, role: 'member' as const }] : [];
  const principal: Principal = { id, kind: 'person', name: id, memberships, roles };
  return { ...serviceCall('test', new AbortController().signal), principal };
}
