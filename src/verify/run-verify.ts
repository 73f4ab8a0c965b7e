import { utf8Decode } from './bytes.ts';
import { Refused } from './failure.ts';
import { parsePolicy, policyOfKeys } from './policy.ts';
import { renderReport } from './report-text.ts';
import { type Trust, verifyEvidence } from './verify.ts';
import { failureSentence, type Language, languages } from './words.ts';

/** What the command line needs from around it; paths are as the user typed them. */
export interface VerifyIo {
  readFile(path: string): Promise<Uint8Array>;
  out(text: string): void;
  err(text: string): void;
}

const fileBytesMax = 64 * 1024 * 1024;

const usage = `Checks a certificate, leaderboard or receipt against the public keys alone, offline.

verify FILE --log-key VKEY [--witness-key VKEY]... [--policy FILE] [--json] [--lang en|zh]

  --log-key VKEY      the log's public key: name+id+base64
  --witness-key VKEY  a witness's public key; every one given must have cosigned
  --policy FILE       a tlog-policy file instead of keys (https://c2sp.org/tlog-policy)
  --json              the whole report as JSON
  --lang en|zh        language of the sentences, English if not given
Exit status: 0 verified, 1 not verified, 2 cannot be checked as asked.
`;

/**
 * The verify command: reads the file and keys, writes the report, returns the exit status: 0 when
 * everything holds, 1 when something fails, 2 for a call that cannot be carried out.
 */
export async function runVerify(argv: readonly string[], io: VerifyIo): Promise<0 | 1 | 2> {
  const call = parseArguments(argv);
  if (typeof call === 'string') {
    io.err(`${call}\n\n${usage}`);
    return 2;
  }
  if (call.help || call.file === undefined) {
    (call.help ? io.out : io.err)(usage);
    return call.help ? 0 : 2;
  }
  const trust = await readTrust(call, io);
  if (typeof trust === 'string') {
    io.err(`${trust}\n`);
    return 2;
  }
  const text = await readText(call.file, io);
  if ('problem' in text) {
    io.err(`${text.problem}\n`);
    return 2;
  }
  const report = await verifyEvidence(text.text, trust);
  if (call.json) io.out(`${JSON.stringify(report, null, 2)}\n`);
  else io.out(renderReport(report, call.language));
  return report.ok ? 0 : 1;
}

interface VerifyCall {
  file?: string;
  logKey?: string;
  policy?: string;
  readonly witnessKeys: string[];
  json: boolean;
  help: boolean;
  language: Language;
}

function parseArguments(argv: readonly string[]): VerifyCall | string {
  const call: VerifyCall = { witnessKeys: [], json: false, help: false, language: 'en' };
  for (let place = 0; place < argv.length; place += 1) {
    const word = argv[place] ?? '';
    if (word === '--json') call.json = true;
    else if (word === '--help' || word === '-h') call.help = true;
    else if (word.startsWith('--')) {
      place += 1;
      const problem = setOption(call, word, argv[place]);
      if (problem !== undefined) return problem;
    } else if (call.file === undefined) call.file = word;
    else return `One file at a time: ${word} is a second one.`;
  }
  return call;
}

function setOption(call: VerifyCall, option: string, value: string | undefined) {
  if (value === undefined) return `${option} needs a value.`;
  if (option === '--log-key') call.logKey = value;
  else if (option === '--witness-key') call.witnessKeys.push(value);
  else if (option === '--policy') call.policy = value;
  else if (option === '--lang') {
    const language = languages.find((known) => known === value);
    if (language === undefined) return `--lang is one of ${languages.join(', ')}.`;
    call.language = language;
  } else return `There is no option ${option}.`;
  return undefined;
}

async function readTrust(call: VerifyCall, io: VerifyIo): Promise<Trust | string> {
  const { logKey, witnessKeys, policy } = call;
  try {
    if (policy !== undefined) {
      if (logKey !== undefined || witnessKeys.length > 0) {
        return 'Give either --policy or keys, not both.';
      }
      const text = await readText(policy, io);
      return 'problem' in text ? text.problem : { policy: await parsePolicy(text.text) };
    }
    if (logKey === undefined) return 'Whose log? Give --log-key or --policy.';
    return { policy: await policyOfKeys(logKey, witnessKeys) };
  } catch (error) {
    if (error instanceof Refused) return failureSentence(error.failure, call.language);
    throw error;
  }
}

async function readText(
  path: string,
  io: VerifyIo,
): Promise<{ text: string } | { problem: string }> {
  let bytes: Uint8Array;
  try {
    bytes = await io.readFile(path);
  } catch (error) {
    return { problem: `${path} cannot be read: ${error instanceof Error ? error.message : error}` };
  }
  if (bytes.length > fileBytesMax) return { problem: `${path} is larger than 64 MiB.` };
  try {
    return { text: utf8Decode(bytes) };
  } catch {
    return { problem: `${path} is not UTF-8 text.` };
  }
}
