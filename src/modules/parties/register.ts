import type { Executor } from '#kernel/db.ts';
import { sqlState } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import type { Auth } from './auth.ts';
import { hashSecret } from './bearer-key.ts';
import type { partiesContract } from './contract.ts';
import { createParty, setMembership } from './create-party.ts';
import { errors } from './errors.ts';
import type { SecurityEvents } from './events.ts';
import { takeInvitation } from './store.ts';
import { insertAccount } from './store-accounts.ts';

type Uses = Pick<Kernel, 'db' | 'clock' | 'ids' | 'facts' | 'access'> & {
  auth: Auth;
  events: SecurityEvents;
};

const WINDOW_MILLISECONDS = 60_000;

export type RegisterOptions = {
  registration: 'open' | 'invited';
  /** On the whole server; each costs a tenth of a second of hashing. */
  registrationsPerMinuteMax: number;
};

/** Opens an account. An invitation's token is used up, and brings its membership along. */
export function createRegister(
  options: RegisterOptions,
  uses: Uses,
): Pick<Handlers<typeof partiesContract.operations>, 'register'> {
  const { db, clock, auth, events } = uses;
  let window = { startedAt: 0, count: 0 };

  const limit = () => {
    const now = clock.now().getTime();
    if (Math.abs(now - window.startedAt) >= WINDOW_MILLISECONDS) {
      window = { startedAt: now, count: 0 };
    }
    window.count += 1;
    if (window.count > options.registrationsPerMinuteMax) {
      throw kernelErrors.make.limited({ seconds: WINDOW_MILLISECONDS / 1000 });
    }
  };

  return {
    async register({ name, email, password, invitationToken }) {
      if (options.registration === 'invited' && invitationToken === undefined) {
        throw errors.make.registration_closed();
      }
      limit();
      const { password: hasher } = await auth.$context;
      const passwordHash = await hasher.hash(password);
      const partyId = await db
        .transaction(async (tx) => {
          const person = { name, email, passwordHash, mustChangePassword: false };
          const id = await openAccount(tx, person, null, uses);
          if (invitationToken !== undefined) await join(tx, id, invitationToken, uses);
          await events(tx, { kind: 'registered', partyId: id, actor: id });
          return id;
        })
        .catch((error: unknown) => {
          if (sqlState(error) === '23505') throw errors.make.email_taken({}, { cause: error });
          throw error;
        });
      return { partyId };
    },
  };
}

/** A person with an account; `passwordHash` null makes one without a password. */
export async function openAccount(
  tx: Executor,
  person: {
    name: string;
    email: string;
    passwordHash: string | null;
    mustChangePassword: boolean;
  },
  actor: string | null,
  uses: Pick<Kernel, 'clock' | 'ids' | 'facts' | 'access'>,
): Promise<string> {
  const { id, createdAt } = await createParty(
    tx,
    { kind: 'person', name: person.name },
    actor,
    uses,
  );
  await insertAccount(tx, { id, ...person, now: createdAt });
  return id;
}

async function join(tx: Executor, partyId: string, token: string, uses: Uses): Promise<void> {
  const by = { partyId, now: uses.clock.now() };
  const taken = await takeInvitation(tx, { tokenHash: hashSecret(token) }, by);
  if (!taken) throw errors.make.invitation_unknown();
  const { organisationId, role } = taken;
  await setMembership(tx, { organisationId, partyId, role }, partyId, uses);
}
