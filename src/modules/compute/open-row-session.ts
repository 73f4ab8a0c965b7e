import type { Blobs } from '#kernel/blobs.ts';
import type { JobSpec } from './entities.ts';
import type { EnvironmentName, Limits, Prediction, Row, RunEnd } from './isolation.ts';
import type { OpenedHost } from './isolation-service.ts';
import { cancelled } from './run-ends.ts';
import { limitsOf } from './submit.ts';

/** A program that answers rows as they come. */
export type RowSessionSpec = {
  environment: EnvironmentName;
  program: { files: readonly { path: string; digest: string }[]; entry: string };
  options: JobSpec['options'];
  limits: JobSpec['limits'];
};

export type RowSession = {
  /** What it runs in. */
  environmentDigest: string;
  /**
   * Asks rows after all that were asked before, one by one, and gives the answers in their order. Throws
   * RowSessionEnded where the program ends before it has answered them all; then none of them counts.
   */
  ask(rows: readonly Row[]): Promise<Prediction[]>;
  /** Null while the program lives. */
  end(): RunEnd | null;
  /** Ends the program at once. Resolves when nothing of it is left. */
  close(): Promise<void>;
};

/** The program of a session has ended; why, in the platform's words. */
export class RowSessionEnded extends Error {
  readonly end: RunEnd;

  constructor(end: RunEnd) {
    super(end.detail);
    this.name = 'RowSessionEnded';
    this.end = end;
  }
}

type Asked = {
  count: number;
  predictions: Prediction[];
  resolve(predictions: Prediction[]): void;
  reject(error: RowSessionEnded): void;
};

/** A session lasts as long as its caller wants; each row is bounded by itself. */
const YEAR_SECONDS = 31_536_000;

/**
 * Starts a program that stays, in the same isolation and through the same causal row protocol as a job in
 * rows mode. Nothing that it prints is kept. Resolves once the program is ready; throws RowSessionEnded
 * where it does not become so. The caller answers for it that the objects named by digest may be used.
 */
export async function openRowSession(
  spec: RowSessionSpec,
  uses: { blobs: Blobs; host: Pick<OpenedHost, 'isolation' | 'environments'> },
): Promise<RowSession> {
  const { blobs, host } = uses;
  const environment = host.environments.find(({ name }) => name === spec.environment);
  const files = await Promise.all(
    spec.program.files.map(async ({ path, digest }) => {
      return { path, digest, source: await blobs.path(digest) };
    }),
  );
  const limits: Limits = {
    ...limitsOf(spec.limits),
    ...{ wallSeconds: YEAR_SECONDS, cpuSeconds: YEAR_SECONDS },
  };
  const stop = new AbortController();
  const table = createTable();
  const ready = Promise.withResolvers<void>();
  const running = host.isolation
    .run(
      {
        environment: spec.environment,
        program: { files, entry: spec.program.entry },
        options: spec.options,
        limits,
        logs: { rule: 'none', bytesMax: 0 },
        mode: {
          kind: 'rows',
          rows: table.rows(),
          onReady: ready.resolve,
          onPrediction: table.answer,
        },
      },
      { signal: stop.signal },
    )
    .then(
      ({ reason, detail }): RunEnd => ({ reason, detail }),
      (error: unknown): RunEnd => ({ reason: 'isolation_failed', detail: String(error) }),
    )
    .then((end) => {
      table.end(end);
      ready.reject(new RowSessionEnded(end));
    });
  await ready.promise;
  return {
    environmentDigest: environment?.digest ?? '',
    ask: table.ask,
    end: table.ended,
    async close() {
      table.end(cancelled);
      stop.abort();
      await running;
    },
  };
}

/** A table of rows that never ends by itself: rows go in as they are asked, answers come out. */
function createTable() {
  const waiting: Row[] = [];
  const asked: Asked[] = [];
  let ended: RunEnd | null = null;
  let wake = () => {};
  return {
    async *rows(): AsyncGenerator<Row> {
      while (ended === null) {
        const rows = waiting.splice(0);
        yield* rows;
        if (waiting.length > 0) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    ask(rows: readonly Row[]): Promise<Prediction[]> {
      if (ended !== null) return Promise.reject(new RowSessionEnded(ended));
      if (rows.length === 0) return Promise.resolve([]);
      return new Promise((resolve, reject) => {
        asked.push({ count: rows.length, predictions: [], resolve, reject });
        waiting.push(...rows);
        wake();
      });
    },
    answer(prediction: Prediction): void {
      const [first] = asked;
      if (!first) return;
      first.predictions.push(prediction);
      if (first.predictions.length < first.count) return;
      asked.shift();
      first.resolve(first.predictions);
    },
    end(end: RunEnd): void {
      ended ??= end;
      wake();
      for (const { reject } of asked.splice(0)) reject(new RowSessionEnded(ended));
    },
    ended: () => ended,
  };
}
