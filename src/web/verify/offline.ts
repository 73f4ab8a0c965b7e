import type { Outputs } from '#web/contracts.ts';

/** Where the platform serves the verifier as one page that works from disk, without a network. */
export const offlinePageHref = '/verifier/touyan-verify.html';
/** The same verifier as one script for Node 20 and later. */
export const offlineScriptHref = '/verifier/touyan-verify.mjs';

type Keys = Pick<Outputs['kernel']['getLedger'], 'logKey' | 'witnesses'>;

/** The command that checks a file against the keys of a log and its witnesses. */
export function verifyCommand(file: string, { logKey, witnesses }: Keys): string {
  const keys = witnesses.map(({ key }) => ` \\\n  --witness-key ${key}`).join('');
  return `touyan verify ${file} \\\n  --log-key ${logKey}${keys}`;
}

/** The keys as a verifier takes them, one a line, the log's first. */
export const keysText = ({ logKey, witnesses }: Keys): string =>
  [logKey, ...witnesses.map(({ key }) => key)].join('\n');
