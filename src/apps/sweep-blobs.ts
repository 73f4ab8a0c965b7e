import * as z from 'zod';
import type { Kernel } from '#kernel/module.ts';

const NAME = 'kernel.sweep_blobs';
const EVERY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Says which of these objects somebody still refers to. */
export type InUse = (
  digests: readonly string[],
) => Promise<ReadonlySet<string> | readonly string[]>;

/**
 * Once a day, on one server, removes the objects that no module refers to. A background task asks for
 * the next one as it ends, so the chain goes on through restarts.
 */
export async function scheduleBlobSweep(
  { tasks, blobs, db, clock, log }: Kernel,
  modules: readonly InUse[],
): Promise<void> {
  const next = () =>
    db.transaction((tx) =>
      tasks.send(
        tx,
        NAME,
        {},
        {
          singletonKey: 'daily',
          startAfter: new Date(clock.now().getTime() + EVERY_MILLISECONDS),
        },
      ),
    );
  tasks.work(NAME, z.object({}), async () => {
    const count = await blobs.sweep(async (digests) => {
      const answers = await Promise.all(modules.map((inUse) => inUse(digests)));
      return new Set(answers.flatMap((answer) => [...answer]));
    });
    log.info({ count }, 'objects that nobody refers to were removed');
    await next();
  });
  await next();
}
