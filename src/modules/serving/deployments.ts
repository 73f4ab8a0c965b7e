import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import { type Call, serviceCall } from '#kernel/principal.ts';
import type { Hub } from '#modules/hub';
import { textDigest } from '#verify/crypto.ts';
import type { servingContract } from './contract.ts';
import { deploymentOf, detailOf, programOf } from './deployment-view.ts';
import { servingErrors } from './errors.ts';
import { optionsDigestOf } from './program-digest.ts';
import { type RowSessions, refuseOtherEnvironment } from './session-process.ts';
import * as store from './store.ts';
import { readHealth } from './store-journal.ts';

type ServingHandlers = Handlers<(typeof servingContract)['operations']>;
type CreateInput = Parameters<ServingHandlers['createDeployment']>[0];

type Uses = {
  kernel: Kernel;
  hub: Pick<Hub, 'readRevision'>;
  compute: Pick<RowSessions, 'environmentDigest'>;
  /** A deployment waits to be started. */
  onCreated(): void;
  onEnded(deploymentId: string): void;
};

/** Making, ending and reading deployments. */
export function deploymentHandlers(
  uses: Uses,
): Pick<
  ServingHandlers,
  'listPrograms' | 'createDeployment' | 'listDeployments' | 'getDeployment' | 'endDeployment'
> {
  const { kernel } = uses;
  const { db, access } = kernel;
  const may = async ({ principal }: Call, permission: string, type: string, id: string) =>
    (await access.decide(principal, permission, { type, id })).allowed;
  return {
    async listPrograms({ cursor, limit, ...wanted }, call) {
      const visible = access.visible(call.principal, 'serving.program.read', store.programIdColumn);
      const before = decodeCursor(cursor)?.id ?? null;
      const page = { before, limit: limit + 1 };
      const { rows, total } = await store.listPrograms(db.read, { ...wanted, visible }, page);
      const { items, nextCursor } = toPage(rows, limit, ({ id }) => ({ key: id, id }));
      const views = items.map(async (row) =>
        programOf(row, await may(call, 'serving.program.deploy', 'serving.program', row.id)),
      );
      return { items: await Promise.all(views), total, nextCursor };
    },
    createDeployment: (input, call) => createDeployment(input, uses, call),
    async listDeployments({ cursor, limit, ...wanted }, { principal }) {
      const column = store.deploymentIdColumn;
      const visible = access.visible(principal, 'serving.deployment.read', column);
      const before = decodeCursor(cursor)?.id ?? null;
      const page = { before, limit: limit + 1 };
      const { rows, total } = await store.listDeployments(db.read, { ...wanted, visible }, page);
      const { items, nextCursor } = toPage(rows, limit, ({ id }) => ({ key: id, id }));
      return { items: items.map(deploymentOf), total, nextCursor };
    },
    async getDeployment({ deploymentId }, call) {
      const row = await existing(deploymentId, kernel);
      const type = 'serving.deployment';
      return detailOf(row, await readHealth(db.read, row.id), {
        call: await may(call, 'serving.program.call', 'serving.program', row.program_id),
        end: await may(call, 'serving.deployment.end', type, row.id),
        replay: await may(call, 'serving.deployment.replay', type, row.id),
      });
    },
    endDeployment: (input, call) => endDeployment(input, uses, call),
  };
}

async function existing(deploymentId: string, { db }: Kernel): Promise<store.DeploymentView> {
  const row = await store.readDeployment(db.read, deploymentId);
  if (!row) throw kernelErrors.make.missing({ id: deploymentId });
  return row;
}

/**
 * Deploys exactly what was approved. A living deployment of the same program and name is that deployment.
 * Throws `serving.not_approved`, `serving.environment_differs`.
 */
async function createDeployment(input: CreateInput, uses: Uses, call: Call) {
  const { kernel, hub, compute } = uses;
  const { db, ids, clock, access, facts, live } = kernel;
  const program = await approvedProgram(input.program, uses);
  const ref = { type: 'serving.program', id: program.id };
  const approved = async (tx?: Parameters<typeof store.readProgram>[0]) =>
    (await access.decide(call.principal, 'serving.program.deploy', ref, tx ? { tx } : {})).allowed;
  if (!(await approved())) throw servingErrors.make.not_approved();
  await refuseOtherEnvironment(program, compute);
  const revision = await hub.readRevision(
    { repositoryId: program.repository_id, revisionDigest: program.revision_digest },
    serviceCall('serving', call.signal),
  );
  const files = revision.files.map(({ path, digest }) => ({ path, digest }));
  const deploymentId = await db.transaction(async (tx) => {
    if (!(await approved(tx))) throw servingErrors.make.not_approved();
    const id = await store.insertDeployment(tx, {
      ...{ id: ids('deployment'), program_id: program.id, name: input.name },
      ...{ owner_id: program.owner_id, files },
      ...{ created_by: call.principal.id, created_at: clock.now() },
    });
    if (id === null) return store.livingDeployment(tx, program.id, input.name);
    await access.register(tx, {
      ...{ type: 'serving.deployment', id, owner: program.owner_id, audience: 'members' },
    });
    await facts.append(tx, {
      ...{ kind: 'serving.deployment_created', subject: id, actor: call.principal.id },
      body: {
        ...{ deploymentId: id, programId: program.id, programDigest: program.program_digest },
        ...{ ownerId: program.owner_id, revisionDigest: program.revision_digest },
        ...{ environmentDigest: program.environment_digest, optionsDigest: program.options_digest },
      },
    });
    db.afterCommit(tx, () => {
      live.publish('serving.deployment');
      uses.onCreated();
    });
    return id;
  });
  if (deploymentId === null) throw kernelErrors.make.unavailable();
  return deploymentOf(await existing(deploymentId, kernel));
}

/** The program that is meant; only such as were registered on an approval can be. */
async function approvedProgram(
  wanted: CreateInput['program'],
  { kernel, compute }: Uses,
): Promise<store.ProgramRow> {
  const { db } = kernel;
  if ('programId' in wanted) {
    const program = await store.readProgram(db.read, wanted.programId);
    if (!program) throw kernelErrors.make.missing({ id: wanted.programId });
    return program;
  }
  const { revisionDigest, entry, environment, options } = wanted;
  const optionsDigest = await optionsDigestOf(options);
  const parts = { revisionDigest, entry, environment, optionsDigest };
  const programs = await store.programsOf(db.read, parts);
  const here = await compute.environmentDigest(environment);
  const program = programs.find((row) => row.environment_digest === here) ?? programs[0];
  if (!program) throw servingErrors.make.not_approved();
  return program;
}

async function endDeployment(
  { deploymentId, reason }: { deploymentId: string; reason: string },
  uses: Uses,
  call: Call,
) {
  const { kernel } = uses;
  const { db, clock, facts, live } = kernel;
  const row = await existing(deploymentId, kernel);
  await db.transaction(async (tx) => {
    const ended = await store.moveDeployment(tx, deploymentId, {
      ...{ from: ['starting', 'running', 'failed'], to: 'ended', reason, at: clock.now() },
    });
    if (!ended) return;
    await facts.append(tx, {
      ...{ kind: 'serving.deployment_ended', subject: deploymentId, actor: call.principal.id },
      body: {
        ...{ deploymentId, programId: row.program_id, reasonDigest: await textDigest(reason) },
      },
    });
    db.afterCommit(tx, () => {
      live.publish(`serving.deployment/${deploymentId}`);
      live.publish('serving.deployment');
      uses.onEnded(deploymentId);
    });
  });
  return deploymentOf(await existing(deploymentId, kernel));
}
