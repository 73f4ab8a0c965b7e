import { oc, type } from '@orpc/contract';

type Entered = { partyId: string | null; secondFactorNeeded: boolean };
type Proof = { totpUri?: string; recoveryCodes?: string[] };

const door = (path: string) => oc.route({ method: 'POST', path: `/api/auth${path}` });

/**
 * The doors of sign-in as the portal calls them. They belong to no module's contract: better-auth
 * stands behind them, and the session travels in its cookie.
 */
export const authContract = {
  enterAs: door('/personas/enter').input(type<{ persona: string }>()).output(type<Entered>()),
  signIn: door('/sign-in/email')
    .input(type<{ email: string; password: string }>())
    .output(type<Entered>()),
  verifyCode: door('/two-factor/verify-totp')
    .input(type<{ code: string }>())
    .output(type<Entered>()),
  verifyRecoveryCode: door('/two-factor/verify-backup-code')
    .input(type<{ code: string }>())
    .output(type<Entered>()),
  changePassword: door('/change-password')
    .input(type<{ currentPassword: string; newPassword: string }>())
    .output(type<Entered>()),
  enableSecondFactor: door('/two-factor/enable')
    .input(type<{ password: string }>())
    .output(type<Entered & Proof>()),
  disableSecondFactor: door('/two-factor/disable')
    .input(type<{ password: string }>())
    .output(type<Entered>()),
  renewRecoveryCodes: door('/two-factor/generate-backup-codes')
    .input(type<{ password: string }>())
    .output(type<Entered & Proof>()),
  revokeOtherSessions: door('/revoke-other-sessions')
    .input(type<Record<string, never>>())
    .output(type<Entered>()),
  signOut: door('/sign-out').input(type<Record<string, never>>()).output(type<Entered>()),
};
