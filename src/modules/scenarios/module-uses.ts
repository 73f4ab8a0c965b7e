import type { Kernel } from '#kernel/module.ts';
import type { Cases, Notify } from '#modules/cases';
import type { Hub } from '#modules/hub';
import type { Assurance } from './assurance-seam.ts';
import type { ScenariosOptions } from './config.ts';

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
