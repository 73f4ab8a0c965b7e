import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import { assuranceContract } from '#contract/assurance';
import { servingContract } from '#contract/serving';
import { createAccess } from '#kernel/access-engine.ts';
import type { Operation } from '#kernel/contract.ts';
import type { Database } from '#kernel/db.ts';
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
import type { CertifiedProgram } from '#modules/assurance';
import { casesSource, createCases } from '#modules/cases';
import type { Answers } from './answer-sheet.ts';
import { governanceContract } from './contract.ts';
import { createGovernance, governanceProcedures, governanceSource } from './index.ts';
import type { Uses } from './module-uses.ts';
import { createServingDesk } from './testing-serving.ts';

/** `sha256:` and a digit, 64 times. */
export const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

/**
 * The module with real cases, facts, ledger, subscribers and access. Of what stands beside it: certificates that a
 * test puts there, and a serving that keeps programs, deployments and stops, with its facts, and runs nothing.
 */
export async function openHouse(db: Database) {
  const kernelFolder = fileURLToPath(new URL('../../kernel/migrations', import.meta.url));
  const migrations = [casesSource, governanceSource].map((source) => source.migrations);
  await migrate(db, [{ module: 'kernel', folder: kernelFolder }, ...migrations]);
  const folder = await mkdtemp(join(tmpdir(), 'touyan-governance-'));
  const { kernel, move } = await openKernel(db, folder);
  const notices: { to: unknown; kind: string; basis: string }[] = [];
  const told = new Set<string>();
  const notify: Uses['notify'] = async (_tx, { to, kind, basis }) => {
    const key = JSON.stringify([to, kind, basis]);
    if (!told.has(key)) notices.push({ to, kind, basis });
    told.add(key);
  };
  const partyNames: Uses['partyNames'] = async (ids) =>
    new Map(ids.map((id) => [id, `name of ${id}`]));
  const cases = createCases(
    { procedures: governanceProcedures, objectionsOpenMax: 3 },
    { kernel, notify, partyNames },
  );
  const certificates = new Map<string, CertifiedProgram>();
  const serving = createServingDesk(kernel);
  const governance = createGovernance(
    { GOVERNANCE_WATCH_SECONDS: 1, GOVERNANCE_WATCH_ROWS_MIN: 100 },
    {
      ...{ kernel, cases, notify, partyNames, serving },
      hub: {
        readRevision: async ({ revisionDigest }) => ({
          ...{ repositoryId: kernel.ids('repo'), ownerId: 'org_vendor', kind: 'algorithm' },
          ...{ name: 'x', revisionDigest, files: [], card: null },
        }),
      },
      assurance: { readCertifiedProgram: async (id) => certificates.get(id) ?? null },
    },
  );
  for (const id of ['org_vendor', 'org_rival']) {
    await db.transaction((tx) =>
      kernel.access.register(tx, { type: 'party', id, owner: id, audience: 'members' }),
    );
  }
  const running = run(kernel, [...cases.subscriptions, ...governance.subscriptions]);
  const certify = (changes: Partial<CertifiedProgram> = {}): string => {
    const certificateId = kernel.ids('certificate');
    certificates.set(certificateId, {
      ...{ certificateId, title: { zh: '传感器', en: 'Sensors' }, holderId: 'org_vendor' },
      ...{ validUntil: new Date(kernel.clock.now().getTime() + 3_600_000), revoked: false },
      program: {
        ...{ ownerId: 'org_vendor', revisionDigest: digestOf('1'), entry: 'main.mjs' },
        ...{ environment: 'javascript', environmentDigest: digestOf('2') },
        ...{ options: { threshold: 3 }, optionsDigest: digestOf('3') },
      },
      ...changes,
    });
    return certificateId;
  };
  return {
    ...{ kernel, move, notices, serving, certificates },
    cases: cases.handlers,
    governance: checked(governanceContract.operations, governance.handlers),
    module: governance,
    settle: running.settle,
    replay: running.replay,
    /** A certificate of `org_vendor`, valid for an hour; its id. */
    certify,
    /** A harmless use of a new certificate, approved; the id of the approval. */
    async approve(): Promise<string> {
      const certificateId = certify();
      const { handlers } = governance;
      const sheet = { certificateId, use: 'x', answers: harmless };
      const { assessmentId } = await handlers.assess(sheet, vendor);
      const terms = { purpose: 'x', districts: [], automation: 'advisory' as const };
      const asked = await handlers.requestApproval({ assessmentId, ...terms }, vendor);
      const { caseId } = asked;
      const { stepId } = await cases.handlers.getCase({ caseId }, operator);
      const taken = { decision: 'approve' as const, reason: 'x' };
      await cases.handlers.decideStep({ stepId: stepId ?? '', ...taken }, operator);
      await running.settle();
      return asked.approvalId;
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
    servingContract,
    assuranceContract,
    governanceContract,
  ];
  const schemas = Object.assign({}, ...contracts.map((contract) => contract.facts));
  const facts = createFacts({ schemas }, { db, clock, ids, random });
  const metrics = createMetrics({ processMetrics: false });
  const log = silentLog();
  const signer = await openFileSigner({ file: join(folder, 'log'), name: 'test.example/log' });
  const ledger = await openLedger(
    { ...ledgerDefaults, intervalMs: 5, pollMs: 50 },
    { db, clock, signer, witnesses: [], facts, log, metrics },
  );
  const cedarTexts = [casesSource, governanceSource].flatMap(({ cedar }) =>
    cedar ? [readFileSync(cedar, 'utf8')] : [],
  );
  const declarations = {
    ...Object.assign({}, ...contracts.map((contract) => contract.permissions)),
    'test.party.write': { kind: 'write', resource: 'party', summary: 'act for a party' },
  };
  const access = createAccess({ declarations, cedarTexts }, { db, clock, ids, facts });
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
  const memberships = organisation ? [{ organisation, role: 'administrator' as const }] : [];
  const principal: Principal = { id, kind: 'person', name: id, memberships, roles };
  return { ...serviceCall('test', new AbortController().signal), principal };
}

export const vendor = callAs('usr_vendor', 'org_vendor');
export const rival = callAs('usr_rival', 'org_rival');
export const operator = callAs('usr_operator', null, ['operator']);

/** The answer sheet of a use that no rule minds. */
export const harmless: Answers = {
  practices: [],
  areas: [],
  exception: 'none',
  profiling: 'no',
  safetyComponent: 'no',
  encounters: [],
  personalDecisions: 'no',
  publicOpinion: 'no',
  riskToLife: 'no',
  automation: 'confirmed',
};

export const nobody: Call = {
  ...serviceCall('test', new AbortController().signal),
  principal: { id: 'stranger', kind: 'stranger', name: 'stranger', memberships: [], roles: [] },
};
