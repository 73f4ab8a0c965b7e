import { text } from 'node:stream/consumers';
import type { Door, DoorRequest } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import { type Column, columnsOf } from './croissant-columns.ts';
import { CROISSANT_TYPE, croissantOf } from './croissant-document.ts';
import { resolveRevision } from './downloads.ts';
import type { RevisionFile } from './entities.ts';
import { hubErrors } from './errors.ts';
import { mayReadFiles } from './gate/file-access.ts';
import type { HubParties } from './owner-names.ts';
import * as store from './store.ts';

const CSV_FILES_MAX = 100;
const BEGINNING_BYTES = 65_536;

/**
 * `GET …/repositories/<id>/croissant`: the latest revision of a dataset repository as Croissant metadata. What it
 * says of columns comes from the first 64 KiB of the first hundred CSV files; where files are gated for the
 * reader, it says nothing of them.
 */
export function croissantDoor(uses: { kernel: Kernel; parties: HubParties }): Door {
  const { kernel, parties } = uses;
  const { db } = kernel;
  return {
    module: 'hub',
    name: 'croissant',
    method: 'GET',
    path: '/api/v1/hub/repositories/:repositoryId/croissant',
    summary: 'A dataset repository as Croissant 1.1 metadata.',
    permission: 'open',
    bodyBytesMax: 0,
    errors: ['unauthenticated', 'denied', 'missing'],
    async handle(request, call) {
      const asked = { ...request.params, revision: 'head' };
      const { repository: row, ref } = await resolveRevision(kernel, asked, call);
      const head = await store.readRevision(db.read, ref.repositoryId, ref.revisionDigest);
      if (row.kind !== 'dataset') throw kernelErrors.make.missing({ id: ref.repositoryId });
      if (!head) throw hubErrors.make.revision_missing({ revisionDigest: ref.revisionDigest });
      const files = await store.allFiles(db.read, ref);
      const open = await mayReadFiles(kernel.access, row, call.principal);
      const origin = originOf(parties, request);
      const handle = (await parties.handles([row.owner_id])).get(row.owner_id);
      const title = row.title.en || row.title.zh;
      const under = `${origin}/api/v1/hub/repositories/${row.id}/revisions/${head.digest}/files`;
      const document = croissantOf({
        ...{ name: row.name, title, licence: row.licence, tags: row.tags, card: head.card, files },
        description: row.summary.en || row.summary.zh || title,
        url: `${origin}/hub/${row.id}`,
        ownerName: handle ?? row.owner_id,
        ownerUrl: `${origin}/parties/${row.owner_id}`,
        revisionNumber: head.number,
        revisionDigest: head.digest,
        publishedAt: head.published_at.toISOString(),
        columns: open ? await columnsOfAll(kernel, files) : new Map(),
        fileUrl: (path) => `${under}/${path.split('/').map(encodeURIComponent).join('/')}`,
      });
      return {
        status: 200,
        headers: {
          'content-type': CROISSANT_TYPE,
          'cache-control': 'private, no-cache',
          'x-content-type-options': 'nosniff',
        },
        // As bytes, so that the server adds no charset to the type.
        body: Buffer.from(JSON.stringify(document)),
      };
    },
  };
}

/** Scheme and host of the platform as this client knows it. */
function originOf(parties: HubParties, { raw }: DoorRequest): string {
  const known = new URL(parties.address);
  return `${known.protocol}//${raw.headers.host ?? known.host}`;
}

async function columnsOfAll({ blobs }: Kernel, files: readonly RevisionFile[]) {
  const columns = new Map<string, readonly Column[]>();
  const tables = files.filter(
    ({ mediaType, sizeBytes }) => mediaType === 'text/csv' && sizeBytes > 0,
  );
  for (const { path, digest, sizeBytes } of tables.slice(0, CSV_FILES_MAX)) {
    const end = Math.min(sizeBytes, BEGINNING_BYTES);
    const beginning = await text(blobs.get(digest, { end }));
    const found = columnsOf(beginning, end === sizeBytes);
    if (found) columns.set(path, found);
  }
  return columns;
}
