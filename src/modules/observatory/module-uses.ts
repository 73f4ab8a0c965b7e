import type { Kernel } from '#kernel/module.ts';
import type { Notify, PartyNames } from '#modules/cases';
import type { ObservatoryOptions } from './config.ts';

/** What the module works with. */
export type Uses = {
  kernel: Kernel;
  notify: Notify;
  partyNames: PartyNames;
  options: ObservatoryOptions;
};
