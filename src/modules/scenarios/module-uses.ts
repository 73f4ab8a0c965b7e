import type { Cases, Notify } from '#modules/cases';
import type { Hub } from '#modules/hub';
import type { Kernel } from '#kernel/module.ts';
import type { Assurance } from './assurance-seam.ts';

export type ScenariosOptions = {
  /** Beside the time limits of its jobs, an evaluation may take so long. */
  evaluationMinutesMax: number;
  certificateValidDays: number;
  /** How long a reader waits for a witness to confirm a receipt. */
  receiptWaitSeconds: number;
};

/** What the module works with; `wake` makes its clock look again. */
export type Uses = {
  kernel: Kernel;
  cases: Pick<Cases, 'open' | 'withdrawAbout'>;
  hub: Pick<Hub, 'readRevision'>;
  assurance: Assurance;
  notify: Notify;
  /** Names of parties by id; an unknown id is left out. */
  partyNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  wake(): void;
  options: ScenariosOptions;
};
