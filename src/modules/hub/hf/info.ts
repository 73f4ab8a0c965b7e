import * as z from 'zod';
import { inScope } from '#kernel/access-principal.ts';
import type { Door } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { decodeCursor, encodeCursor } from '#kernel/page.ts';
import { readCard } from '../card.ts';
import type { Card, CardProblem } from '../entities.ts';
import { requireFiles } from '../gate/file-access.ts';
import { addressOf } from '../owner-names.ts';
import { EMPTY_DIGEST, MAIN } from '../refs.ts';
import { allFiles, type RepositoryRow, readRevision, repositoryIdColumn } from '../store.ts';
import { type ListedRow, listAncestry, listWithCards } from '../store-refs.ts';
import { readJson } from './body.ts';
import { commitOf, type HubType } from './names.ts';
import { jsonReply, nextLink } from './reply.ts';
import { type HfUses, originOf, ownerNamed, repositoryOfPath, revisionOfPath } from './uses.ts';

const PAGE_MAX = 500;
const LABELS_MAX = 20;

/** `GET /api/whoami-v2`: who the key belongs to, for which organisations it acts, and whether it may write. */
export function whoamiDoor({ parties }: HfUses): Pick<Door, 'handle'> {
  return {
    async handle(_request, { principal }) {
      if (principal.kind === 'stranger') throw kernelErrors.make.not_signed_in();
      const organisations = principal.memberships.map(({ organisation }) => organisation);
      const handles = await parties.handles([principal.id, ...organisations]);
      const role = inScope(principal, 'hub.repository.write') ? 'write' : 'read';
      return jsonReply({
        type: 'user',
        id: principal.id,
        name: handles.get(principal.id) ?? principal.id,
        fullname: principal.name,
        isPro: false,
        canPay: false,
        periodEnd: null,
        orgs: principal.memberships.map(({ organisation, role: standing }) => ({
          type: 'org',
          id: organisation,
          name: handles.get(organisation) ?? organisation,
          fullname: handles.get(organisation) ?? organisation,
          roleInOrg: standing === 'administrator' ? 'admin' : 'write',
        })),
        auth: {
          type: 'access_token',
          accessToken: { displayName: 'touyan', role },
        },
      });
    },
  };
}

/** `GET /api/models`: what the caller may see, paged by `Link`. */
export function listDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  const { kernel, parties } = uses;
  return {
    async handle(request, call) {
      const { query } = request;
      const author = query.get('author');
      const ownerId = author ? await ownerNamed(uses, author) : null;
      if (author && !ownerId) return jsonReply([]);
      const asked = Number(query.get('limit') ?? PAGE_MAX);
      const limit = Number.isSafeInteger(asked) && asked > 0 ? Math.min(asked, PAGE_MAX) : PAGE_MAX;
      const sort = query.get('sort') === 'createdAt' ? 'created' : 'updated';
      const filters = [...query.getAll('filter'), query.get('pipeline_tag') ?? ''];
      const labels = filters.flatMap((text) => text.split(',')).filter(Boolean);
      const search = (query.get('search') ?? '').slice(0, 200).replaceAll('\u0000', '');
      const { principal } = call;
      const visible = kernel.access.visible(principal, 'hub.repository.read', repositoryIdColumn);
      const rows = await listWithCards(
        kernel.db.read,
        { kind: type.kind, search, labels: labels.slice(0, LABELS_MAX), ownerId, visible },
        { sort, after: decodeCursor(query.get('cursor') ?? undefined), limit: limit + 1 },
      );
      const page = rows.slice(0, limit);
      const handles = await parties.handles([...new Set(page.map((row) => row.owner_id))]);
      const items = page.map((row) => {
        const namespace = handles.get(row.owner_id) ?? row.owner_id;
        return summaryOf(type, row, namespace, row.head_card);
      });
      const last = page.at(-1);
      if (rows.length <= limit || !last) return jsonReply(items);
      const cursor = encodeCursor({ key: last[`${sort}_at`].toISOString(), id: last.id });
      const path = `/api/${type.plural}`;
      return jsonReply(items, {
        headers: nextLink(originOf(uses, request), path, query, { cursor }),
      });
    },
  };
}

const text = (value: unknown) => (typeof value === 'string' ? value : null);
const texts = (value: unknown) =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** A repository in the words of the Hub; its description and the card that is stored give the tags. */
function summaryOf(
  type: HubType,
  row: RepositoryRow | ListedRow,
  namespace: string,
  card: Card | null,
) {
  const metadata = card?.metadata ?? {};
  const licence = text(metadata.license) ?? row.licence.toLowerCase();
  const task = text(metadata.pipeline_tag) ?? row.task;
  const library = text(metadata.library_name);
  const named = [...row.tags, ...texts(metadata.tags), task, library];
  const tags = [...named, licence ? `license:${licence}` : null].filter((tag) => tag !== null);
  const id = `${namespace}/${row.name}`;
  return {
    _id: row.id,
    id,
    ...(type.singular === 'model' ? { modelId: id } : {}),
    author: namespace,
    private: row.audience !== 'public',
    gated: row.gated ?? false,
    disabled: row.state !== 'active',
    downloads: 0,
    likes: 0,
    tags: [...new Set(tags)],
    ...(task ? { pipeline_tag: task } : {}),
    ...(library ? { library_name: library } : {}),
    createdAt: row.created_at.toISOString(),
    lastModified: row.updated_at.toISOString(),
    sha: commitOf(row.head_digest ?? EMPTY_DIGEST),
    cardData: metadata,
  };
}

/** `GET /api/models/{owner}/{name}[/revision/{revision}]`: the repository at a revision, with its files. */
export function infoDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  const { kernel, parties } = uses;
  return {
    async handle(request, call) {
      const { repository, ref } = await revisionOfPath(uses, type, request, call);
      const revision = await readRevision(kernel.db.read, repository.id, ref.revisionDigest);
      const files = await allFiles(kernel.db.read, ref);
      const [namespace = ''] = (await addressOf(parties, repository)).split('/');
      const withSizes = request.query.has('blobs');
      return jsonReply({
        ...summaryOf(type, repository, namespace, revision?.card ?? null),
        sha: commitOf(ref.revisionDigest),
        lastModified: (revision?.published_at ?? repository.updated_at).toISOString(),
        usedStorage: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        siblings: files.map(({ path, digest, sizeBytes }) => ({
          rfilename: path,
          ...(withSizes ? { size: sizeBytes, blobId: commitOf(digest) } : {}),
        })),
      });
    },
  };
}

/** `GET …/refs`: branches and tags. */
export function refsDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  return {
    async handle(request, call) {
      const repository = await repositoryOfPath(uses, type, request, 'read', call);
      const rows = await uses.refs.list(repository.id);
      const entry = (place: string, name: string, digest: string | null) => ({
        name,
        ref: `refs/${place}/${name}`,
        targetCommit: commitOf(digest ?? EMPTY_DIGEST),
      });
      const of = (kind: string, place: string) =>
        rows
          .filter((row) => row.kind === kind)
          .map((row) => entry(place, row.name, row.revision_digest));
      return jsonReply({
        branches: [entry('heads', MAIN, repository.head_digest), ...of('branch', 'heads')],
        tags: of('tag', 'tags'),
        converts: [],
        pullRequests: [],
      });
    },
  };
}

const COMMITS_PAGE_MAX = 1_000;

/** `GET …/commits/{revision}?limit=&p=`: a revision and those that it was laid upon, the latest first. */
export function commitsDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  return {
    async handle(request, call) {
      const { ref } = await revisionOfPath(uses, type, request, call);
      const { query } = request;
      const whole = (name: string, usual: number, most: number) => {
        const value = Number(query.get(name) ?? usual);
        return Number.isSafeInteger(value) && value >= 0 ? Math.min(value, most) : usual;
      };
      const limit = Math.max(1, whole('limit', 50, COMMITS_PAGE_MAX));
      const page = whole('p', 0, 100_000);
      const offset = page * limit;
      const { rows, total } = await listAncestry(uses.kernel.db.read, ref, { offset, limit });
      const handles = await uses.parties.handles([...new Set(rows.map((row) => row.author_id))]);
      const path = request.raw.url?.split('?')[0] ?? '';
      const next = nextLink(originOf(uses, request), path, query, { p: String(page + 1) });
      const items = rows.map((row) => {
        const [title = '', ...message] = row.message.split('\n');
        return {
          id: commitOf(row.digest),
          title,
          message: message.join('\n').trim(),
          date: row.published_at.toISOString(),
          authors: [{ user: handles.get(row.author_id) ?? row.author_id }],
        };
      });
      return jsonReply(items, {
        headers: {
          'x-total-count': String(total),
          ...(offset + rows.length < total ? next : {}),
        },
      });
    },
  };
}

/** `GET …/auth-check[/write]`: nothing where the caller has the right; to read means to read the files. */
export function authCheckDoor(
  uses: HfUses,
  type: HubType,
  right: 'read' | 'write',
): Pick<Door, 'handle'> {
  return {
    async handle(request, call) {
      const repository = await repositoryOfPath(uses, type, request, right, call);
      if (right === 'read') await requireFiles(uses.kernel.access, repository, call.principal);
      return jsonReply({});
    },
  };
}

const CARD_CHARACTERS_MAX = 4 * 1024 * 1024;

/** `POST /api/validate-yaml`: what would be refused of a card, before it is sent. */
export function validateCardDoor(): Pick<Door, 'handle'> {
  return {
    async handle({ raw }) {
      const shape = z.object({ content: z.string() });
      const { content } = await readJson(raw, shape, CARD_CHARACTERS_MAX);
      const { problems, warnings } = readCard('README.md', content);
      const told = ({ line, key, problem }: CardProblem) => ({
        message: [key && `"${key}"`, problem].filter(Boolean).join(' '),
        ...(line === null ? {} : { line }),
      });
      const errors = problems.map(told);
      return jsonReply(
        { errors, warnings: warnings.map(told) },
        { status: errors.length > 0 ? 400 : 200 },
      );
    },
  };
}
