import { algorithms } from '#algorithms/catalogue.ts';
import { isFetched, modelCache } from '../fetch-wheel.ts';
import { isBuilt, publishAlgorithm } from '../publish-algorithms.ts';
import { enterAs, organisationOf } from './actor.ts';
import type { Screen } from './screen.ts';

/**
 * Publishes the algorithms that ship, for visitors to try, in the name of the demonstration's company of algorithms. One
 * whose model would have to be fetched first is left to `touyan algorithms publish`. Never rejects: the demonstration stands
 * without them.
 */
export async function offerAlgorithms(address: string, screen: Screen): Promise<number> {
  const cache = modelCache();
  const ready: (typeof algorithms)[number][] = [];
  for (const algorithm of algorithms) {
    const isHere = !algorithm.fetched || (await isFetched(algorithm.fetched, cache));
    if (isBuilt(algorithm.name) && isHere) ready.push(algorithm);
  }
  let published = 0;
  try {
    const vendor = await enterAs(address, 'vendor');
    const ownerId = organisationOf(vendor);
    await screen.step('算法上架试用  offer algorithms to try', async (tell) => {
      for (const algorithm of ready) {
        await publishAlgorithm(vendor.connection, { algorithm, ownerId, cache });
        published += 1;
        tell(`${published}/${ready.length}`);
      }
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    screen.say(`  算法未能全部上架 not all algorithms were published: ${problem}`);
  }
  return published;
}
