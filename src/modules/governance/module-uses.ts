import type { Kernel } from '#kernel/module.ts';
import type { Assurance } from '#modules/assurance';
import type { Cases, Notify, PartyNames } from '#modules/cases';
import type { Hub } from '#modules/hub';
import type { Serving } from '#modules/serving';
import type { GovernanceOptions } from './config.ts';

/** What the module works with. */
export type Uses = {
  kernel: Kernel;
  cases: Pick<Cases, 'open'>;
  hub: Pick<Hub, 'readRevision'>;
  serving: Pick<Serving, 'registerProgram' | 'stops' | 'readHealth' | 'livingDeployments'>;
  assurance: Pick<Assurance, 'readCertifiedProgram'>;
  notify: Notify;
  partyNames: PartyNames;
  options: GovernanceOptions;
};
