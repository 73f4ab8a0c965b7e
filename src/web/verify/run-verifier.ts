import { Refused } from '#verify/failure.ts';
import { policyOfText } from '#verify/policy.ts';
import type { Report } from '#verify/report.ts';
import { verifyEvidence } from '#verify/verify.ts';
import { failureSentence, show, showTime, words } from '#verify/words.ts';

/** The verifier with its words; a script of its own, loaded when there is something to check. */

export { failureSentence, show, showTime, words };

export type Outcome =
  | { readonly state: 'report'; readonly report: Report }
  | { readonly state: 'refused'; readonly refused: Refused }
  | { readonly state: 'noCrypto' };

/** Checks a file against keys or a policy. Never throws. */
export async function runVerifier(fileText: string, keys: string): Promise<Outcome> {
  try {
    const policy = await policyOfText(keys);
    return { state: 'report', report: await verifyEvidence(fileText, { policy }) };
  } catch (error) {
    return error instanceof Refused ? { state: 'refused', refused: error } : { state: 'noCrypto' };
  }
}

export type Verifier = {
  failureSentence: typeof failureSentence;
  show: typeof show;
  showTime: typeof showTime;
  words: typeof words;
  runVerifier: typeof runVerifier;
};
