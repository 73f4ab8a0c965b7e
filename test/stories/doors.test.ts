import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/apps/cli-connection.ts';
import { contracts } from '../../src/apps/contracts.ts';
import { type Actor, organisationOf } from '../../src/apps/demo/actor.ts';
import type {
  ModuleContract,
  Operation,
  PermissionDeclaration,
} from '../../src/kernel/contract.ts';
import { type Booted, boot } from '../boot.ts';
import { arbitraryOf, spoiled } from '../generate.ts';
import { answerOf, send } from '../request.ts';

/**
 * Every door of the table, generated: a stranger and another organisation's administrator are kept out,
 * and no input whatever, fitting or spoiled, leads to anything but an answer or a typed refusal.
 */

type Row = {
  name: string;
  operation: Operation;
  declaration: PermissionDeclaration;
  resourceKey: string | null;
};

const modules: readonly ModuleContract[] = Object.values(contracts);
const rows: Row[] = modules.flatMap((contract) =>
  Object.entries(contract.operations).map(([key, operation]) => {
    const { permission, resourceKey } = operation['~orpc'].meta;
    const declaration = contract.permissions[permission]!;
    return { name: `${contract.name}.${key}`, operation, declaration, resourceKey };
  }),
);
const closed = rows.filter(({ declaration }) => declaration.kind !== 'open');
const owned = rows.filter(
  ({ declaration: { kind } }) =>
    !['open', 'member', 'operate', 'system', 'secure', 'audit'].includes(kind),
);
const official = rows.filter(({ declaration: { kind } }) =>
  ['operate', 'system', 'secure', 'audit'].includes(kind),
);
const inputs = (row: Row) => arbitraryOf(row.operation['~orpc'].inputSchema!);
/** An input that the operation's schema takes, refinements and all. */
function sample(row: Row, seed: number): unknown {
  const schema = row.operation['~orpc'].inputSchema!;
  const drawn = fc.sample(inputs(row), { numRuns: 300, seed });
  return drawn.find((input) => schema.safeParse(input).success) ?? drawn[0];
}
const stranger = (address: string): Connection => ({ address, headers: {} });

let booted: Booted;
let owner: Actor;
let other: Actor;
let operator: Actor;
/** Something of the owner's that nobody else may see, by type. */
let privates: Record<string, string>;

beforeAll(async () => {
  booted = await boot();
  [owner, other, operator] = (await Promise.all(
    ['district', 'vendor', 'operator'].map((persona) => booted.as(persona)),
  )) as [Actor, Actor, Actor];
  privates = await createPrivates(owner);
});
afterAll(() => booted?.stop());

async function createPrivates({ client, ...actor }: Actor): Promise<Record<string, string>> {
  const ownerId = organisationOf({ client, ...actor });
  const words = { zh: '内部', en: 'Private' };
  const repository = await client.hub.createRepository({
    ownerId,
    kind: 'dataset',
    name: 'private',
    title: words,
  });
  const scenario = await client.scenarios.createScenario({
    ownerId,
    title: words,
    summary: words,
    sector: 'health',
  });
  const { scenarioId } = scenario;
  const call = await client.scenarios.createCall({ scenarioId, draft: { title: words } });
  return {
    party: ownerId,
    'hub.repository': repository.id,
    'scenarios.scenario': scenarioId,
    'scenarios.call': call.callId,
  };
}

describe('a stranger', () => {
  it.each(closed)('is refused by $name', async (row) => {
    const { status, code } = await send(stranger(booted.address), row.operation, sample(row, 1));
    expect([401, 403, 404], code).toContain(status);
  });

  it('is refused by every other door that is not open', async () => {
    const operations = new Set(rows.map(({ name }) => name));
    const doors = booted.platform.doors.filter(
      ({ name, permission }) => permission !== 'open' && !operations.has(name),
    );
    expect(doors.length).toBeGreaterThan(3);
    for (const door of doors) {
      const path = door.path.replace(/\{\w+\}|\*/g, 'x');
      const body = door.method === 'GET' || door.method === 'HEAD' ? {} : { body: '{}' };
      const answer = await answerOf(
        await fetch(booted.address + path, { method: door.method, ...body }),
      );
      expect([401, 403, 404], `${door.name}: ${answer.body}`).toContain(answer.status);
    }
  });
});

describe("another organisation's administrator", () => {
  it.each(owned)('is refused what is not theirs by $name', async (row) => {
    const input = { ...(sample(row, 2) as object) };
    const type = row.declaration.resource ?? '';
    if (row.resourceKey && privates[type])
      Object.assign(input, { [row.resourceKey]: privates[type] });
    const { status, code } = await send(other.connection, row.operation, input);
    // The directory of organisations is open to whoever is signed in.
    const readsParty = type === 'party' && row.declaration.kind === 'read';
    expect(readsParty ? [200, 403, 404] : [403, 404], code).toContain(status);
  });

  it.each(official)('is refused an office by $name', async (row) => {
    const { status, code } = await send(other.connection, row.operation, sample(row, 3));
    expect([403, 404], code).toContain(status);
  });
});

describe('any input at all', () => {
  it.each(rows)('gets an answer or a typed refusal from $name', async (row) => {
    await fc.assert(
      fc.asyncProperty(
        inputs(row).chain((value) => fc.oneof(fc.constant(value), spoiled(value))),
        fc.constantFrom(owner, operator),
        async (input, actor) => {
          const { status, code, body } = await send(actor.connection, row.operation, input);
          if (status >= 400) {
            expect(code, `${status} ${body.slice(0, 300)}`).toMatch(/^[a-z]+\.[a-z_]+$/);
            expect(status, `${JSON.stringify(input)?.slice(0, 500)} → ${body}`).toBeLessThan(500);
          }
        },
      ),
      { numRuns: 12, seed: 7 },
    );
  });

  it('is refused where it is no JSON at all', async () => {
    const { connection } = owner;
    for (const body of ['{', '[1,', '\u0000', '"\\ud800"', 'null', '1']) {
      const response = await fetch(`${connection.address}/api/v1/hub/repositories`, {
        method: 'POST',
        headers: { ...connection.headers, 'content-type': 'application/json' },
        body,
      });
      const { status, code } = await answerOf(response);
      expect(status, body).toBe(400);
      expect(code).toBe('kernel.invalid_input');
    }
  });

  it('is refused from a page of another site', async () => {
    const { connection } = owner;
    const response = await fetch(`${connection.address}/api/v1/hub/repositories`, {
      method: 'POST',
      headers: { ...connection.headers, origin: 'https://elsewhere.example' },
      body: '{}',
    });
    expect((await answerOf(response)).code).toBe('kernel.foreign_origin');
  });
});
