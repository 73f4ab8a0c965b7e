import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { guard, type Handlers, type Kernel, type ModuleSource } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { createBell } from '#kernel/service.ts';
import { readCalendar, updateCalendar } from './calendar.ts';
import { attendDueCases, createCaseClock } from './case-clock.ts';
import { type Engine, type Notify, type PartyNames, record } from './case-record.ts';
import { objectionOf } from './case-view.ts';
import { casesContract } from './contract.ts';
import { assignStep, decideStep } from './decide-step.ts';
import { type CaseOpening, openCase, withdrawCase } from './engine.ts';
import { decideObjection, raiseObjection, withdrawObjection } from './objections.ts';
import { checkProcedures, type Procedure } from './procedure.ts';
import { listCases, readCase, standingOf } from './read-cases.ts';
import * as store from './store.ts';

export type { Notify, PartyNames } from './case-record.ts';
export { casesOptions } from './config.ts';
export type { CaseOpening } from './engine.ts';
export type { Procedure } from './procedure.ts';
export { dayAfter, dayOf, startOfDay } from './working-days.ts';

export const casesSource: ModuleSource = {
  contract: casesContract,
  migrations: { module: 'cases', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: new URL('./policies.cedar', import.meta.url),
};

export type Cases = ReturnType<typeof createCases>;

/**
 * The engine for cases. `procedures` are those that later modules declare; throws an Error at once where
 * one of them could not run.
 */
export function createCases(
  options: { procedures: readonly Procedure[]; objectionsOpenMax: number },
  uses: { kernel: Kernel; notify: Notify; partyNames: PartyNames },
) {
  checkProcedures(options.procedures);
  const { kernel } = uses;
  const bell = createBell();
  const engine: Engine = {
    ...uses,
    wake: () => bell.ring(),
    procedures: new Map(options.procedures.map((procedure) => [procedure.name, procedure])),
  };

  return {
    contract: casesContract,
    handlers: guard(casesContract, kernel.access, handlersOf(options, engine)),
    doors: [],
    services: [createCaseClock({ engine, bell })],
    subscriptions: [],

    /** Does what is due now, as the service does all the time. */
    attendDue: (signal: AbortSignal): Promise<void> => attendDueCases(engine, signal),

    /** Opens a case in the caller's transaction, or gives the one that is open on the same basis. */
    open: (tx: Executor, opening: CaseOpening, call: Call): Promise<string> =>
      openCase(tx, opening, engine, call),

    /** Withdraws every open case about a subject, as when the subject itself is stopped. */
    async withdrawAbout(
      tx: Executor,
      subjectId: string,
      reason: string,
      call: Call,
    ): Promise<void> {
      for (const caseId of await store.openCasesOf(tx, subjectId)) {
        await withdrawCase(tx, caseId, reason, engine, call);
      }
    },
  };
}

function handlersOf(
  options: { objectionsOpenMax: number },
  engine: Engine,
): Handlers<(typeof casesContract)['operations']> {
  const { kernel } = engine;
  return {
    listCases: (input, call) => listCases(input, engine, call),
    getCase: ({ caseId }, call) => readCase(caseId, engine, call),
    decideStep: async (input, call) =>
      readCase(await decideStep(input, engine, call), engine, call),
    assignStep: async (input, call) =>
      readCase(await assignStep(input, engine, call), engine, call),
    async raiseObjection(input, call) {
      await requireReadable(input.stepId, engine, call);
      const limits = { openMax: options.objectionsOpenMax };
      return objectionOf(await raiseObjection(limits, input, engine, call));
    },
    decideObjection: async (input, call) =>
      readCase(await decideObjection(input, engine, call), engine, call),
    withdrawObjection: async (input, call) =>
      objectionOf(await withdrawObjection(input, engine, call)),
    async comment({ caseId, text }, call) {
      const row = await store.readCase(kernel.db.read, caseId);
      if (!row) throw kernelErrors.make.missing({ id: caseId });
      if (!(await standingOf(row, kernel, call)).party) {
        throw kernelErrors.make.denied({ permission: 'cases.case.read', owner: row.owner_id });
      }
      const actor = call.principal.id;
      await kernel.db.transaction((tx) =>
        record(tx, { caseId, actor, kind: 'commented', text }, engine),
      );
      return readCase(caseId, engine, call);
    },
    async withdrawCase({ caseId, reason }, call) {
      await kernel.db.transaction((tx) => withdrawCase(tx, caseId, reason, engine, call));
      return readCase(caseId, engine, call);
    },
    getCalendar: (input) => readCalendar(input, kernel),
    async updateCalendar(input, call) {
      await updateCalendar(input, kernel, call);
      return readCalendar({ year: input.year }, kernel);
    },
  };
}

async function requireReadable(stepId: string, { kernel }: Engine, call: Call): Promise<void> {
  const step = await store.readStep(kernel.db.read, stepId);
  if (!step) throw kernelErrors.make.missing({ id: stepId });
  const resource = { type: 'cases.case', id: step.case_id };
  await kernel.access.require(call.principal, 'cases.case.read', resource);
}
