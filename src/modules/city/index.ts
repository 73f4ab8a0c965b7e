import { guard, type ModuleSource } from '#kernel/module.ts';
import type { CityOptions } from './config.ts';
import { cityContract } from './contract.ts';
import { createOperations, type OperationsUses } from './operations.ts';
import { createThings, type ThingsUses } from './things.ts';

export { cityOptions } from './config.ts';
export { cityProcedures } from './operations.ts';

export const citySource: ModuleSource = {
  contract: cityContract,
  migrations: { module: 'city', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: new URL('./policies.cedar', import.meta.url),
};

/**
 * The city: things connect, what they observe is stored durably and then acknowledged; rules turn it into incidents,
 * and commands reach things. `address` is the one that users see.
 */
export function createCity(
  options: CityOptions & { address: string },
  uses: ThingsUses & Omit<OperationsUses, 'things'>,
) {
  const things = createThings(options, uses);
  const operations = createOperations(options, { ...uses, things: things.seam });
  return {
    contract: cityContract,
    handlers: guard(cityContract, uses.kernel.access, {
      ...things.handlers,
      ...operations.handlers,
    }),
    doors: [...things.doors, ...operations.doors],
    services: [...things.services, ...operations.services],
    subscriptions: [...things.subscriptions, ...operations.subscriptions],

    /** What the search shows of things that may be seen. */
    searchEntries: things.searchEntries,
  };
}
