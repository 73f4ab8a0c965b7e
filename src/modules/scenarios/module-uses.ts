import type { Kernel } from '#kernel/module.ts';
import type { Assurance } from '#modules/assurance';
import type { Cases, Notify, PartyNames } from '#modules/cases';
import type { Hub } from '#modules/hub';
import type { ScenariosOptions } from './config.ts';

/** What the module works with; `wake` makes its clock look again. */
export type Uses = {
  kernel: Kernel;
  cases: Pick<Cases, 'open' | 'withdrawAbout'>;
  hub: Pick<Hub, 'readRevision'>;
  assurance: Pick<Assurance, 'evaluate' | 'issueCertificate' | 'stop' | 'unseal'>;
  notify: Notify;
  partyNames: PartyNames;
  wake(): void;
  options: ScenariosOptions;
};
