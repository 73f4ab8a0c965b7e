import { assuranceContract } from '#contract/assurance';
import { servingContract } from '#contract/serving';
import type { Database } from '#kernel/db.ts';
import { callAs, checked } from '#kernel/testing-calls.ts';
import { movableClock, openTestKernel, runSubscribers } from '#kernel/testing-kernel.ts';
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
  const clock = movableClock();
  const { kernel, close } = await openTestKernel(db, {
    sources: [casesSource, governanceSource],
    declared: [servingContract, assuranceContract],
    ...{ clock, ledger: true },
  });
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
  const subscriptions = [...cases.subscriptions, ...governance.subscriptions];
  const running = runSubscribers(kernel, subscriptions, [kernel.ledger.service]);
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
    ...{ kernel, move: clock.move, notices, serving, certificates },
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
      await close();
    },
  };
}

export const vendor = callAs('usr_vendor', { administratorOf: 'org_vendor' });
export const rival = callAs('usr_rival', { administratorOf: 'org_rival' });
export const operator = callAs('usr_operator', { roles: ['operator'] });

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
