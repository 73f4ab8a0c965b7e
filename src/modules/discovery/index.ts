import type { Subscription } from '#kernel/facts-subscribers.ts';
import { guard, type Handlers, type Kernel, type ModuleSource } from '#kernel/module.ts';
import { createBell } from '#kernel/service.ts';
import { builderService } from './builder.ts';
import type { DiscoveryOptions } from './config.ts';
import { discoveryContract } from './contract.ts';
import { indexedRowOf } from './indexing.ts';
import { createSearch } from './search.ts';
import type { Source } from './source.ts';
import * as store from './store.ts';

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
  uses: { kernel: Kernel; sources: readonly Source[] },
) {
  const { kernel, sources } = uses;
  const wanted = new Set<string>();
  const bell = createBell();
  const kinds = sources.map((source) => source.kind);

  const handlers: Handlers<(typeof discoveryContract)['operations']> = {
    search: createSearch(options, uses),
    async rebuildIndex() {
      for (const kind of kinds) wanted.add(kind);
      bell.ring();
      return { kinds };
    },
  };

  const subscriptionOf = (source: Source): Subscription => ({
    name: `discovery.index_${source.kind}`,
    kinds: source.factKinds,
    async handle(fact, tx) {
      const entry = await source.read(fact.subject, tx);
      if (!entry) {
        await store.deleteEntry(tx, source.kind, fact.subject);
        return;
      }
      const indexedAt = kernel.clock.now();
      const charactersMax = options.DISCOVERY_TEXT_CHARACTERS_MAX;
      const row = indexedRowOf(entry, { kind: source.kind, charactersMax, indexedAt });
      await store.upsertEntries(tx, [row], indexedAt);
    },
  });

  return {
    contract: discoveryContract,
    handlers: guard(discoveryContract, kernel.access, handlers),
    doors: [],
    services: [builderService(options, { kernel, sources, wanted, bell })],
    subscriptions: sources.map(subscriptionOf),
  };
}
