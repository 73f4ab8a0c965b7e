import type { Subscription } from '#kernel/facts-subscribers.ts';
import { guard, type Handlers, type Kernel, type ModuleSource } from '#kernel/module.ts';
import { createBell } from '#kernel/service.ts';
import { builderService } from './builder.ts';
import type { DiscoveryOptions } from './config.ts';
import { discoveryContract } from './contract.ts';
import { createIndexer } from './indexer.ts';
import { createSearch } from './search.ts';
import type { Source } from './source.ts';
import { createListUses, type UserKinds, usesSubscription } from './uses.ts';

export { discoveryOptions } from './config.ts';
export type { Entry, Source } from './source.ts';

export const discoverySource: ModuleSource = {
  contract: discoveryContract,
  migrations: { module: 'discovery', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: null,
};

export type Discovery = ReturnType<typeof createDiscovery>;

/** The search over everything that the sources hold. It only reads them. */
export function createDiscovery(
  options: DiscoveryOptions,
  uses: { kernel: Kernel; sources: readonly Source[]; userKinds?: UserKinds },
) {
  const { kernel, sources, userKinds = {} } = uses;
  const indexer = createIndexer(options, uses);
  const wanted = new Set<string>();
  const bell = createBell();
  const kinds = sources.map((source) => source.kind);

  const handlers: Handlers<(typeof discoveryContract)['operations']> = {
    search: createSearch(options, uses),
    listUses: createListUses({ kernel, sources, userKinds }),
    async rebuildIndex() {
      for (const kind of kinds) wanted.add(kind);
      bell.ring();
      return { kinds };
    },
  };

  const subscriptionOf = (source: Source): Subscription => ({
    name: `discovery.index_${source.kind}`,
    kinds: source.factKinds,
    handle: (fact, tx) => indexer.follow(tx, source, fact.subject),
  });

  return {
    contract: discoveryContract,
    handlers: guard(discoveryContract, kernel.access, handlers),
    doors: [],
    services: [builderService({ kernel, sources, indexer, wanted, bell })],
    subscriptions: [
      ...sources.map(subscriptionOf),
      usesSubscription((digest, tx) => indexer.readAgain(tx, digest)),
    ],
  };
}
