/**
 * Gathers what comes while a run is under way and hands it on together: one run at a time, and none
 * waits for company. What a run throws, each of its items throws.
 */
export function createGroup<Item, Result>(
  options: { itemsMax: number },
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  type Waiting = { item: Item; resolve(result: Result): void; reject(error: unknown): void };
  const waiting: Waiting[] = [];
  let running = false;
  const work = async () => {
    running = true;
    while (waiting.length > 0) {
      const taken = waiting.splice(0, options.itemsMax);
      try {
        const results = await run(taken.map(({ item }) => item));
        for (const [place, { resolve, reject }] of taken.entries()) {
          const result = results[place];
          if (result === undefined) reject(new Error('a run gave too few results'));
          else resolve(result);
        }
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
    running = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // In the next turn, so that what is asked for together goes together.
      if (!running) {
        running = true;
        setImmediate(() => void work());
      }
    });
}
