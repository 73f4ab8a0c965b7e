import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { Signer } from '#kernel/signer.ts';
import type { createNotices } from '#modules/notices';
import type { Parties } from '#modules/parties';
import type { Serving } from '#modules/serving';
import type { ExchangeOptions } from './config.ts';

/** What the module works with; `wake` makes its clock look again. */
export type Uses = {
  kernel: Kernel;
  serving: Pick<Serving, 'allow' | 'closeAllowance' | 'usageOf'> & {
    handlers: Pick<Serving['handlers'], 'listPrograms'>;
  };
  notify: ReturnType<typeof createNotices>['send'];
  partyNames: Parties['names'];
  /** Signs agreements in the parties' names. */
  signer: Signer;
  options: ExchangeOptions;
  wake(): void;
};

/** What a step of an agreement's course goes by: the open transaction and who makes it. */
export type Step = { tx: Executor; uses: Uses; call: Call };

/** Tells open pages of an agreement to read again, once the transaction is durable. */
export function announce(tx: Executor, agreementId: string, { kernel, wake }: Uses): void {
  kernel.db.afterCommit(tx, () => {
    kernel.live.publish('exchange.agreement');
    kernel.live.publish(`exchange.agreement/${agreementId}`);
    wake();
  });
}
