import type { Kernel } from '#kernel/module.ts';
import type { Compute } from '#modules/compute';
import type { ServingOptions } from './config.ts';
import type { ServedPrediction, ServedRow } from './entities.ts';
import { servingErrors } from './errors.ts';
import { type Cell, predictionsText, rowOf } from './row-table.ts';
import type { DeploymentView } from './store.ts';
import * as store from './store-journal.ts';

/** What runs, and does not change while the deployment stands. */
export type Served = Pick<
  DeploymentView,
  'id' | 'program_id' | 'environment' | 'environment_digest' | 'entry' | 'files' | 'options'
>;

export type RowSessions = Pick<Compute, 'openRowSession' | 'environmentDigest'>;

/** The program answered the same rows otherwise than before: its answers cannot be relied on. */
export class RebuiltDiffers extends Error {}

/** The program of one session, and how many rows it has seen. */
export type SessionProcess = {
  /** Rows that it has answered, whether they were journalled or not. */
  position(): number;
  ended(): boolean;
  ask(rows: readonly ServedRow[]): Promise<ServedPrediction[]>;
  /** Feeds what the journal holds up to a position, and checks that the answers are the same. */
  feed(sessionId: string, columns: readonly string[], to: number): Promise<void>;
  close(): Promise<void>;
};

const FEED_CALLS = 500;

/**
 * Starts the program of a session at its beginning, in the environment it was approved for. Throws
 * `serving.environment_differs`, and RowSessionEnded where it does not start.
 */
export async function openSessionProcess(
  served: Served,
  options: ServingOptions,
  uses: { kernel: Kernel; compute: RowSessions },
): Promise<SessionProcess> {
  const { compute, kernel } = uses;
  await refuseOtherEnvironment(served, compute);
  const program = await compute.openRowSession({
    environment: served.environment,
    program: { files: served.files, entry: served.entry },
    options: served.options,
    limits: {
      memoryBytes: options.SERVING_MEMORY_BYTES_MAX,
      rowSeconds: options.SERVING_ROW_SECONDS_MAX,
    },
  });
  let position = 0;
  const ask = async (rows: readonly ServedRow[]): Promise<ServedPrediction[]> => {
    const predictions = await program.ask(rows);
    position += rows.length;
    return predictions.map(({ flag, score }) => ({ flag, score: score ?? flag }));
  };
  return {
    position: () => position,
    ended: () => program.end() !== null,
    ask,
    feed: async (sessionId, columns, to) => {
      while (position < to) {
        const page = { from: position, to, limit: FEED_CALLS };
        const parts = await store.journalPage(kernel.db.read, sessionId, page);
        // A gap: somebody wrote to the journal past this code.
        if (parts[0]?.position !== position) throw new RebuiltDiffers();
        const cells = parts.map(({ rows }): Cell[][] => JSON.parse(rows));
        const rows = cells.flat().map((row) => rowOf(columns, row));
        const predictions = await ask(rows);
        let at = 0;
        for (const [place, part] of parts.entries()) {
          const count = cells[place]?.length ?? 0;
          const again = predictionsText(predictions.slice(at, at + count));
          if (again !== part.predictions) throw new RebuiltDiffers();
          at += count;
        }
      }
    },
    close: program.close,
  };
}

/** Throws `serving.environment_differs` where this server is not what the program was approved for. */
export async function refuseOtherEnvironment(
  program: Pick<Served, 'environment' | 'environment_digest'>,
  compute: Pick<RowSessions, 'environmentDigest'>,
): Promise<void> {
  const here = (await compute.environmentDigest(program.environment)) ?? 'none';
  if (here === program.environment_digest) return;
  throw servingErrors.make.environment_differs({ approved: program.environment_digest, here });
}
