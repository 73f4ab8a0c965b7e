import type { Kernel } from '#kernel/module.ts';
import type { Uses } from './module-uses.ts';

type Stops = Uses['serving']['stops'];
type StopRow = Awaited<ReturnType<Stops['list']>>['rows'][number];
type Deployment = NonNullable<Awaited<ReturnType<Uses['serving']['readHealth']>>>;

/** Programs, deployments and stops, as serving keeps and announces them; in memory, and nothing runs. */
export function createServingDesk(kernel: Kernel) {
  const { ids, clock, facts, access } = kernel;
  const programs = new Map<string, string>();
  const deployments = new Map<string, Deployment>();
  const stops: StopRow[] = [];
  const holding = (id: string) =>
    stops.find((stop) => stop.target_id === id && stop.released_at === null);
  const digest = `sha256:${'0'.repeat(64)}`;
  const desk: Uses['serving'] = {
    async registerProgram(tx, program, call) {
      const key = JSON.stringify(program);
      const before = programs.get(key);
      if (before) return before;
      const programId = ids('program');
      programs.set(key, programId);
      const resource = { type: 'serving.program', id: programId, owner: program.ownerId };
      await access.register(tx, { ...resource, audience: 'members' });
      const { ownerId, repositoryId, revisionDigest, environmentDigest } = program;
      await facts.append(tx, {
        ...{ kind: 'serving.program_registered', subject: programId, actor: call.principal.id },
        body: {
          ...{ programId, programDigest: digest, ownerId, repositoryId, revisionDigest },
          ...{ environmentDigest, optionsDigest: digest },
        },
      });
      return programId;
    },
    stops: {
      async set(tx, target, { reason, by }) {
        const held = holding(target.id);
        if (held) return held.id;
        const id = ids('stop');
        const row = { id, target_type: target.type, target_id: target.id, reason, stopped_by: by };
        const open = { released_by: null, release_reason: null, released_at: null };
        stops.unshift({ ...row, stopped_at: clock.now(), ...open });
        await facts.append(tx, {
          ...{ kind: 'serving.stopped', subject: target.id, actor: by },
          body: { stopId: id, target, by, reasonDigest: digest },
        });
        return id;
      },
      async release(tx, target, { reason, by }) {
        const held = holding(target.id);
        if (!held) return false;
        const end = { released_by: by, release_reason: reason, released_at: clock.now() };
        Object.assign(held, end);
        await facts.append(tx, {
          ...{ kind: 'serving.released', subject: target.id, actor: by },
          body: { stopId: held.id, target, by, reasonDigest: digest },
        });
        return true;
      },
      isStopped: async ({ id }) => holding(id) !== undefined,
      async list(filter, { limit }) {
        const rows = stops.filter(
          (stop) =>
            (filter.target === undefined || stop.target_id === filter.target.id) &&
            (filter.holding === undefined || (stop.released_at === null) === filter.holding),
        );
        return { rows: rows.slice(0, limit), total: rows.length };
      },
      onChange: () => () => {},
    },
    async readHealth(deploymentId) {
      const found = deployments.get(deploymentId);
      return found ? { ...found, state: holding(deploymentId) ? 'stopped' : found.state } : null;
    },
    async livingDeployments(programId) {
      const all = [...deployments].filter(([, one]) => one.programId === programId);
      return all.filter(([, { state }]) => state === 'running').map(([id]) => id);
    },
  };
  return {
    ...desk,
    /** A deployment of a program, as a person would create it. */
    async deploy(programId: string): Promise<string> {
      const deploymentId = ids('deployment');
      const named = { deploymentId, programId, programDigest: digest, ownerId: 'org_vendor' };
      await kernel.db.transaction(async (tx) => {
        const resource = { type: 'serving.deployment', id: deploymentId, owner: 'org_vendor' };
        await access.register(tx, { ...resource, audience: 'owner' });
        await facts.append(tx, {
          ...{ kind: 'serving.deployment_created', subject: deploymentId, actor: 'usr_vendor' },
          body: {
            ...{ ...named, revisionDigest: digest },
            ...{ environmentDigest: digest, optionsDigest: digest },
          },
        });
      });
      deployments.set(deploymentId, {
        ...{ programId, state: 'running' },
        health: {
          ...{ rowsAnswered: 0, errors: 0, restarts: 0, sessions: 0 },
          ...{ latencyMsP95: null, flaggedShare: null },
        },
      });
      return deploymentId;
    },
    end(deploymentId: string): void {
      const found = deployments.get(deploymentId);
      if (found) found.state = 'ended';
    },
    /** What its health says from now on. */
    measure(deploymentId: string, health: Partial<Deployment['health']>): void {
      const found = deployments.get(deploymentId);
      if (found) Object.assign(found.health, health);
    },
    isStopped: (id: string) => holding(id) !== undefined,
    stopsOf: (id: string) => stops.filter((stop) => stop.target_id === id),
  };
}
