import type { Executor } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import type { PlatformRole } from '#kernel/principal.ts';
import { createParty, setMembership } from './create-party.ts';
import type { SecurityEvents } from './events.ts';
import { openAccount } from './register.ts';
import { appoint } from './roles.ts';
import { findStanding } from './store.ts';
import { findAccountByEmail } from './store-accounts.ts';

type Persona = {
  name: string;
  person: string;
  organisation: { name: string; handle: string } | null;
  role?: PlatformRole;
};

/** Who a visitor of a demonstration may be. The organisations are invented. */
const personas: readonly Persona[] = [
  {
    name: 'hospital',
    person: '陈主任（演示）',
    organisation: { name: '示例医院（演示）', handle: 'example-hospital' },
  },
  {
    name: 'vendor',
    person: '李工（演示）',
    organisation: { name: '示例算法公司（演示）', handle: 'example-algorithms' },
  },
  { name: 'expert', person: '王教授（演示）', organisation: null, role: 'expert' },
  {
    name: 'district',
    person: '周科长（演示）',
    organisation: { name: '示例区（演示）', handle: 'example-district' },
  },
  { name: 'operator', person: '运营员（演示）', organisation: null, role: 'operator' },
  { name: 'auditor', person: '审计员（演示）', organisation: null, role: 'auditor' },
];

type Uses = Pick<Kernel, 'db' | 'clock' | 'ids' | 'facts' | 'access'> & { events: SecurityEvents };

export type PersonaParty = {
  name: string;
  partyId: string;
  partyName: string;
  organisationId: string | null;
  roles: PlatformRole[];
};

/**
 * Creates the parties of a demonstration where they are missing, and gives them all. Nobody can sign
 * in to them with a password.
 */
export async function ensurePersonas(uses: Uses): Promise<PersonaParty[]> {
  return uses.db.transaction(async (tx) => {
    for (const persona of personas) {
      if (!(await findAccountByEmail(tx, emailOf(persona.name)))) await create(tx, persona, uses);
    }
    return listPersonas(tx);
  });
}

export async function listPersonas(executor: Executor): Promise<PersonaParty[]> {
  const found: PersonaParty[] = [];
  for (const { name } of personas) {
    const account = await findAccountByEmail(executor, emailOf(name));
    const standing = account && (await findStanding(executor, account.id));
    if (!standing) continue;
    const organisationId = standing.memberships[0]?.organisation ?? null;
    const roles = [...standing.roles];
    found.push({ name, partyId: standing.id, partyName: standing.name, organisationId, roles });
  }
  return found;
}

/** The account that a persona enters; null where there is none. */
export async function personaAccount(executor: Executor, name: string): Promise<string | null> {
  const known = personas.some((persona) => persona.name === name);
  return known ? ((await findAccountByEmail(executor, emailOf(name)))?.id ?? null) : null;
}

const emailOf = (name: string) => `${name}@demonstration.touyan.local`;

async function create(tx: Executor, persona: Persona, uses: Uses): Promise<void> {
  const { name, person, organisation, role } = persona;
  const account = { name: person, email: emailOf(name), passwordHash: null };
  const partyId = await openAccount(tx, { ...account, mustChangePassword: false }, null, uses);
  if (organisation !== null) {
    const draft = { kind: 'organisation' as const, ...organisation };
    const { id: organisationId } = await createParty(tx, draft, partyId, uses);
    const membership = { organisationId, partyId, role: 'administrator' as const };
    await setMembership(tx, membership, partyId, uses);
  }
  if (role) {
    const reason = 'a role of the demonstration';
    await appoint(tx, { partyId, role, reason, actor: 'service:parties' }, uses);
  }
}
