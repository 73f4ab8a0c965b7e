import * as z from 'zod';
import type { Door } from '#kernel/door.ts';
import { decodeCursor, encodeCursor } from '#kernel/page.ts';
import { hubErrors } from '../errors.ts';
import { allFiles } from '../store.ts';
import { parseAs, parseJson, readText } from './body.ts';
import { commitOf, type HubType, hexOf } from './names.ts';
import { jsonReply, nextLink } from './reply.ts';
import { type HfUses, originOf, revisionOfPath } from './uses.ts';

const PAGE = 1_000;
const PATHS_MAX = 1_000;
const PATHS_BYTES_MAX = 1024 * 1024;
/** Smaller files are told as ordinary ones of git. */
export const LARGE_BYTES = 10 * 1024 * 1024;

type Listed = { path: string; digest: string; sizeBytes: number };

/** A file as the clients know it; `oid` and `lfs.oid` are its SHA-256, the first cut to git's length. */
function fileEntry({ path, digest, sizeBytes }: Listed) {
  const large = sizeBytes >= LARGE_BYTES;
  const lfs = { oid: hexOf(digest), size: sizeBytes, pointerSize: 134 };
  const entry = { type: 'file', path, size: sizeBytes, oid: commitOf(digest) };
  return large ? { ...entry, lfs } : entry;
}

const folderEntry = (path: string) => ({ type: 'directory', path, size: 0, oid: '0'.repeat(40) });

type Entry = ReturnType<typeof fileEntry> | ReturnType<typeof folderEntry>;

/**
 * Files and folders under a folder, in the order of their paths: those right in it, or with
 * `recursive` all below.
 */
export function treeOf(files: readonly Listed[], under: string, recursive: boolean): Entry[] {
  const start = under === '' ? '' : `${under}/`;
  const entries = new Map<string, Entry>();
  for (const file of files) {
    if (!file.path.startsWith(start)) continue;
    const steps = file.path.slice(start.length).split('/');
    const depthMax = recursive ? steps.length : Math.min(2, steps.length);
    for (let depth = 1; depth < depthMax; depth += 1) {
      const path = start + steps.slice(0, depth).join('/');
      if (!entries.has(path)) entries.set(path, folderEntry(path));
    }
    if (recursive || steps.length === 1) entries.set(file.path, fileEntry(file));
  }
  return [...entries.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** `GET …/tree/{revision}[/{folder}]?recursive=`, paged by `Link`. */
export function treeDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  return {
    async handle(request, call) {
      const { ref } = await revisionOfPath(uses, type, request, call);
      const under = (request.params['*'] ?? '').replace(/\/+$/, '');
      const recursive = /^(true|1)$/i.test(request.query.get('recursive') ?? '');
      const files = await allFiles(uses.kernel.db.read, ref);
      const entries = treeOf(files, under, recursive);
      const single = files.find(({ path }) => path === under);
      if (under !== '' && entries.length === 0 && !single) {
        const commit = commitOf(ref.revisionDigest);
        throw hubErrors.make.file_missing({ path: under, commit });
      }
      const after = decodeCursor(request.query.get('cursor') ?? undefined)?.key ?? '';
      const rest = (single ? [fileEntry(single)] : entries).filter(({ path }) => path > after);
      const page = rest.slice(0, PAGE);
      const last = page.at(-1);
      const path = request.raw.url?.split('?')[0] ?? '';
      const cursor = encodeCursor({ key: last?.path ?? '', id: '' });
      const next = nextLink(originOf(uses, request), path, request.query, { cursor });
      return jsonReply(page, { headers: rest.length > PAGE ? next : {} });
    },
  };
}

const asked = z.object({ paths: z.array(z.string().max(500)).max(PATHS_MAX) });

/** `POST …/paths-info/{revision}`: those of the asked paths that are there. The body is JSON or a form. */
export function pathsInfoDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  return {
    async handle(request, call) {
      const { ref } = await revisionOfPath(uses, type, request, call);
      const text = await readText(request.raw, PATHS_BYTES_MAX);
      const isForm = /x-www-form-urlencoded/.test(request.raw.headers['content-type'] ?? '');
      const body = isForm ? { paths: new URLSearchParams(text).getAll('paths') } : parseJson(text);
      const paths = parseAs(asked, body).paths.map((path) => path.replace(/^\/+|\/+$/g, ''));
      const files = await allFiles(uses.kernel.db.read, ref);
      const byPath = new Map(files.map((file) => [file.path, file]));
      const found = [...new Set(paths)].flatMap((path): Entry[] => {
        const file = byPath.get(path);
        if (file) return [fileEntry(file)];
        return files.some((each) => each.path.startsWith(`${path}/`)) ? [folderEntry(path)] : [];
      });
      return jsonReply(found);
    },
  };
}
