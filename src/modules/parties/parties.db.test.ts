import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callOf, nobody } from '#kernel/testing-calls.ts';
import { bearer, openPartiesHouse } from './testing.ts';

type House = Awaited<ReturnType<typeof openPartiesHouse>>;
const code = (text: string) => expect.objectContaining({ code: text });
const reason = 'somebody has to';

describe.each(testDatabases())('parties on $engine', ({ open }) => {
  let db: Database;
  let house: House;
  beforeAll(async () => {
    db = await open();
    house = await openPartiesHouse(db);
  });
  afterAll(() => db.close());

  it('opens an account once a mail address, and finds who asks by key', async () => {
    const { handlers } = house;
    const ada = await house.person('Ada');
    const again = { name: 'Eve', email: ada.email, password: 'another password' };
    await expect(handlers.register(again, nobody)).rejects.toEqual(code('parties.email_taken'));
    const me = await handlers.me({}, ada.call);
    expect(me).toMatchObject({ id: ada.partyId, kind: 'person', name: 'Ada', email: ada.email });
    expect(await house.kinds(ada.partyId)).toEqual([
      'parties.party_created',
      'parties.key_created',
    ]);
  });

  it('keeps names and addresses out of facts', async () => {
    const zoe = await house.person('Zoe-Quux');
    const told = JSON.stringify(await house.kernel.facts.about(zoe.partyId, { limit: 100 }));
    expect(told).not.toMatch(/quux|example\.org/i);
  });

  it('lets an organisation keep one administrator', async () => {
    const { handlers } = house;
    const [ada, bob] = [await house.person('Ada'), await house.person('Bob')];
    const { id: organisationId } = await handlers.createOrganisation(
      { name: 'Lab', description: '' },
      ada.call,
    );
    const boss = await house.asNow(ada.partyId);
    const alone = handlers.leaveOrganisation({ organisationId }, boss);
    await expect(alone).rejects.toEqual(code('parties.last_administrator'));
    const invited = await handlers.inviteMember(
      { organisationId, partyId: bob.partyId, role: 'administrator' },
      boss,
    );
    const other = await house.person('Carl');
    const stolen = handlers.acceptInvitation({ invitationId: invited.id }, other.call);
    await expect(stolen).rejects.toEqual(code('parties.invitation_unknown'));
    await handlers.acceptInvitation({ invitationId: invited.id }, bob.call);
    await handlers.leaveOrganisation({ organisationId }, boss);
    const second = await house.asNow(bob.partyId);
    const members = await handlers.listMembers({ organisationId, limit: 10 }, second);
    expect(members.items.map(({ partyId }) => partyId)).toEqual([bob.partyId]);
    expect(await house.kinds(organisationId)).toEqual([
      'parties.party_created',
      ...Array(3).fill('parties.membership_changed'),
    ]);
  });

  it('uses the token of an invitation once, and for a new account too', async () => {
    const { handlers } = house;
    const ada = await house.person('Ada');
    const draft = { name: 'Lab', description: '' };
    const { id: organisationId } = await handlers.createOrganisation(draft, ada.call);
    const boss = await house.asNow(ada.partyId);
    const { token } = await handlers.inviteMember({ organisationId, role: 'member' }, boss);
    const registered = await handlers.register(
      {
        ...{ name: 'New', email: 'new@example.org', password: 'a long password' },
        invitationToken: token ?? '',
      },
      nobody,
    );
    const me = await handlers.me({}, await house.asNow(registered.partyId));
    expect(me.memberships).toEqual([{ organisationId, organisationName: 'Lab', role: 'member' }]);
    const late = await house.person('Late');
    const again = handlers.acceptInvitation({ token: token ?? '' }, late.call);
    await expect(again).rejects.toEqual(code('parties.invitation_unknown'));
  });

  it('shows organisations to all, persons to members, services to their organisation', async () => {
    const { handlers } = house;
    const [ada, eve] = [await house.person('Ada'), await house.person('Eve')];
    const draft = { name: 'Observatory of Ada', description: '' };
    const { id: organisationId } = await handlers.createOrganisation(draft, ada.call);
    const boss = await house.asNow(ada.partyId);
    const service = await handlers.createService(
      { organisationId, kind: 'service', name: 'Observatory robot', description: '' },
      boss,
    );
    const found = async (call: typeof boss) =>
      (await handlers.listParties({ query: 'observatory', limit: 10 }, call)).items.map(
        ({ id }) => id,
      );
    expect((await found(boss)).sort()).toEqual([organisationId, service.id].sort());
    expect(await found(eve.call)).toEqual([organisationId]);
    await expect(handlers.getParty({ partyId: service.id }, eve.call)).rejects.toEqual(
      code('kernel.missing'),
    );
    await expect(handlers.getParty({ partyId: ada.partyId }, nobody)).rejects.toEqual(
      code('kernel.not_signed_in'),
    );
  });

  it('gives keys that are shown once, end, and reach no further than their maker', async () => {
    const { handlers, parties } = house;
    const ada = await house.person('Ada');
    const { partyId } = ada;
    const expiresAt = new Date(house.kernel.clock.now().getTime() + 60_000).toISOString();
    const made = await handlers.createApiKey(
      { partyId, name: 'narrow', scopes: ['parties.key.manage'], expiresAt },
      ada.call,
    );
    const listed = await handlers.listApiKeys({ partyId, limit: 10 }, ada.call);
    expect(JSON.stringify(listed)).not.toContain(made.key.slice(-20));
    const narrow = callOf(await parties.authenticate(bearer(made.key)));
    const wider = handlers.createApiKey({ partyId, name: 'wide' }, narrow);
    await expect(wider).rejects.toEqual(code('parties.key_unfit'));
    const elsewhere = handlers.createOrganisation({ name: 'X', description: '' }, narrow);
    await expect(elsewhere).rejects.toEqual(code('kernel.denied'));
    house.move(61);
    const refused = code('parties.key_refused');
    await expect(parties.authenticate(bearer(made.key))).rejects.toEqual(refused);
    const eternal = await handlers.createApiKey({ partyId, name: 'eternal' }, ada.call);
    await handlers.revokeApiKey({ partyId, keyId: eternal.id }, ada.call);
    await expect(parties.authenticate(bearer(eternal.key))).rejects.toEqual(refused);
    for (const bad of ['', 'touyan_x', `${eternal.key}x`, eternal.key.slice(0, -1)]) {
      await expect(parties.authenticate(bearer(bad))).rejects.toEqual(refused);
    }
  });

  it('keeps system, security and audit administration with different persons', async () => {
    const { handlers } = house;
    const folder = await mkdtemp(join(tmpdir(), 'touyan-'));
    const start = await house.parties.ensureOperator({ folder });
    const key = (await readFile(start.keyPath, 'utf8')).trim();
    const operator = callOf(await house.parties.authenticate(bearer(key)));
    const [ada, bob, carl] = [
      await house.person('Ada'),
      await house.person('Bob'),
      await house.person('Carl'),
    ];
    const appoint = (partyId: string, role: 'security_administrator' | 'system_administrator') => ({
      ...{ partyId, role, reason },
    });
    await expect(
      handlers.appointRole(appoint(ada.partyId, 'security_administrator'), ada.call),
    ).rejects.toEqual(code('kernel.denied'));
    await handlers.appointRole(appoint(ada.partyId, 'security_administrator'), operator);
    await expect(
      handlers.appointRole(appoint(bob.partyId, 'security_administrator'), operator),
    ).rejects.toEqual(code('parties.role_first_only'));
    const secure = await house.asNow(ada.partyId);
    await expect(
      handlers.appointRole(appoint(ada.partyId, 'system_administrator'), secure),
    ).rejects.toEqual(code('parties.role_of_oneself'));
    await handlers.appointRole(appoint(bob.partyId, 'security_administrator'), secure);
    await expect(
      handlers.appointRole(appoint(bob.partyId, 'system_administrator'), secure),
    ).rejects.toEqual(code('parties.roles_apart'));
    await handlers.dismissRole(appoint(bob.partyId, 'security_administrator'), secure);
    await handlers.appointRole(appoint(bob.partyId, 'system_administrator'), secure);
    await handlers.appointRole({ partyId: carl.partyId, role: 'auditor', reason }, secure);
    const auditor = await house.asNow(carl.partyId);
    const events = await handlers.listSecurityEvents({ partyId: bob.partyId, limit: 10 }, auditor);
    expect(events.items.map(({ kind }) => kind)).toContain('role_dismissed');
    await rm(folder, { recursive: true });
  });

  it('lets a delegate use the named permissions only, until the delegation ends', async () => {
    const { handlers, parties } = house;
    const { access, clock, ids } = house.kernel;
    const [ada, bob] = [await house.person('Ada'), await house.person('Bob')];
    const sample = { type: 'lab.sample', id: ids('sample') };
    await db.transaction((tx) =>
      access.register(tx, { ...sample, owner: ada.partyId, audience: 'owner' }),
    );
    const may = async () =>
      (await access.decide(bob.call.principal, 'lab.sample.write', sample)).allowed;
    const delegate = (permissions: string[], days = 1) =>
      handlers.createDelegation(
        {
          ...{ fromId: ada.partyId, toId: bob.partyId, permissions, reason },
          expiresAt: new Date(clock.now().getTime() + days * 86_400_000).toISOString(),
        },
        ada.call,
      );
    for (const bad of ['parties.key.manage', 'parties.role.appoint', 'no.such']) {
      await expect(delegate([bad])).rejects.toEqual(code('parties.delegation_unfit'));
    }
    await expect(delegate(['lab.sample.write'], 400)).rejects.toEqual(
      code('parties.delegation_unfit'),
    );
    expect(await may()).toBe(false);
    const { id } = await delegate(['lab.sample.write']);
    expect(await may()).toBe(true);
    const { key } = await handlers.createApiKey({ partyId: bob.partyId, name: 'k' }, bob.call);
    const headers = bearer(key);
    headers.set('touyan-on-behalf-of', ada.partyId);
    expect(await parties.authenticate(headers)).toMatchObject({ onBehalfOf: ada.partyId });
    await handlers.endDelegation({ fromId: ada.partyId, delegationId: id, reason }, ada.call);
    expect(await may()).toBe(false);
    await expect(parties.authenticate(headers)).rejects.toEqual(code('parties.not_delegated'));
    expect(await house.kinds(id)).toEqual([
      'parties.delegation_created',
      'parties.delegation_ended',
    ]);
  });

  it('finds the persons behind a party or a role', async () => {
    const { parties, handlers } = house;
    const ada = await house.person('Ada');
    const draft = { name: 'Lab', description: '' };
    const { id } = await handlers.createOrganisation(draft, ada.call);
    expect(await parties.personsBehind(db.read, id)).toEqual([ada.partyId]);
    expect(await parties.personsBehind(db.read, ada.partyId)).toEqual([ada.partyId]);
    expect(await parties.personsBehind(db.read, { role: 'expert' })).toEqual([]);
    expect(await parties.addressesOf(db.read, [ada.partyId])).toEqual(
      new Map([[ada.partyId, ada.email]]),
    );
  });

  it('keeps one operator key on disk, and replaces it when it is lost or spoilt', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'touyan-'));
    const first = await house.parties.ensureOperator({ folder });
    const key = await readFile(first.keyPath, 'utf8');
    expect((await stat(first.keyPath)).mode & 0o777).toBe(0o600);
    expect(await readFile((await house.parties.ensureOperator({ folder })).keyPath, 'utf8')).toBe(
      key,
    );
    await writeFile(first.keyPath, 'nonsense');
    await house.parties.ensureOperator({ folder });
    const next = await readFile(first.keyPath, 'utf8');
    const authenticate = (text: string) => house.parties.authenticate(bearer(text.trim()));
    await expect(authenticate(key)).rejects.toEqual(code('parties.key_refused'));
    expect(await authenticate(next)).toMatchObject({ roles: ['operator'] });
    const exposed = await openPartiesHouse(db, { loopback: false });
    await expect(exposed.parties.authenticate(bearer(next.trim()))).rejects.toEqual(
      code('parties.key_loopback_only'),
    );
    await rm(folder, { recursive: true });
  });
});
