import type { Kernel } from '#kernel/module.ts';
import type { Cases, Notify, PartyNames } from '#modules/cases';
import type { Governance } from '#modules/governance';
import type { Serving } from '#modules/serving';
import type { OperationsOptions } from './operations-config.ts';
import type { Things } from './things-seam.ts';

/** What the half *operations* works with. */
export type OperationsUses = {
  kernel: Kernel;
  things: Things;
  cases: Pick<Cases, 'open'> & { handlers: Pick<Cases['handlers'], 'getCase' | 'decideStep'> };
  notify: Notify;
  partyNames: PartyNames;
  serving: Pick<Serving, 'infer' | 'stops'>;
  governance: Pick<Governance, 'recordSignal'>;
};

export type Uses = OperationsUses & { options: OperationsOptions };
