import * as z from 'zod';
import type { Door, DoorRequest } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { hubErrors } from '../errors.ts';
import { partyNamed, requestNamed } from '../gate/access-requests.ts';
import { givenAnswers, requestState } from '../gate/gate-entities.ts';
import type { RepositoryRow } from '../store.ts';
import { parseAs, parseJson, readJson, readText } from './body.ts';
import type { HubType } from './names.ts';
import { jsonReply, nextLink } from './reply.ts';
import { type HfUses, originOf, repositoryOfPath } from './uses.ts';

const BODY_BYTES_MAX = 64 * 1024;
const PAGE = 100;

/**
 * `POST /{owner}/{name}/ask-access`: asks for the files of a gated repository, with the answers to its form as JSON or
 * as a form (https://huggingface.co/docs/hub/models-gated#automatically-request-access-via-api).
 */
export function askAccessDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  return {
    async handle(request, call) {
      if (call.principal.kind === 'stranger') throw kernelErrors.make.not_signed_in();
      const { id: repositoryId } = await repositoryOfPath(uses, type, request, 'read', call);
      const text = await readText(request.raw, BODY_BYTES_MAX);
      const isForm = /x-www-form-urlencoded/.test(request.raw.headers['content-type'] ?? '');
      const sent = isForm ? Object.fromEntries(new URLSearchParams(text)) : parseJson(text || '{}');
      const answers = parseAs(givenAnswers, sent);
      const { state } = await uses.handlers.askAccess({ repositoryId, answers }, call);
      return jsonReply({ status: state });
    },
  };
}

/** `GET …/user-access-request/{pending|accepted|rejected}`, paged by `Link`. */
export function listRequestsDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  return {
    async handle(request, call) {
      const { id: repositoryId } = await gatedOfPath(uses, type, request, call);
      const state = parseAs(requestState, request.params.state);
      const cursor = request.query.get('cursor') ?? undefined;
      const { items, nextCursor } = await uses.handlers.listAccessRequests(
        { repositoryId, state, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
        call,
      );
      const handles = await uses.parties.handles(items.map(({ partyId }) => partyId));
      const listed = items.map(({ requestId, partyId, answers, askedAt }) => ({
        requestId,
        user: { _id: partyId, user: handles.get(partyId) ?? partyId },
        status: state,
        timestamp: askedAt,
        ...(Object.keys(answers).length > 0 ? { fields: answers } : {}),
      }));
      if (nextCursor === null) return jsonReply(listed);
      const path = request.raw.url?.split('?')[0] ?? '';
      const headers = nextLink(originOf(uses, request), path, request.query, {
        cursor: nextCursor,
      });
      return jsonReply(listed, { headers });
    },
  };
}

/** `POST …/user-access-request/handle`: accepts, rejects, or sets a request back to pending. */
export function handleRequestDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  const shape = z.object({
    user: z.string().max(200).optional(),
    requestId: z.string().max(100).optional(),
    status: requestState,
    rejectionReason: z.string().max(200, 'at most 200 characters').optional(),
  });
  return {
    async handle(request, call) {
      const { id: repositoryId } = await gatedOfPath(uses, type, request, call);
      const body = await readJson(request.raw, shape, BODY_BYTES_MAX);
      const named =
        body.requestId === undefined
          ? { partyId: await partyNamed(body.user ?? '', uses.parties) }
          : { requestId: body.requestId };
      const { id } = await requestNamed(uses.kernel.db.read, repositoryId, named);
      const reason = body.rejectionReason ?? '';
      const decision = { repositoryId, requestId: id, state: body.status, reason };
      await uses.handlers.decideAccessRequest(decision, call);
      return jsonReply({});
    },
  };
}

/** `POST …/user-access-request/grant`: lets somebody in who need not have asked. */
export function grantAccessDoor(uses: HfUses, type: HubType): Pick<Door, 'handle'> {
  const shape = z.object({ user: z.string().min(1).max(200) });
  return {
    async handle(request, call) {
      const { id: repositoryId } = await gatedOfPath(uses, type, request, call);
      const { user } = await readJson(request.raw, shape, BODY_BYTES_MAX);
      await uses.handlers.grantAccess({ repositoryId, party: user }, call);
      return jsonReply({});
    },
  };
}

/** The repository of the path, managed by the caller. Throws `hub.not_gated`, which is 400. */
async function gatedOfPath(
  uses: HfUses,
  type: HubType,
  request: DoorRequest,
  call: Call,
): Promise<RepositoryRow> {
  const repository = await repositoryOfPath(uses, type, request, 'manage', call);
  if (repository.gated === null) throw hubErrors.make.not_gated({ repositoryId: repository.id });
  return repository;
}
