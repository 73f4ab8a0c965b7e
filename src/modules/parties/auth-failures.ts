import { type Failure, kernelErrors } from '#kernel/errors.ts';
import { errors } from './errors.ts';

const WRONG_PASSWORD = ['INVALID_EMAIL_OR_PASSWORD', 'INVALID_PASSWORD'];
const UNFIT = ['PASSWORD_TOO_SHORT', 'PASSWORD_TOO_LONG'];
const CODE_REFUSED = [
  'INVALID_CODE',
  'INVALID_BACKUP_CODE',
  'INVALID_TWO_FACTOR_COOKIE',
  'TOTP_NOT_ENABLED',
  'TWO_FACTOR_NOT_ENABLED',
  'BACKUP_CODES_NOT_ENABLED',
  'OTP_HAS_EXPIRED',
];
const LOCKED = ['TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE', 'ACCOUNT_TEMPORARILY_LOCKED'];
const LOCKED_SECONDS = 900;

/** Our error for one of better-auth's answers (its codes: @better-auth/core error/codes). */
export function authFailure(answer: {
  status: number;
  code: string;
  message: string;
  retryAfterSeconds: number;
}): Failure {
  const { status, code, message, retryAfterSeconds } = answer;
  if (WRONG_PASSWORD.includes(code)) return errors.make.wrong_password();
  if (UNFIT.includes(code)) return errors.make.password_unfit();
  if (CODE_REFUSED.includes(code)) return errors.make.code_refused();
  if (LOCKED.includes(code)) return kernelErrors.make.limited({ seconds: LOCKED_SECONDS });
  if (status === 429) return kernelErrors.make.limited({ seconds: retryAfterSeconds });
  if (status === 404) return kernelErrors.make.missing({ id: message || 'it' });
  if (status === 401) return kernelErrors.make.not_signed_in();
  if (status >= 500) return kernelErrors.make.unavailable();
  return kernelErrors.make.invalid_input({ problem: message || code || `status ${status}` });
}
