import type { Words } from '#kernel/entities.ts';
import { type Json, kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { freezeProgram } from './freeze-call.ts';
import type { Uses } from './module-uses.ts';
import { receiveSubmission } from './receive-submission.ts';
import * as store from './store.ts';
import * as submissions from './submission-store.ts';
import { joinAs } from './teams.ts';
import { lockCall } from './write-call.ts';

const NAME_MAX = 60;

type Reference = { repositoryId: string; revisionDigest: string; entry?: string | undefined };
type Handed = {
  name: Words;
  program: Reference;
  options: Record<string, Json>;
  idempotencyKey?: string | undefined;
};

/** Submits for a team, which the caller may write for; the submission's id. */
export async function submitForTeam(
  input: Handed & { teamId: string },
  uses: Uses,
  call: Call,
): Promise<string> {
  const program = await freezeProgram('The program', input.program, uses, call);
  return uses.kernel.db.transaction(async (tx) => {
    const found = await store.readTeam(tx, input.teamId);
    if (!found || found.withdrawn_at) throw kernelErrors.make.missing({ id: input.teamId });
    const row = await lockCall(tx, found.call_id);
    const team = (await store.readTeam(tx, input.teamId)) ?? found;
    return receiveSubmission(tx, row, team, { ...handedOf(input), program }, uses, call);
  });
}

/** Submits a baseline for a call, which the caller may write; the submission's id. */
export async function submitBaseline(
  input: Handed & { callId: string },
  uses: Uses,
  call: Call,
): Promise<string> {
  const program = await freezeProgram('The program', input.program, uses, call);
  return uses.kernel.db.transaction(async (tx) => {
    const row = await lockCall(tx, input.callId);
    return receiveSubmission(tx, row, null, { ...handedOf(input), program }, uses, call);
  });
}

function handedOf(input: Handed) {
  const { name, options, idempotencyKey } = input;
  return { name, options, idempotencyKey: idempotencyKey ?? null };
}

export type Variant = {
  callId: string;
  organisationId: string;
  teamName?: string | undefined;
  from: { submissionId: string } | { program: Reference };
  name?: Words | undefined;
  options: Record<string, Json>;
  idempotencyKey?: string | undefined;
};

/**
 * Competes in one step: takes a program that is there, with the caller's options, for the team of an organisation
 * that the caller belongs to; the team is made if there is none. The submission's id.
 */
export async function submitVariant(input: Variant, uses: Uses, call: Call): Promise<string> {
  const { kernel } = uses;
  const resource = { type: 'scenarios.call', id: input.callId };
  await kernel.access.require(call.principal, 'scenarios.call.read', resource);
  const { reference, name } = await sourceOf(input, uses, call);
  const program = await freezeProgram('The program', reference, uses, call);
  const names = await uses.partyNames([input.organisationId]);
  const known = names.get(input.organisationId) ?? input.organisationId;
  const teamName = input.teamName ?? known.slice(0, NAME_MAX);
  return kernel.db.transaction(async (tx) => {
    const row = await lockCall(tx, input.callId);
    const [own] = await store.teamsOf(tx, row.id, [input.organisationId]);
    const joining = { organisationId: input.organisationId, name: teamName };
    const team = own ?? (await joinAs(tx, row, joining, uses, call));
    const handed = {
      name: input.name ?? variantOf(name),
      program,
      options: input.options,
      idempotencyKey: input.idempotencyKey ?? null,
    };
    return receiveSubmission(tx, row, team, handed, uses, call);
  });
}

function variantOf({ zh, en }: Words): Words {
  return { zh: `${zh.slice(0, NAME_MAX)} · 变体`, en: `${en.slice(0, NAME_MAX)} · variant` };
}

async function sourceOf(
  { from }: Variant,
  { kernel }: Uses,
  call: Call,
): Promise<{ reference: Reference; name: Words }> {
  if ('program' in from) return { reference: from.program, name: { zh: '程序', en: 'Program' } };
  const resource = { type: 'scenarios.submission', id: from.submissionId };
  await kernel.access.require(call.principal, 'scenarios.submission.read', resource);
  const source = await submissions.readSubmission(kernel.db.read, from.submissionId);
  if (!source) throw kernelErrors.make.missing({ id: from.submissionId });
  const { repositoryId, revisionDigest, entry } = source.program;
  return { reference: { repositoryId, revisionDigest, entry }, name: source.name };
}
