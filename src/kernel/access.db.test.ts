import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceRef } from './access.ts';
import { type AccessEngine, createAccess } from './access-engine.ts';
import type { PermissionDeclaration } from './contract.ts';
import type { Database } from './db.ts';
import { createFacts } from './facts.ts';
import { createIds, systemRandom } from './ids.ts';
import { kernelContract } from './kernel-contract.ts';
import { migrate } from './migrate.ts';
import {
  type Call,
  type PlatformRole,
  type Principal,
  servicePrincipal,
  stranger,
} from './principal.ts';
import { testDatabases } from './testing.ts';

const declarations: Record<string, PermissionDeclaration> = {
  'lab.sample.read': { kind: 'read', resource: 'lab.sample', summary: 'read a sample' },
  'lab.sample.write': { kind: 'write', resource: 'lab.sample', summary: 'change a sample' },
  'lab.sample.manage': { kind: 'manage', resource: 'lab.sample', summary: 'delete a sample' },
  'lab.sample.burn': { kind: 'grant', resource: 'lab.sample', summary: 'burn a sample' },
  'lab.bench.read': { kind: 'read', resource: 'lab.bench', summary: 'read a bench' },
  'lab.queue.run': { kind: 'operate', resource: null, summary: 'run the queue' },
  'lab.door.close': { kind: 'secure', resource: null, summary: 'close the door' },
  'lab.machine.fix': { kind: 'system', resource: null, summary: 'fix the machine' },
  'lab.book.audit': { kind: 'audit', resource: null, summary: 'audit the book' },
};

/** The operator oversees benches; experts never see the platform's own samples. */
const cedarTexts = [
  `@id("lab.operator_oversees") @en("operators oversee benches") @zh("运营者查看工作台")
   permit (principal is Party, action == Action::"lab.bench.read", resource is Resource)
   when { principal.roles.contains("operator") };
   @id("lab.no_experts") @en("experts are blind") @zh("专家盲评")
   forbid (principal is Party, action == Action::"lab.sample.read", resource is Resource)
   when { resource.owner == "" && principal.roles.contains("expert") };`,
];

const party = (id: string, more: Partial<Principal> = {}): Principal => ({
  ...{ id, kind: 'person', name: id, memberships: [], roles: [] },
  ...more,
});
const member = (id: string, organisation: string, role: 'administrator' | 'member' = 'member') =>
  party(id, { memberships: [{ organisation, role }] });
const callBy = (principal: Principal): Call => ({
  ...{ principal, requestId: 'r', language: 'en', signal: new AbortController().signal },
});

describe.each(testDatabases())('access on $engine', ({ open }) => {
  let db: Database;
  let access: AccessEngine;
  let now: Date;
  const clock = { now: () => now };
  const sample: ResourceRef = { type: 'lab.sample', id: 'sample_1' };
  const call = callBy(party('giver'));

  const put = (ref: ResourceRef, owner: string | null, audience: 'owner' | 'members' | 'public') =>
    db.transaction((tx) => access.register(tx, { ...ref, owner, audience }));
  const give = (subject: string, action: string, resource: ResourceRef, expiresAt?: Date) =>
    db.transaction((tx) =>
      access.grant(
        tx,
        { subject, action, resource, basis: 'case_1', ...(expiresAt ? { expiresAt } : {}) },
        call,
      ),
    );
  const allowed = async (principal: Principal, permission: string, ref: ResourceRef | null) =>
    (await access.decide(principal, permission, ref)).allowed;

  beforeAll(async () => {
    db = await open();
    await migrate(db, [
      { module: 'kernel', folder: new URL('migrations', import.meta.url).pathname },
    ]);
    await db.raw('create table lab_samples (id text primary key)');
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await db.raw(`truncate access_resources, access_grants, access_decisions,
      access_stranger_denials, lab_samples, kernel_facts`);
    now = new Date('2026-11-23T06:05:00Z');
    const ids = createIds({ clock, random: systemRandom });
    const uses = { db, clock, ids, random: systemRandom };
    const facts = createFacts({ schemas: kernelContract.facts }, uses);
    access = createAccess({ declarations, cedarTexts }, { db, clock, ids, facts });
  });

  it('shows what is published to all, and the rest to its owner', async () => {
    await put(sample, 'org_a', 'owner');
    const asked = [
      stranger,
      party('x'),
      member('m', 'org_a'),
      member('n', 'org_b', 'administrator'),
    ];
    const readers = () => Promise.all(asked.map((one) => allowed(one, 'lab.sample.read', sample)));
    expect(await readers()).toEqual([false, false, true, false]);
    await db.transaction((tx) => access.setAudience(tx, sample, 'members'));
    expect(await readers()).toEqual([false, true, true, true]);
    await db.transaction((tx) => access.setAudience(tx, sample, 'public'));
    expect(await readers()).toEqual([true, true, true, true]);
    expect(await allowed(stranger, 'lab.sample.write', sample)).toBe(false);
  });

  it('lets members work and administrators manage, and a person what is its own', async () => {
    await put(sample, 'org_a', 'public');
    const [worker, boss] = [member('m', 'org_a'), member('b', 'org_a', 'administrator')];
    expect(await allowed(worker, 'lab.sample.write', sample)).toBe(true);
    expect(await allowed(worker, 'lab.sample.manage', sample)).toBe(false);
    expect(await allowed(boss, 'lab.sample.manage', sample)).toBe(true);
    expect(await allowed(boss, 'lab.sample.burn', sample)).toBe(false);
    const own = { type: 'lab.sample', id: 'sample_own' };
    await put(own, 'me', 'owner');
    expect(await allowed(party('me'), 'lab.sample.manage', own)).toBe(true);
  });

  it('keeps the duties of the platform apart', async () => {
    const duties = ['lab.queue.run', 'lab.machine.fix', 'lab.door.close', 'lab.book.audit'];
    const holds = async (role: Principal['roles'][number]) => {
      const answers = await Promise.all(
        duties.map((duty) => allowed(party('p', { roles: [role] }), duty, null)),
      );
      return duties.filter((_, place) => answers[place]);
    };
    expect(await holds('operator')).toEqual(['lab.queue.run']);
    expect(await holds('system_administrator')).toEqual(['lab.machine.fix']);
    expect(await holds('security_administrator')).toEqual(['lab.door.close']);
    expect(await holds('audit_administrator')).toEqual(['lab.book.audit']);
    expect(await holds('expert')).toEqual([]);
  });

  it('closes hidden data to the operator, opens all reading to auditors', async () => {
    const bench = { type: 'lab.bench', id: 'bench_1' };
    await put(sample, 'org_a', 'owner');
    await put(bench, 'org_a', 'owner');
    const [operator, auditor] = [
      party('o', { roles: ['operator'] }),
      party('a', { roles: ['auditor'] }),
    ];
    expect(await allowed(operator, 'lab.sample.read', sample)).toBe(false);
    expect(await allowed(operator, 'lab.bench.read', bench)).toBe(true);
    expect(await allowed(auditor, 'lab.sample.read', sample)).toBe(true);
    expect(await allowed(auditor, 'lab.sample.write', sample)).toBe(false);
    await give('role:operator', 'lab.sample.read', sample);
    expect(await allowed(operator, 'lab.sample.read', sample)).toBe(true);
  });

  it('honours grants to a party, its organisation or a role, until they end', async () => {
    await put(sample, 'org_a', 'owner');
    const one = member('m', 'org_b');
    const soon = new Date(now.getTime() + 60_000);
    await give('org_b', 'lab.sample.burn', sample, soon);
    const decision = await access.decide(one, 'lab.sample.burn', sample);
    expect(decision).toMatchObject({ allowed: true, policies: ['kernel.granted'] });
    expect(await allowed(one, 'lab.sample.read', sample)).toBe(false);
    now = soon;
    expect(await allowed(one, 'lab.sample.burn', sample)).toBe(false);
    const id = await give('m', 'lab.sample.burn', { type: 'party', id: 'org_a' });
    expect(await allowed(one, 'lab.sample.burn', sample)).toBe(true);
    await db.transaction((tx) => access.revoke(tx, id, 'enough', call));
    expect(await allowed(one, 'lab.sample.burn', sample)).toBe(false);
  });

  it('announces each grant and revocation once', async () => {
    await put(sample, 'org_a', 'owner');
    const [first, again] = [
      await give('m', 'lab.sample.burn', sample),
      await give('m', 'lab.sample.burn', sample),
    ];
    expect(again).toBe(first);
    const gone = () => db.transaction((tx) => access.revokeBasis(tx, 'case_1', 'over', call));
    expect([await gone(), await gone()]).toEqual([1, 0]);
    const { rows } = await sql<{ kind: string; body: object }>`
      select kind, body from kernel_facts order by sequence`.execute(db.read);
    expect(rows.map(({ kind }) => kind)).toEqual(['kernel.grant_given', 'kernel.grant_revoked']);
    expect(JSON.stringify(rows)).not.toContain('over');
  });

  it('never grants a role of the platform', async () => {
    await expect(give('m', 'lab.door.close', sample)).rejects.toThrow('no grant gives it');
  });

  it('does not say what exists to those who may not know', async () => {
    await put(sample, 'org_a', 'owner');
    const asks = (principal: Principal, permission: string, ref: ResourceRef | null) =>
      access.require(principal, permission, ref);
    const nothing = { type: 'lab.sample', id: 'sample_none' };
    const code = (text: string) => expect.objectContaining({ code: text });
    for (const ref of [sample, nothing]) {
      await expect(asks(party('x'), 'lab.sample.write', ref)).rejects.toEqual(
        code('kernel.missing'),
      );
      await expect(asks(stranger, 'lab.sample.read', ref)).rejects.toEqual(
        code('kernel.not_signed_in'),
      );
    }
    await expect(asks(member('m', 'org_a'), 'lab.sample.manage', sample)).rejects.toEqual(
      code('kernel.denied'),
    );
    await expect(asks(party('x'), 'lab.queue.run', null)).rejects.toEqual(code('kernel.denied'));
    await asks(member('m', 'org_a'), 'lab.sample.write', sample);
  });

  it('holds a lease for at most a second, and drops it with the grant', async () => {
    await put(sample, 'org_a', 'owner');
    const id = await give('m', 'lab.sample.burn', sample);
    const ask = () => access.decide(party('m'), 'lab.sample.burn', sample, { lease: true });
    expect((await ask()).allowed).toBe(true);
    await sql`update access_grants set revoked_at = ${now}`.execute(db.read);
    now = new Date(now.getTime() + 999);
    expect((await ask()).allowed).toBe(true);
    now = new Date(now.getTime() + 1);
    expect((await ask()).allowed).toBe(false);
    await sql`update access_grants set revoked_at = null`.execute(db.read);
    now = new Date(now.getTime() + 1000);
    expect((await ask()).allowed).toBe(true);
    await db.transaction((tx) => access.revoke(tx, id, 'enough', call));
    expect((await ask()).allowed).toBe(false);
  });

  it('says no where there is no contact to the database', async () => {
    await put(sample, 'org_a', 'public');
    await db.raw('alter table access_resources rename to away');
    const asked = access.decide(party('m'), 'lab.sample.read', sample);
    await expect(asked).rejects.toMatchObject({ code: 'kernel.unavailable' });
    await db.raw('alter table away rename to access_resources');
  });

  it('limits a key to its scopes, grants and lists too', async () => {
    await put(sample, 'me', 'owner');
    await db.raw(`insert into lab_samples (id) values ('sample_1')`);
    const key = { ...party('me'), scopes: ['lab.bench.*', 'lab.sample.read'] };
    expect(await allowed(key, 'lab.sample.read', sample)).toBe(true);
    expect(await allowed(key, 'lab.sample.write', sample)).toBe(false);
    const narrow = { ...party('me'), scopes: ['lab.bench.*'] };
    const shown = access.visible(narrow, 'lab.sample.read', sql.ref('lab_samples.id'));
    const { rows } = await sql`select id from lab_samples where ${shown}`.execute(db.read);
    expect(rows).toEqual([]);
  });

  it('logs every no and every change, counts strangers, and tells it in a sentence', async () => {
    await put(sample, 'org_a', 'public');
    const one = member('m', 'org_a');
    await access.decide(one, 'lab.sample.read', sample);
    await access.decide(one, 'lab.sample.write', sample);
    await access.decide(party('x'), 'lab.sample.write', sample);
    for (let n = 0; n < 3; n += 1) await access.decide(stranger, 'lab.sample.write', sample);
    await access.decisions.flush();
    const { rows, total } = await access.decisions.list({}, { before: null, limit: 10 });
    expect(total).toBe(2);
    expect(rows.map((row) => [row.principal, row.permission, row.allowed]).sort()).toEqual([
      ['m', 'lab.sample.write', true],
      ['x', 'lab.sample.write', false],
    ]);
    const denials =
      await sql`select hour, permission, denials from access_stranger_denials`.execute(db.read);
    expect(denials.rows).toEqual([
      { hour: new Date('2026-11-23T06:00:00Z'), permission: 'lab.sample.write', denials: 3 },
    ]);
  });

  it('brings what is granted into lists, until the grant ends', async () => {
    await db.raw(`insert into lab_samples (id) values ('sample_1'), ('sample_2'), ('sample_3')`);
    await put(sample, 'org_a', 'owner');
    await put({ type: 'lab.sample', id: 'sample_2' }, 'org_b', 'owner');
    await put({ type: 'lab.sample', id: 'sample_3' }, 'org_c', 'owner');
    const soon = new Date(now.getTime() + 1);
    await give('me', 'lab.sample.read', sample, soon);
    await give('role:expert', 'lab.sample.read', { type: 'party', id: 'org_b' }, soon);
    const me = party('me', { roles: ['expert'] });
    const lists = () =>
      Promise.all(
        [access.visible, access.visibleLarge].map(async (visible) => {
          const shown = visible(me, 'lab.sample.read', sql.ref('id'));
          const { rows } = await sql<{ id: string }>`
            select id from lab_samples where ${shown} order by id`.execute(db.read);
          return rows.map(({ id }) => id);
        }),
      );
    const both = ['sample_1', 'sample_2'];
    expect(await lists()).toEqual([both, both]);
    now = soon;
    expect(await lists()).toEqual([[], []]);
  });

  it('agrees with itself: visible shows exactly what decide allows', async () => {
    const organisations = ['org_a', 'org_b', 'org_c'];
    const owners = fc.constantFrom(...organisations, 'me', 'other', null);
    const ids = Array.from({ length: 7 }, (_, n) => `sample_${n}`);
    const resources = fc.tuple(
      ...ids.map(() => fc.tuple(owners, fc.constantFrom('owner', 'owner', 'members', 'public'))),
    );
    const principals = fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(stranger, servicePrincipal('lab')) },
      {
        weight: 6,
        arbitrary: fc
          .record({
            memberships: fc.uniqueArray(
              fc.record({
                organisation: fc.constantFrom(...organisations),
                role: fc.constantFrom('administrator' as const, 'member' as const),
              }),
              { selector: ({ organisation }) => organisation, maxLength: 2 },
            ),
            roles: fc.constantFrom<PlatformRole[]>(
              [],
              [],
              ['expert'],
              ['operator'],
              ['expert', 'auditor'],
            ),
            scopes: fc.option(fc.constantFrom(['lab.sample.read'], ['lab.other']), {
              nil: undefined,
            }),
          })
          .map(({ scopes, ...rest }) => ({ ...party('me', rest), ...(scopes ? { scopes } : {}) })),
      },
    );
    const grants = fc.array(
      fc.record({
        subject: fc.constantFrom(
          'me',
          ...organisations,
          'role:expert',
          'role:operator',
          'stranger',
        ),
        action: fc.constantFrom('lab.sample.read', 'lab.sample.read', 'lab.sample.write'),
        resource: fc.oneof(
          fc.constantFrom(...ids).map((id) => ({ type: 'lab.sample', id })),
          fc.constantFrom(...ids).map((id) => ({ type: 'lab.bench', id })),
          fc.constantFrom(...organisations, 'other').map((id) => ({ type: 'party', id })),
        ),
        seconds: fc.constantFrom(-1, 0, 1, null, null, null),
        revoked: fc.constantFrom(true, false, false, false),
      }),
      { minLength: 2, maxLength: 8 },
    );
    await db.raw(`insert into lab_samples (id) values ${ids.map((id) => `('${id}')`).join(',')}`);
    const property = fc.asyncProperty(
      resources,
      principals,
      grants,
      async (rows, principal, given) => {
        await db.raw('truncate access_resources, access_grants');
        await db.transaction(async (tx) => {
          for (const [place, [owner, audience]] of rows.entries()) {
            if (place === 0) continue; // One row that access was never told of.
            await access.register(tx, {
              type: 'lab.sample',
              id: ids[place]!,
              owner,
              audience,
            } as never);
          }
          for (const { seconds, revoked, ...terms } of given) {
            const expiresAt =
              seconds === null ? {} : { expiresAt: new Date(+now + seconds * 1000) };
            const id = await access.grant(tx, { ...terms, ...expiresAt, basis: 'b' }, call);
            if (revoked) await access.revoke(tx, id, 'r', call);
          }
        });
        const decided: string[] = [];
        for (const id of ids) {
          const ref = { type: 'lab.sample', id };
          if (await allowed(principal, 'lab.sample.read', ref)) decided.push(id);
        }
        for (const shape of ['small', 'large'] as const) {
          const shown = shapes[shape](principal);
          const list = await sql<{ id: string }>`select id from lab_samples where ${shown}`.execute(
            db.read,
          );
          expect(list.rows.map(({ id }) => id).sort(), shape).toEqual(decided.sort());
        }
      },
    );
    const shapes = {
      small: (principal: Principal) =>
        access.visible(principal, 'lab.sample.read', sql.ref('lab_samples.id')),
      large: (principal: Principal) =>
        access.visibleLarge(principal, 'lab.sample.read', sql.ref('lab_samples.id')),
    };
    await fc.assert(property, { numRuns: 60 });
  });
});
