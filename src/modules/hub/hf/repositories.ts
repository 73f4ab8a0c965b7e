import * as z from 'zod';
import type { Door } from '#kernel/door.ts';
import { Failure, kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { hubContract } from '../contract.ts';
import { gated } from '../gate/gate-entities.ts';
import { type RefKind, readRepositoryNamed } from '../store-refs.ts';
import { readJson } from './body.ts';
import { type HubType, hubTypeNamed } from './names.ts';
import { headerText, jsonReply } from './reply.ts';
import { LARGE_BYTES } from './tree.ts';
import { findRepository, type HfUses, originOf, ownerNamed, repositoryOfPath } from './uses.ts';

const BODY_BYTES_MAX = 64 * 1024;
const PREUPLOAD_BYTES_MAX = 4 * 1024 * 1024;

const visibility = {
  visibility: z.enum(['public', 'private', 'protected']).nullish(),
  private: z.boolean().nullish(),
};

const invalid = (problem: string) => kernelErrors.make.invalid_input({ problem });

function typeNamed(singular: string | null | undefined): HubType {
  const type = hubTypeNamed(singular);
  if (!type) throw invalid('type: models and datasets are here, nothing else');
  return type;
}

function isPublic(body: {
  visibility?: string | null | undefined;
  private?: boolean | null | undefined;
}) {
  return body.visibility ? body.visibility === 'public' : body.private === false;
}

/**
 * `POST /api/repos/create`. Only the owner's people see it unless the body asks for a public one. A name
 * that is taken answers 409 with the `url` of what is there, which `exist_ok` reads.
 */
export function createRepositoryDoor(uses: HfUses): Pick<Door, 'handle'> {
  const shape = z.object({
    name: z.string().max(200),
    organization: z.string().max(200).nullish(),
    type: z.string().nullish(),
    license: z.string().max(100).nullish(),
    files: z.array(z.unknown()).max(0, 'commit files after the repository is there').nullish(),
    ...visibility,
  });
  return {
    async handle(request, call) {
      const body = await readJson(request.raw, shape, BODY_BYTES_MAX);
      const type = typeNamed(body.type);
      const [namespace, name] = namesOf(body);
      const ownerId = namespace === null ? call.principal.id : await ownerNamed(uses, namespace);
      if (!ownerId) throw invalid(`organization: there is no ${namespace}`);
      const handles = await uses.parties.handles([ownerId]);
      const id = `${handles.get(ownerId) ?? ownerId}/${name}`;
      const url = `${originOf(uses, request)}/${type.prefix}${id}`;
      const audience = isPublic(body) ? ('public' as const) : ('owner' as const);
      const inputs = hubContract.operations.createRepository['~orpc'].inputSchema;
      const parsed = inputs?.safeParse({
        ...{ ownerId, kind: type.kind, name, audience, licence: body.license ?? '' },
        title: { zh: '', en: name },
      });
      if (!parsed?.success) throw invalid(parsed?.error.issues[0]?.message ?? 'name');
      try {
        const { id: _id } = await uses.handlers.createRepository(parsed.data, call);
        return jsonReply({ url, name: id, id, _id, repoId: _id });
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'hub.name_taken') throw error;
        const there = await readRepositoryNamed(uses.kernel.db.read, ownerId, name);
        if (there?.kind !== type.kind) {
          throw invalid(`name: this owner has a ${there?.kind} named ${name}; choose another name`);
        }
        const headers = { 'x-error-message': headerText(error.message) };
        return jsonReply({ error: error.message, url, id }, { status: 409, headers });
      }
    },
  };
}

/** Older clients send `owner/name` as the name. */
function namesOf(body: { name: string; organization?: string | null | undefined }) {
  const [first = '', second] = body.name.split('/');
  if (second !== undefined) return [first, second] as const;
  return [body.organization ?? null, first] as const;
}

/**
 * `DELETE /api/repos/delete` archives: the repository leaves lists and takes no changes, and what names its
 * revisions goes on to work.
 */
export function deleteRepositoryDoor(uses: HfUses): Pick<Door, 'handle'> {
  const shape = z.object({
    name: z.string().max(200),
    organization: z.string().max(200).nullish(),
    type: z.string().nullish(),
  });
  return {
    async handle({ raw }, call) {
      const body = await readJson(raw, shape, BODY_BYTES_MAX);
      const [namespace, name] = namesOf(body);
      const at = { namespace: namespace ?? call.principal.id, name };
      const { id } = await findRepository(uses, typeNamed(body.type), at, 'manage', call);
      await uses.handlers.archiveRepository({ repositoryId: id }, call);
      return jsonReply({});
    },
  };
}

/** `POST /api/repos/move`: a new name, a new owner, or both. */
export function moveRepositoryDoor(uses: HfUses): Pick<Door, 'handle'> {
  const address = z
    .string()
    .max(300)
    .regex(/^[^/]+\/[^/]+$/, 'should be owner/name');
  const shape = z.object({ fromRepo: address, toRepo: address, type: z.string().nullish() });
  return {
    async handle({ raw }, call) {
      const { fromRepo, toRepo, type } = await readJson(raw, shape, BODY_BYTES_MAX);
      const [namespace = '', name = ''] = fromRepo.split('/');
      const [toNamespace = '', toName = ''] = toRepo.split('/');
      const at = { namespace, name };
      const { id } = await findRepository(uses, typeNamed(type), at, 'manage', call);
      const newOwnerId = await ownerNamed(uses, toNamespace);
      if (!newOwnerId) throw invalid(`toRepo: there is no ${toNamespace}`);
      const inputs = hubContract.operations.transferRepository['~orpc'].inputSchema;
      const parsed = inputs?.safeParse({ repositoryId: id, newOwnerId, name: toName });
      if (!parsed?.success) throw invalid(parsed?.error.issues[0]?.message ?? 'toRepo');
      await uses.handlers.transferRepository(parsed.data, call);
      return jsonReply({});
    },
  };
}

/** `PUT …/settings`: who may see the repository, and whether its files are gated. */
export function settingsDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  const shape = z.object({
    gated: gated.optional(),
    ...visibility,
  });
  return {
    async handle(request, call) {
      const repository = await repositoryOfPath(uses, type, request, 'manage', call);
      const body = await readJson(request.raw, shape, BODY_BYTES_MAX);
      if (body.visibility || typeof body.private === 'boolean') {
        const audience = isPublic(body) ? 'public' : 'owner';
        await uses.handlers.setAudience({ repositoryId: repository.id, audience }, call);
      }
      if (body.gated !== undefined) {
        await uses.handlers.setGate({ repositoryId: repository.id, gated: body.gated }, call);
      }
      return jsonReply({});
    },
  };
}

/** `POST …/branch/{name}` and `POST …/tag/{revision}`. */
export function createRefDoor(uses: HfUses, type: HubType, kind: RefKind): Pick<Door, 'handle'> {
  const shape = z.object({
    startingPoint: z.string().max(200).nullish(),
    emptyBranch: z.literal(false, 'a branch begins at a revision here').optional(),
    overwrite: z.boolean().nullish(),
    tag: z.string().max(200).optional(),
    message: z.string().max(500).nullish(),
  });
  return {
    async handle(request, call) {
      const repository = await repositoryOfPath(uses, type, request, 'write', call);
      const body = await readJson(request.raw, shape, BODY_BYTES_MAX);
      const named = request.params.revision ?? '';
      const ref =
        kind === 'branch'
          ? { name: named, at: body.startingPoint ?? '' }
          : { name: body.tag ?? '', at: named };
      const more = { message: body.message ?? '', overwrite: body.overwrite ?? false };
      await uses.refs.create(repository.id, { kind, ...ref, ...more }, call);
      return jsonReply({});
    },
  };
}

/** `DELETE …/branch/{name}` and `DELETE …/tag/{name}`. */
export function deleteRefDoor(uses: HfUses, type: HubType, kind: RefKind): Pick<Door, 'handle'> {
  return {
    async handle(request, call: Call) {
      const repository = await repositoryOfPath(uses, type, request, 'write', call);
      await uses.refs.remove(repository.id, kind, request.params.revision ?? '', call);
      return jsonReply({});
    },
  };
}

/**
 * `POST …/preupload/{branch}`: which files come within the commit (`regular`) and which by Git LFS. The
 * Python client sends a file that is marked `lfs` to Xet storage, which is not here, so it is asked to send
 * all but the largest within the commit; other clients are told LFS from 10 MiB on.
 */
export function preuploadDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  const shape = z.object({
    files: z
      .array(z.object({ path: z.string().max(2_000), size: z.number().int().min(0) }))
      .max(1_000),
  });
  return {
    async handle(request, call) {
      await repositoryOfPath(uses, type, request, 'write', call);
      const { files } = await readJson(request.raw, shape, PREUPLOAD_BYTES_MAX);
      const most = uses.options.HUB_REGULAR_UPLOAD_BYTES_MAX;
      const isPython = /\bhf_hub\//.test(request.raw.headers['user-agent'] ?? '');
      const regularMax = isPython ? most : Math.min(most, LARGE_BYTES);
      const answers = files.map(({ path, size }) => ({
        path,
        uploadMode: size > regularMax ? 'lfs' : 'regular',
        shouldIgnore: false,
      }));
      const warned = isPython && answers.some(({ uploadMode }) => uploadMode === 'lfs');
      const headers = warned ? { 'x-hf-warning': `xet; ${xetWarning(most)}` } : {};
      return jsonReply({ files: answers }, { headers });
    },
  };
}

/**
 * `GET …/xet-write-token/{revision}`: there is no Xet storage. hf_xet shows its user nothing of this answer but
 * its status, hence the warning that `preupload` sends before.
 */
export function xetDoor(uses: HfUses): Pick<Door, 'handle'> {
  return {
    async handle() {
      throw invalid(xetWarning(uses.options.HUB_REGULAR_UPLOAD_BYTES_MAX));
    },
  };
}

const xetWarning = (bytesMax: number) =>
  `files over ${Math.floor(bytesMax / 1_000_000)} MB need HF_HUB_DISABLE_XET=1, since there is no Xet storage here`;
