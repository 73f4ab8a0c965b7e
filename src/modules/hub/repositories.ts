import { strict as assert } from 'node:assert';
import type { Executor } from '#kernel/db.ts';
import { sqlState } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { hubContract } from './contract.ts';
import type { Repository } from './entities.ts';
import { hubErrors } from './errors.ts';
import { mayReadFiles } from './gate/file-access.ts';
import { gateFormOf } from './gate/gate-form.ts';
import { forgetRequests, ownRequestOf, readRequest } from './gate/gate-store.ts';
import { dangerousAmong, revisionFindingsOf } from './inspection/findings-reads.ts';
import { addressOf, type HubParties } from './owner-names.ts';
import * as store from './store.ts';

type HubHandlers = Handlers<(typeof hubContract)['operations']>;
type RepositoryHandlers = Pick<
  HubHandlers,
  | 'listRepositories'
  | 'createRepository'
  | 'getRepository'
  | 'describeRepository'
  | 'setAudience'
  | 'setGate'
  | 'archiveRepository'
  | 'unarchiveRepository'
  | 'transferRepository'
>;

const UNIQUE_VIOLATION = '23505';
const TYPE = 'hub.repository';
/** Counting all of 100,000 rows would cost more than finding the page. */
const COUNTED_MAX = 1_000;

/** Creating, describing, opening, archiving and handing over repositories. */
export function repositoryHandlers(kernel: Kernel, parties: HubParties): RepositoryHandlers {
  const { db, access, facts, clock } = kernel;

  /** Locks a repository, writes the changed row, then records what `record` says. */
  const change = (
    repositoryId: string,
    to: (row: store.RepositoryRow) => Partial<store.RepositoryRow>,
    record: (
      tx: Executor,
      before: store.RepositoryRow,
      after: store.RepositoryRow,
    ) => Promise<void>,
  ): Promise<Repository> =>
    db.transaction(async (tx) => {
      const before = await store.lockRepository(tx, repositoryId);
      if (!before) throw kernelErrors.make.missing({ id: repositoryId });
      const after = { ...before, ...to(before), updated_at: clock.now() };
      await store.updateRepository(tx, after);
      await record(tx, before, after);
      db.afterCommit(tx, () => kernel.live.publish(`${TYPE}/${repositoryId}`));
      return store.repositoryOf(after);
    });

  const append = (
    tx: Executor,
    kind: string,
    repositoryId: string,
    actor: string,
    body: object = {},
  ) => facts.append(tx, { kind, subject: repositoryId, actor, body: { repositoryId, ...body } });

  const setState = (repositoryId: string, state: Repository['state'], call: Call) =>
    change(
      repositoryId,
      () => ({ state }),
      async (tx, before) => {
        if (before.state === state) return;
        const kind = state === 'archived' ? 'hub.repository_archived' : 'hub.repository_unarchived';
        await append(tx, kind, repositoryId, call.principal.id);
      },
    );

  const ownRequest = async (repositoryId: string, { principal }: Call) => {
    const request = await readRequest(db.read, repositoryId, { partyId: principal.id });
    return request && ownRequestOf(request);
  };

  return {
    async listRepositories({ cursor, limit, sort, ...input }, call) {
      const visible = access.visible(
        call.principal,
        'hub.repository.read',
        store.repositoryIdColumn,
      );
      const filter = { ...input, visible };
      const page = { sort, after: decodeCursor(cursor), limit: limit + 1 };
      const [rows, counted] = await Promise.all([
        store.listRepositories(db.read, filter, page),
        store.countRepositories(db.read, filter, COUNTED_MAX + 1),
      ]);
      const keyOf = (row: store.RepositoryRow) =>
        sort === 'name' ? row.name : row[`${sort}_at`].toISOString();
      const { items, nextCursor } = toPage(rows, limit, (row) => ({ key: keyOf(row), id: row.id }));
      const dangerous = await dangerousAmong(
        db.read,
        items.map(({ id }) => id),
      );
      return {
        items: items.map((row) => ({ ...store.repositoryOf(row), danger: dangerous.has(row.id) })),
        total: Math.min(counted, COUNTED_MAX),
        totalIsExact: counted <= COUNTED_MAX,
        nextCursor,
      };
    },

    async createRepository({ ownerId, audience, ...input }, call) {
      requireTitle(input.title);
      const now = clock.now();
      const row: store.RepositoryRow = {
        ...input,
        id: kernel.ids('repo'),
        owner_id: ownerId,
        audience,
        gated: null,
        tags: unique(input.tags),
        state: 'active',
        head_digest: null,
        revisions_count: 0,
        created_at: now,
        updated_at: now,
      };
      try {
        return await db.transaction(async (tx) => {
          await store.insertRepository(tx, row);
          await access.register(tx, { type: TYPE, id: row.id, owner: ownerId, audience });
          const body = { kind: row.kind, ownerId, audience };
          await append(tx, 'hub.repository_created', row.id, call.principal.id, body);
          db.afterCommit(tx, () => kernel.live.publish(TYPE));
          return store.repositoryOf(row);
        });
      } catch (error) {
        if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
        throw hubErrors.make.name_taken({ name: row.name }, { cause: error });
      }
    },

    async getRepository({ repositoryId }, call) {
      const row = await store.readRepository(db.read, repositoryId);
      if (!row) throw kernelErrors.make.missing({ id: repositoryId });
      const ref = { type: TYPE, id: repositoryId };
      const may = async (permission: string) =>
        (await access.decide(call.principal, permission, ref)).allowed;
      const head = row.head_digest
        ? await store.readRevision(db.read, repositoryId, row.head_digest)
        : null;
      assert(!row.head_digest || head, 'the latest revision of a repository is one of its own');
      const shown = head && store.revisionOf(head);
      return {
        ...store.repositoryOf(row),
        address: await addressOf(parties, row),
        head: shown && {
          ...shown,
          card: head.card,
          findings: await revisionFindingsOf(db.read, shown),
        },
        gate: row.gated && {
          form: gateFormOf(head?.card?.metadata ?? {}),
          request: await ownRequest(repositoryId, call),
        },
        may: {
          write: await may('hub.repository.write'),
          manage: await may('hub.repository.manage'),
          readFiles: await mayReadFiles(access, row, call.principal),
        },
      };
    },

    async describeRepository({ repositoryId, ...input }, call) {
      if (input.title) requireTitle(input.title);
      return change(
        repositoryId,
        (row) => {
          requireActive(row);
          return withoutUndefined({ ...input, tags: input.tags && unique(input.tags) });
        },
        async (tx) => {
          await append(tx, 'hub.repository_described', repositoryId, call.principal.id);
        },
      );
    },

    setAudience: ({ repositoryId, audience }, call) =>
      change(
        repositoryId,
        () => ({ audience }),
        async (tx, before) => {
          if (before.audience === audience) return;
          await access.setAudience(tx, { type: TYPE, id: repositoryId }, audience);
          const body = { audience, before: before.audience };
          await append(tx, 'hub.audience_changed', repositoryId, call.principal.id, body);
        },
      ),

    setGate: ({ repositoryId, gated }, call) =>
      change(
        repositoryId,
        () => ({ gated: gated || null }),
        async (tx, { gated: before }) => {
          if ((before ?? false) === gated) return;
          const body = { gated, before: before ?? false };
          await append(tx, 'hub.gate_changed', repositoryId, call.principal.id, body);
        },
      ),

    archiveRepository: ({ repositoryId }, call) => setState(repositoryId, 'archived', call),
    unarchiveRepository: ({ repositoryId }, call) => setState(repositoryId, 'active', call),

    async transferRepository({ repositoryId, newOwnerId, name }, call) {
      await access.require(call.principal, 'hub.repository.create', {
        type: 'party',
        id: newOwnerId,
      });
      try {
        return await change(
          repositoryId,
          () => ({ owner_id: newOwnerId, ...(name === undefined ? {} : { name }) }),
          async (tx, before, after) => {
            if (before.name !== after.name) {
              await append(tx, 'hub.repository_described', repositoryId, call.principal.id);
            }
            if (before.owner_id === newOwnerId) return;
            const { audience } = before;
            // What the former owner granted ends with its ownership.
            await access.forget(tx, { type: TYPE, id: repositoryId });
            await forgetRequests(tx, repositoryId);
            await access.register(tx, {
              type: TYPE,
              id: repositoryId,
              owner: newOwnerId,
              audience,
            });
            const body = { fromId: before.owner_id, toId: newOwnerId };
            await append(tx, 'hub.repository_transferred', repositoryId, call.principal.id, body);
          },
        );
      } catch (error) {
        if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
        const row = await store.readRepository(db.read, repositoryId);
        throw hubErrors.make.name_taken({ name: name ?? row?.name ?? '' }, { cause: error });
      }
    },
  };
}

/** Throws `hub.repository_closed` where a repository takes no changes. */
export function requireActive(row: store.RepositoryRow): void {
  if (row.state !== 'active') throw hubErrors.make.repository_closed({ repositoryId: row.id });
}

function requireTitle(title: Words): void {
  if (!title.zh.trim() && !title.en.trim()) throw hubErrors.make.title_empty();
}

const unique = (tags: readonly string[]) => [...new Set(tags)];

type Defined<Shape> = { [Name in keyof Shape]?: Exclude<Shape[Name], undefined> };

function withoutUndefined<Shape extends object>(shape: Shape): Defined<Shape> {
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<Shape>;
}
