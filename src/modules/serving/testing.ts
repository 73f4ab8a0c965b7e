import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type * as z from 'zod';
import { hubContract } from '#contract/hub';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import type { Json } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import { type Call, serviceCall } from '#kernel/principal.ts';
import { superviseServices } from '#kernel/supervisor.ts';
import { callAs } from '#kernel/testing-calls.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import { type Compute, computeOptions, computeSource, createCompute } from '#modules/compute';
import { createHub, type Hub, hubOptions, hubSource } from '#modules/hub';
import { type ServingOptions, servingOptions } from './config.ts';
import type { ServedRow } from './entities.ts';
import { createServing, type Serving, servingSource } from './index.ts';

/** For tests: a server with hub, compute and serving on a real kernel. */

export const operator = callAs('party_operator', { roles: ['operator'] });
export const vendor = callAs('party_coder', { administratorOf: 'party_vendor' });
export const buyer = callAs('party_clerk', { administratorOf: 'party_buyer' });
export const service = serviceCall('governance', new AbortController().signal);

/** Sums the values of a session: each answer depends on every row before it. */
export const summing = {
  files: {
    'main.mjs': `export function create({ limit = 100 } = {}) {
      let sum = 0;
      return { observe(row) {
        if (row.value === -1) throw new Error('no such value');
        sum += row.value;
        return { flag: sum > limit ? 1 : 0, score: sum };
      } };
    }`,
  },
  entry: 'main.mjs',
  environment: 'javascript',
  options: { limit: 10 },
} as const;

export type TestProgram = {
  files: Readonly<Record<string, string | Uint8Array>>;
  entry: string;
  environment: 'javascript' | 'python';
  options: { [key: string]: Json };
};

type HouseOptions = {
  isolation?: 'webassembly' | 'bubblewrap';
  folder?: string;
  serving?: Partial<ServingOptions>;
};

export type House = Awaited<ReturnType<typeof openHouse>>;

/** A server. Several may stand on one database and one folder. */
export async function openHouse(db: Database, options: HouseOptions = {}) {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'touyan-serving-')));
  const sources = [hubSource, computeSource, servingSource];
  const { kernel } = await openTestKernel(db, { sources, blobs: true, folder });
  const hub = createHub(readOptions(hubOptions, {}), { kernel });
  const compute = createCompute(
    {
      ...readOptions(computeOptions, {}),
      COMPUTE_ISOLATION: options.isolation ?? 'webassembly',
      COMPUTE_INSTALL: 'no',
      COMPUTE_OPEN_FOLDER: join(tmpdir(), 'touyan-serving-isolation'),
      folder,
      nodePath: process.execPath,
    },
    { kernel, hub },
  );
  const servingOwn = { ...readOptions(servingOptions, {}), ...options.serving };
  const serving = createServing(servingOwn, { kernel, hub, compute });
  const supervisor = superviseServices([...compute.services, ...serving.services], kernel);
  const house = { kernel, hub, compute, serving, folder };
  return {
    ...house,
    publish: (program: TestProgram) => publish(house, program),
    register: (program: TestProgram) => register(house, program),
    deploy: (program: TestProgram) => deploy(house, program),
    /** Gives the buyer calls under a basis. */
    allow: (programId: string, calls: number, basis: string, callerId = 'party_buyer') =>
      allow(house, { programId, calls, basis, callerId }),
    ask: (deploymentId: string, values: number[], more: Partial<AskOptions> = {}) =>
      ask(house, { deploymentId, values, ...more }),
    /** Hands the end of a job on, as the ledger would. */
    async deliver(jobId: string) {
      for (;;) {
        const recorded = await kernel.facts.about(jobId, { limit: 10 });
        const fact = recorded.find(({ kind }) => kind === 'compute.job_finished');
        if (fact?.body) {
          const { body } = fact;
          const [subscription] = serving.subscriptions;
          await kernel.db.transaction(async (tx) => subscription?.handle({ ...fact, body }, tx));
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async stop() {
      await supervisor.stop(10_000);
      if (!options.folder) await rm(folder, { recursive: true, force: true });
    },
  };
}

type Parts = { kernel: Kernel; hub: Hub; compute: Compute; serving: Serving; folder: string };

async function publish({ kernel, hub }: Parts, program: TestProgram) {
  const vendorParty = { type: 'party', id: 'party_vendor' };
  await kernel.db
    .transaction((tx) =>
      kernel.access.register(tx, { ...vendorParty, owner: 'party_vendor', audience: 'members' }),
    )
    .catch(() => 'it is there');
  const { createRepository, publishRevision } = hubContract.operations;
  made += 1;
  const { id: repositoryId } = await hub.handlers.createRepository(
    inputOf(createRepository['~orpc'], {
      ...{ ownerId: 'party_vendor', kind: 'algorithm', name: `p${process.pid}-${made}` },
      title: { zh: '程序', en: 'Program' },
    }),
    vendor,
  );
  const files: { path: string; digest: string }[] = [];
  for (const [path, text] of Object.entries(program.files)) {
    const source = Readable.from([typeof text === 'string' ? Buffer.from(text) : text]);
    const { digest } = await hub.storeFile({ repositoryId, source }, vendor);
    files.push({ path, digest });
  }
  const { revision } = await hub.handlers.publishRevision(
    inputOf(publishRevision['~orpc'], { repositoryId, files }),
    vendor,
  );
  return { repositoryId, revisionDigest: revision.revisionDigest };
}

/** An input as a door would read it. */
function inputOf<Schema extends z.ZodType>(
  { inputSchema }: { inputSchema?: Schema },
  input: unknown,
): z.output<Schema> {
  assert(inputSchema);
  return inputSchema.parse(input);
}

/** As governance does on an approval. */
async function register(parts: Parts, program: TestProgram) {
  const { kernel, compute, serving } = parts;
  const { repositoryId, revisionDigest } = await publish(parts, program);
  const environmentDigest = await compute.environmentDigest(program.environment);
  assert(environmentDigest);
  const { entry, environment, options } = program;
  return kernel.db.transaction(async (tx) => {
    const programId = await serving.registerProgram(
      tx,
      {
        ...{ ownerId: 'party_vendor', repositoryId, revisionDigest },
        ...{ entry, environment, environmentDigest, options },
      },
      service,
    );
    const resource = { type: 'serving.program', id: programId };
    for (const subject of ['party_vendor', 'role:operator']) {
      const terms = { subject, action: 'serving.program.deploy', resource, basis: 'case_1' };
      await kernel.access.grant(tx, terms, service);
    }
    return programId;
  });
}

/** A deployment that runs, of a program of its own. */
async function deploy(parts: Parts, { options, ...program }: TestProgram) {
  made += 1;
  const unique = { ...options, unique: `${process.pid}-${made}` };
  const programId = await register(parts, { ...program, options: unique });
  const { handlers } = parts.serving;
  const { deploymentId } = await handlers.createDeployment(
    { name: 'test', program: { programId } },
    operator,
  );
  for (;;) {
    const { state } = await handlers.getDeployment({ deploymentId }, operator);
    if (state !== 'starting') return { programId, deploymentId, state };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Allowed = { programId: string; calls: number; basis: string; callerId: string };

/** As exchange does once an agreement is active. */
async function allow({ kernel, serving }: Parts, { programId, calls, basis, callerId }: Allowed) {
  await kernel.db.transaction(async (tx) => {
    const resource = { type: 'serving.program', id: programId };
    const terms = { subject: callerId, action: 'serving.program.call', resource, basis };
    await kernel.access.grant(tx, terms, service);
    await serving.allow(tx, { programId, callerId, basis, calls }, service);
  });
}

type AskOptions = { session: string; requestId: string; call: Call; rows: ServedRow[] };
let asked = 0;
let made = 0;

function ask(
  { serving }: Parts,
  {
    deploymentId,
    values,
    session = 'stream',
    ...more
  }: Partial<AskOptions> & {
    deploymentId: string;
    values: number[];
  },
) {
  asked += 1;
  const rows = more.rows ?? values.map((value) => ({ value }));
  const { requestId = `request-${asked}`, call = buyer } = more;
  return serving.handlers.infer({ deploymentId, session, rows, requestId }, call);
}
