import { strict as assert } from 'node:assert';
import { Readable } from 'node:stream';
import { hubContract } from '#contract/hub';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import { Failure } from '#kernel/errors.ts';
import { createMetrics } from '#kernel/metrics.ts';
import type { Kernel } from '#kernel/module.ts';
import { callAs } from '#kernel/testing-calls.ts';
import { movableClock, openTestKernel } from '#kernel/testing-kernel.ts';
import { computeSource } from '#modules/compute';
import { createHub, type Hub, hubOptions, hubSource } from '#modules/hub';
import type { TaskInput } from '#modules/serving';
import { assuranceSource, createAssurance } from '../index.ts';
import { testDigest, testOptions } from '../testing.ts';
import type { MeasurementUses } from './measurement-uses.ts';

/** For tests: hub and assurance on a real kernel; the test stands in for the trials of serving. */

export const vendor = callAs('party_coder', { administratorOf: 'party_vendor' });
export const bench = callAs('party_clerk', { administratorOf: 'party_bench' });
export const reader = callAs('party_reader');
export const operator = callAs('party_operator', { roles: ['operator'] });

type Answer = Awaited<ReturnType<MeasurementUses['serving']['tasks']['answer']>>;
type Trial = Awaited<ReturnType<MeasurementUses['serving']['handlers']['getTrial']>>;

export type SuiteFiles = Readonly<Record<string, string | Uint8Array>>;

export async function openMeasuringHouse(db: Database) {
  const clock = movableClock();
  const { kernel, close } = await openTestKernel(db, {
    ...{ sources: [hubSource, computeSource, assuranceSource], clock, blobs: true, ledger: true },
  });
  const hub = createHub(readOptions(hubOptions, {}), { kernel });
  const trials = new Map<string, Trial>();
  const asked: TaskInput[] = [];
  /** What the program on trial does. */
  const program = {
    answer: async (_input: TaskInput): Promise<Answer['output']> => [],
  };
  const serving: MeasurementUses['serving'] = {
    handlers: {
      async getTrial({ trialId }) {
        const trial = trials.get(trialId);
        if (!trial) throw new Failure('kernel.missing', 'missing', 'no such trial');
        return trial;
      },
    },
    tasks: {
      async answer({ input }) {
        asked.push(input);
        const output = await program.answer(input);
        return { task: 'text-classification', output, tookMs: 2 } as Answer;
      },
    },
  };
  const jobs = {
    submit: async () => '',
    handlers: { stopJob: async () => ({}), getJobLogs: async () => ({}) },
  };
  const compute = { ...jobs, modelEnvironmentDigest: async () => testDigest('environment') };
  /** Another server on the same database. */
  const server = () => {
    const metrics = { value: createMetrics({ processMetrics: false }) };
    const uses = { kernel: Object.create(kernel, { metrics }), hub, serving, compute };
    return createAssurance(testOptions, uses as unknown as Parameters<typeof createAssurance>[1]);
  };
  const assurance = server();
  return {
    ...{ kernel, hub, assurance, server, trials, asked, program, clock, close },
    publish: (owner: 'vendor' | 'bench', files: SuiteFiles, audience: 'members' | 'owner') =>
      publish({ kernel, hub }, owner, files, audience),
    /** A trial of a repository's revision that does a task. */
    trial(of: { repositoryId: string; revisionDigest: string }, more: Partial<Trial> = {}): string {
      const trialId = kernel.ids('trial');
      const trial = {
        ...{ trialId, ...of, ownerId: 'party_vendor', revisionNumber: 1, path: 'task.json' },
        ...{ task: 'text-classification', runtime: 'task', state: 'open', ...more },
      };
      trials.set(trialId, trial as unknown as Trial);
      return trialId;
    },
    /** Runs a server's measurer until a measurement has ended, or `until` says so. */
    async run(
      until: () => Promise<boolean>,
      { services }: ReturnType<typeof server> = assurance,
    ): Promise<void> {
      const stop = new AbortController();
      const measurer = services.find(({ name }) => name === 'assurance.measurer');
      const running = measurer?.run(stop.signal);
      for (let round = 0; round < 400 && !(await until()); round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      stop.abort();
      await running;
    },
  };
}

export type MeasuringHouse = Awaited<ReturnType<typeof openMeasuringHouse>>;

let made = 0;

export async function publish(
  { kernel, hub }: { kernel: Kernel; hub: Hub },
  owner: 'vendor' | 'bench',
  files: SuiteFiles,
  audience: 'members' | 'owner',
) {
  const call = owner === 'vendor' ? vendor : bench;
  const ownerId = `party_${owner}`;
  await kernel.db
    .transaction((tx) =>
      kernel.access.register(tx, {
        ...{ type: 'party', id: ownerId, owner: ownerId, audience: 'members' },
      }),
    )
    .catch(() => 'it is there');
  made += 1;
  const { inputSchema } = hubContract.operations.createRepository['~orpc'];
  assert(inputSchema);
  const input = inputSchema.parse({
    ...{ ownerId, kind: 'dataset', name: `r${made}`, audience },
    title: { zh: `资源 ${made}`, en: `Repository ${made}` },
  });
  const { id: repositoryId } = await hub.handlers.createRepository(input, call);
  const stored = [];
  for (const [path, text] of Object.entries(files)) {
    const source = Readable.from([Buffer.from(text)]);
    stored.push({ path, digest: (await hub.storeFile({ repositoryId, source }, call)).digest });
  }
  const { revision } = await hub.handlers.publishRevision(
    { repositoryId, files: stored, message: '' },
    call,
  );
  return { repositoryId, revisionDigest: revision.revisionDigest };
}

/** A suite of texts with their labels. */
export function labelSuite(labels: readonly string[]): SuiteFiles {
  return {
    'suite.json': JSON.stringify({
      ...{
        task: 'text-classification',
        cases: 'cases.jsonl',
        source: 'made up',
        licence: 'CC0-1.0',
      },
      name: { zh: '主题', en: 'Topics' },
    }),
    'cases.jsonl': labels
      .map((label, place) =>
        JSON.stringify({ id: `c${place}`, text: `${label} ${place}`, expected: { label } }),
      )
      .join('\n'),
  };
}
