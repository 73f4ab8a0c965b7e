import { betterAuth } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { twoFactor } from 'better-auth/plugins/two-factor';
import * as z from 'zod';
import type { Database } from '#kernel/db.ts';
import type { Ids } from '#kernel/ids.ts';

export type AuthOptions = {
  /** At least 32 characters; signs cookies and encrypts the seeds of second factors. */
  secret: string;
  /** The address that users see, such as https://touyan.example.cn; https makes cookies secure. */
  address: string;
  /** Sign-ins, codes and changes of password from one address in a minute, each. */
  signInsPerMinuteMax: number;
  /** How long a session lasts without use. */
  sessionDays: number;
};

/** The header in which the doors say from where a request came; what a client sends is dropped. */
export const addressHeader = 'x-touyan-address';

/**
 * better-auth on our tables: passwords (scrypt), sessions, second factor. Its endpoints are reached
 * through auth-doors.ts only. It brings its own clock and ids, so sessions live in real time.
 * `accountOf` gives the account which a persona of a demonstration enters, or null.
 */
export function createAuth(
  options: AuthOptions,
  uses: { db: Database; ids: Ids; accountOf(persona: string): Promise<string | null> },
) {
  const { ids } = uses;
  return betterAuth({
    appName: 'Touyan',
    secret: options.secret,
    baseURL: options.address,
    basePath: '/api/auth',
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: { db: uses.db.kysely<Record<string, Record<string, unknown>>>(), type: 'postgres' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 10,
      maxPasswordLength: 128,
    },
    rateLimit: {
      enabled: true,
      window: 60,
      max: Math.max(60, options.signInsPerMinuteMax),
      customRules: {
        '/sign-in/email': { window: 60, max: options.signInsPerMinuteMax },
        '/two-factor/*': { window: 60, max: options.signInsPerMinuteMax },
        '/change-password': { window: 60, max: options.signInsPerMinuteMax },
      },
    },
    advanced: {
      // The kernel's HTTP refuses writes from other sites, by the address that the browser asked for.
      disableCSRFCheck: true,
      disableOriginCheck: true,
      cookiePrefix: 'touyan',
      useSecureCookies: options.address.startsWith('https:'),
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: ({ model }) => ids(model.toLowerCase()) },
    },
    session: {
      modelName: 'parties_sessions',
      expiresIn: options.sessionDays * 86_400,
      fields: { ...stamps, userId: 'user_id', expiresAt: 'expires_at', ...origin },
    },
    user: {
      modelName: 'parties_accounts',
      fields: { ...stamps, emailVerified: 'email_verified' },
    },
    account: { modelName: 'parties_credentials', fields: credentialFields },
    verification: {
      modelName: 'parties_verifications',
      fields: { ...stamps, expiresAt: 'expires_at' },
    },
    plugins: [
      twoFactor({
        issuer: 'Touyan',
        schema: {
          user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
          twoFactor: { modelName: 'parties_second_factors', fields: factorFields },
        },
      }),
      personas(uses.accountOf),
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;

const stamps = { createdAt: 'created_at', updatedAt: 'updated_at' };
const origin = { ipAddress: 'ip_address', userAgent: 'user_agent' };
const credentialFields = {
  ...stamps,
  userId: 'user_id',
  accountId: 'account_id',
  providerId: 'provider_id',
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  idToken: 'id_token',
  accessTokenExpiresAt: 'access_token_expires_at',
  refreshTokenExpiresAt: 'refresh_token_expires_at',
};
const factorFields = {
  userId: 'user_id',
  backupCodes: 'backup_codes',
  failedVerificationCount: 'failed_verification_count',
  lockedUntil: 'locked_until',
};

/** One-click entry into an account of a demonstration; `accountOf` refuses everywhere else. */
function personas(accountOf: (persona: string) => Promise<string | null>) {
  return {
    id: 'touyan-personas' as const,
    endpoints: {
      enterAs: createAuthEndpoint(
        '/personas/enter',
        { method: 'POST', body: z.object({ persona: z.string().max(50) }) },
        async (context) => {
          const accountId = await accountOf(context.body.persona);
          const { internalAdapter } = context.context;
          const user = accountId === null ? null : await internalAdapter.findUserById(accountId);
          if (!user) throw context.error('NOT_FOUND');
          const session = await internalAdapter.createSession(user.id);
          await setSessionCookie(context, { session, user });
          return context.json({ partyId: user.id });
        },
      ),
    },
  };
}
