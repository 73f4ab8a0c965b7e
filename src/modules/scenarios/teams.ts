import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { TeamView } from './contract.ts';
import { scenariosErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import { announce } from './receive-submission.ts';
import * as store from './store.ts';
import { timeCursor } from './time-cursor.ts';
import { lockCall } from './write-call.ts';

/**
 * Enters an organisation into an open call; its team where it takes part under that name already. The call's row
 * is locked. Throws `scenarios.call_state`, `scenarios.owner_competes`, `scenarios.team_exists`,
 * `scenarios.team_name_taken`.
 */
export async function joinAs(
  tx: Executor,
  row: store.CallRow,
  input: { organisationId: string; name: string },
  uses: Uses,
  call: Call,
): Promise<store.TeamRow> {
  const { kernel } = uses;
  const name = input.name.trim();
  const teams = await store.teamsOf(tx, row.id);
  const own = teams.find(({ organisation_id }) => organisation_id === input.organisationId);
  if (own?.name === name) return own;
  if (row.state !== 'open') throw scenariosErrors.make.call_state({ state: row.state });
  if (input.organisationId === row.owner_id) throw scenariosErrors.make.owner_competes();
  if (own) throw scenariosErrors.make.team_exists({ name: own.name });
  if (teams.some((team) => team.name.toLowerCase() === name.toLowerCase())) {
    throw scenariosErrors.make.team_name_taken({ name });
  }
  const teamId = kernel.ids('team');
  const { organisationId } = input;
  await store.insertTeam(tx, {
    id: teamId,
    call_id: row.id,
    organisation_id: organisationId,
    name,
    joined_at: kernel.clock.now(),
  });
  const resource = { type: 'scenarios.team', id: teamId, owner: organisationId };
  await kernel.access.register(tx, { ...resource, audience: 'public' });
  await kernel.facts.append(tx, {
    kind: 'scenarios.team_joined',
    subject: teamId,
    actor: call.principal.id,
    body: { callId: row.id, teamId, organisationId },
  });
  announce(tx, row.id, null, uses);
  const team = await store.readTeam(tx, teamId);
  if (!team) throw new Error(`${teamId} was not written`);
  return team;
}

/** Joins a call that the caller may read. */
export async function joinCall(
  input: { callId: string; organisationId: string; name: string },
  uses: Uses,
  call: Call,
): Promise<TeamView> {
  const { kernel } = uses;
  const resource = { type: 'scenarios.call', id: input.callId };
  await kernel.access.require(call.principal, 'scenarios.call.read', resource);
  return kernel.db.transaction(async (tx) => {
    const row = await lockCall(tx, input.callId);
    return teamView(await joinAs(tx, row, input, uses, call));
  });
}

/** Withdraws a team that has submitted nothing; again changes nothing. Throws `scenarios.team_submitted`. */
export async function withdrawTeam(teamId: string, uses: Uses, call: Call): Promise<void> {
  const { kernel } = uses;
  await kernel.db.transaction(async (tx) => {
    const found = await store.readTeam(tx, teamId);
    if (!found) throw kernelErrors.make.missing({ id: teamId });
    await lockCall(tx, found.call_id);
    const team = await store.readTeam(tx, teamId);
    if (!team || team.withdrawn_at) return;
    if (team.submissions > 0) throw scenariosErrors.make.team_submitted();
    await store.withdrawTeam(tx, teamId, kernel.clock.now());
    await kernel.facts.append(tx, {
      kind: 'scenarios.team_withdrawn',
      subject: teamId,
      actor: call.principal.id,
      body: { callId: team.call_id, teamId },
    });
    announce(tx, team.call_id, null, uses);
  });
}

export async function listTeams(
  input: {
    callId: string;
    query?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  },
  uses: Uses,
) {
  const page = { cursor: timeCursor(input.cursor), limit: input.limit };
  const filter = { callId: input.callId, query: input.query };
  const { rows, total } = await store.listTeams(uses.kernel.db.read, filter, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.joined_at.toISOString(),
    id: row.id,
  }));
  return { items: items.map(teamView), total, nextCursor };
}

export function teamView(row: store.TeamRow): TeamView {
  return {
    teamId: row.id,
    callId: row.call_id,
    name: row.name,
    organisationId: row.organisation_id,
    joinedAt: row.joined_at.toISOString(),
    submissions: row.submissions,
  };
}
