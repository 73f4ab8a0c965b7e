import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Door, DoorReply } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { hubErrors } from '../errors.ts';
import { requireActive } from '../repositories.ts';
import { sizesOfOwn } from '../store.ts';
import { insertTickets, readTicket, type TicketRow } from '../store-refs.ts';
import { parseAs, parseJson, readText } from './body.ts';
import type { HubType } from './names.ts';
import { jsonReply } from './reply.ts';
import { type HfUses, originOf, repositoryOfPath } from './uses.ts';

const OBJECTS_MAX = 1_000;
const BATCH_BYTES_MAX = 1024 * 1024;
/** A client gets leave for many files at once and sends them one after the other. */
const TICKET_MS = 6 * 60 * 60 * 1000;

const batch = z.object({
  operation: z.literal('upload', 'only uploads go this way; files are read at …/resolve/…'),
  transfers: z.array(z.string()).optional(),
  hash_algo: z.enum(['sha256', 'sha_256']).optional(),
  objects: z
    .array(
      z.object({
        oid: z.string().regex(/^[0-9a-f]{64}$/, 'should be 64 hexadecimal digits'),
        size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
      }),
    )
    .max(OBJECTS_MAX),
});

type LfsObject = z.output<typeof batch>['objects'][number];

/**
 * `POST /{owner}/{name}.git/info/lfs/objects/batch`: where to send large files, by the Git LFS batch API with
 * the basic transfer (https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md). No upload is asked
 * for what this very repository holds already; what another one holds has to be sent all the same,
 * since a digest gives nobody the bytes. They are stored once either way.
 */
export function lfsBatchDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  const { kernel, options } = uses;
  return {
    async handle(request, call) {
      const repository = await repositoryOfPath(uses, type, request, 'write', call);
      requireActive(repository);
      const { objects } = parseAs(batch, parseJson(await readText(request.raw, BATCH_BYTES_MAX)));
      const digests = objects.map(({ oid }) => `sha256:${oid}`);
      const held = await sizesOfOwn(kernel.db.read, repository.id, digests);
      const origin = originOf(uses, request);
      const tickets: TicketRow[] = [];
      const expires = new Date(kernel.clock.now().getTime() + TICKET_MS);
      const answerTo = ({ oid, size }: LfsObject) => {
        if (held.get(`sha256:${oid}`) === size) return { oid, size, authenticated: true };
        if (size > options.HUB_FILE_BYTES_MAX) {
          const message = `a file holds at most ${options.HUB_FILE_BYTES_MAX} bytes here`;
          return { oid, size, error: { code: 422, message } };
        }
        const token = Buffer.from(kernel.random(32)).toString('base64url');
        tickets.push({
          token_hash: hashOf(token),
          repository_id: repository.id,
          digest: `sha256:${oid}`,
          size_bytes: size,
          given_to: call.principal.id,
          expires_at: expires,
        });
        const href = `${origin}/api/v1/hub/tickets/${token}`;
        const upload = { href, expires_at: expires.toISOString(), expires_in: TICKET_MS / 1000 };
        return { oid, size, authenticated: true, actions: { upload } };
      };
      const answers = objects.map(answerTo);
      await kernel.db.transaction((tx) => insertTickets(tx, tickets));
      return jsonReply(
        { transfer: 'basic', hash_algo: 'sha256', objects: answers },
        { headers: { 'content-type': 'application/vnd.git-lfs+json' } },
      );
    },
  };
}

/**
 * `PUT /api/v1/hub/tickets/{token}`: the bytes of one file, by the leave that the batch call gave. The token
 * is all that clients send here; the bytes have to be those that were announced.
 */
export function ticketDoor(uses: HfUses): Pick<Door, 'handle'> {
  const { db, clock } = uses.kernel;
  return {
    async handle({ raw, params }): Promise<DoorReply> {
      const ticket = await readTicket(db.read, hashOf(params.token ?? ''), clock.now());
      if (!ticket) throw hubErrors.make.ticket_over();
      const declared = Number(raw.headers['content-length'] ?? ticket.size_bytes);
      if (declared !== ticket.size_bytes) {
        const problem = `the file should have ${ticket.size_bytes} bytes`;
        throw kernelErrors.make.invalid_input({ problem });
      }
      const { digest } = await uses.parkFile({
        repositoryId: ticket.repository_id,
        source: raw,
        expected: ticket.digest,
        bytesMax: ticket.size_bytes,
        by: ticket.given_to,
      });
      return { status: 200, headers: { etag: `"${digest}"` }, body: '' };
    },
  };
}

const hashOf = (token: string) => createHash('sha256').update(token).digest();
