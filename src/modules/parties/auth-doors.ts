import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/db.ts';
import type { Door } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Call } from '#kernel/principal.ts';
import { type Auth, addressHeader } from './auth.ts';
import { authFailure } from './auth-failures.ts';
import { clientAddress, isLoopbackAddress } from './client-address.ts';
import { errors } from './errors.ts';
import type { SecurityEventKind, SecurityEvents } from './events.ts';
import { countFailures, findAccountByEmail, passwordChanged } from './store-accounts.ts';

const BODY_BYTES_MAX = 16_384;
const FAILURES_MAX = 10;
const FAILURE_MINUTES = 15;

export type AuthDoorOptions = {
  address: string;
  /** One-click roles: a demonstration that listens on loopback only. */
  personas: boolean;
  /** Addresses of proxies whose `x-forwarded-for` is believed. */
  trustedProxies: readonly string[];
};

type Uses = { auth: Auth; db: Database; clock: Clock; events: SecurityEvents };

/** One row a door: where it leads in better-auth, and what it leaves in the security events. */
type Row = {
  name: string;
  path: string;
  permission: string;
  summary: string;
  event: SecurityEventKind | null;
};

const rows: readonly Row[] = [
  {
    name: 'signIn',
    path: '/sign-in/email',
    permission: 'open',
    summary: 'Sign in with mail address and password',
    event: 'signed_in',
  },
  {
    name: 'verifyCode',
    path: '/two-factor/verify-totp',
    permission: 'open',
    summary: 'Finish signing in, or enabling the second factor, with a code',
    event: 'signed_in',
  },
  {
    name: 'verifyRecoveryCode',
    path: '/two-factor/verify-backup-code',
    permission: 'open',
    summary: 'Finish signing in with a recovery code',
    event: 'signed_in',
  },
  {
    name: 'signOut',
    path: '/sign-out',
    permission: 'open',
    summary: 'Sign out',
    event: 'signed_out',
  },
  {
    name: 'changePassword',
    path: '/change-password',
    permission: 'member',
    summary: 'Change the password; other sessions end',
    event: 'password_changed',
  },
  {
    name: 'enableSecondFactor',
    path: '/two-factor/enable',
    permission: 'member',
    summary: 'Begin with a second factor: gives its address for the app, and recovery codes',
    event: 'second_factor_enabled',
  },
  {
    name: 'disableSecondFactor',
    path: '/two-factor/disable',
    permission: 'member',
    summary: 'Give up the second factor',
    event: 'second_factor_disabled',
  },
  {
    name: 'renewRecoveryCodes',
    path: '/two-factor/generate-backup-codes',
    permission: 'member',
    summary: 'Make new recovery codes; the old ones end',
    event: null,
  },
  {
    name: 'revokeOtherSessions',
    path: '/revoke-other-sessions',
    permission: 'member',
    summary: 'End all other sessions of the account',
    event: 'sessions_revoked',
  },
  {
    name: 'enterAs',
    path: '/personas/enter',
    permission: 'open',
    summary: 'Enter a demonstration on loopback in one of its roles',
    event: 'signed_in',
  },
];

const form = z.record(z.string(), z.unknown());
const answerOf = z.object({
  code: z.string().catch(''),
  message: z.string().catch(''),
  twoFactorRedirect: z.boolean().optional().catch(undefined),
  partyId: z.string().optional().catch(undefined),
  user: z.object({ id: z.string() }).optional().catch(undefined),
  totpURI: z.string().optional().catch(undefined),
  backupCodes: z.array(z.string()).optional().catch(undefined),
});

/**
 * The doors of better-auth, each in the door table. They take and give JSON, answer with our errors,
 * and keep session tokens in cookies only (HttpOnly, SameSite=Lax).
 */
export function authDoors(options: AuthDoorOptions, uses: Uses): Door[] {
  return rows.map((row) => ({
    module: 'parties',
    name: row.name,
    method: 'POST',
    path: `/api/auth${row.path}`,
    summary: row.summary,
    permission: row.permission,
    bodyBytesMax: BODY_BYTES_MAX,
    errors: ['invalid', 'unauthenticated', 'denied', 'missing', 'limited', 'unavailable'],
    handle: (request, call) => answer(row, request, call, options, uses),
  }));
}

async function answer(
  row: Row,
  request: Parameters<Door['handle']>[0],
  call: Call,
  options: AuthDoorOptions,
  uses: Uses,
) {
  const body = await readForm(request.raw);
  const client = clientAddress(request.raw, options.trustedProxies);
  if (row.name === 'enterAs' && !(options.personas && isLoopbackAddress(client))) {
    throw errors.make.persona_unknown({ persona: String(body.persona).slice(0, 50) });
  }
  const account = row.name === 'signIn' ? await throttle(body.email, uses) : null;
  if (row.name === 'changePassword') body.revokeOtherSessions = true;
  const response = await uses.auth.handler(
    new Request(new URL(`/api/auth${row.path}`, options.address), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [addressHeader]: client,
        cookie: request.raw.headers.cookie ?? '',
        'user-agent': request.raw.headers['user-agent'] ?? '',
      },
      body: JSON.stringify(body),
    }),
  );
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) request.response.setHeader('set-cookie', cookies);
  const said = answerOf.parse(await response.json().catch(() => ({})));
  const partyId = said.user?.id ?? said.partyId ?? account ?? signedIn(call);
  const note = (kind: SecurityEventKind) =>
    uses.events(uses.db.read, { kind, partyId, actor: partyId ?? 'stranger', address: client });
  if (!response.ok) {
    const failure = authFailure({
      status: response.status,
      code: said.code,
      message: said.message,
      retryAfterSeconds: Number(response.headers.get('x-retry-after') ?? 60),
    });
    if (failure.code === 'parties.wrong_password') await note('sign_in_failed');
    throw failure;
  }
  if (row.name === 'changePassword' && partyId) await passwordChanged(uses.db.read, partyId);
  const half = said.twoFactorRedirect === true;
  if (row.event && !half) await note(row.event);
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify({
      partyId: half ? null : partyId,
      secondFactorNeeded: half,
      ...(said.totpURI ? { totpUri: said.totpURI } : {}),
      ...(said.backupCodes ? { recoveryCodes: said.backupCodes } : {}),
    }),
  };
}

function signedIn({ principal }: Call): string | null {
  return principal.kind === 'stranger' ? null : principal.id;
}

/**
 * Refuses the eleventh failed sign-in of an account within a quarter of an hour, from wherever it
 * comes; better-auth limits each address. Gives the account's id, null where there is none.
 */
async function throttle(email: unknown, { db, clock }: Uses): Promise<string | null> {
  if (typeof email !== 'string') return null;
  const account = await findAccountByEmail(db.read, email.toLowerCase());
  if (!account) return null;
  const since = new Date(clock.now().getTime() - FAILURE_MINUTES * 60_000);
  if ((await countFailures(db.read, account.id, since)) >= FAILURES_MAX) {
    throw kernelErrors.make.limited({ seconds: FAILURE_MINUTES * 60 });
  }
  return account.id;
}

/** The content type keeps out forms of other sites: browsers ask before they send it elsewhere. */
async function readForm(raw: IncomingMessage): Promise<Record<string, unknown>> {
  const problem = (text: string) => kernelErrors.make.invalid_input({ problem: text });
  if (!raw.headers['content-type']?.startsWith('application/json')) {
    throw problem('the content type must be application/json');
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of raw) {
    sizeBytes += chunk.length;
    if (sizeBytes > BODY_BYTES_MAX) {
      throw kernelErrors.make.too_large({ limitBytes: BODY_BYTES_MAX });
    }
    chunks.push(chunk);
  }
  try {
    return form.parse(JSON.parse(Buffer.concat(chunks).toString() || '{}'));
  } catch {
    throw problem('the body must be a JSON object');
  }
}
