import * as z from 'zod';

/** What a `remote.json` says: where the calls of a trial go. Browser-safe. */

export const remoteProtocols = ['openai', 'open-inference'] as const;

/** What a server of OpenAI's form is for; it decides which calls its trial takes. */
export const remoteTasks = ['text-generation', 'feature-extraction'] as const;

const url = z
  .string()
  .max(500)
  .refine((text) => baseProblem(text) === '', { error: ({ input }) => baseProblem(String(input)) })
  .transform((text) => text.replace(/\/+$/, ''))
  .describe('what the paths of the protocol follow, such as https://models.example.org/v1');
const model = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'its name on that server: 1 to 200 characters of ASCII');

export const remoteSpec = z.discriminatedUnion('protocol', [
  z.strictObject({
    protocol: z.literal('openai'),
    ...{ url, model },
    task: z.enum(remoteTasks).default('text-generation'),
  }),
  z.strictObject({ protocol: z.literal('open-inference'), url, model }),
]);
export type RemoteSpec = z.output<typeof remoteSpec>;

/** What is wrong with an address that paths are put behind; '' for nothing. */
function baseProblem(text: string): string {
  if (!URL.canParse(text)) return 'it is no address';
  const { protocol, username, password, search, hash } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return 'it begins with https: or http:';
  if (username || password) return 'it carries a password';
  return search || hash ? 'it has a query' : '';
}

export const REMOTE_FILE_BYTES_MAX = 64 * 1024;

/** Reads a `remote.json`; a text says what is wrong with it. */
export function parseRemoteFile(bytes: Uint8Array): RemoteSpec | string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return 'it is no JSON in UTF-8';
  }
  const parsed = remoteSpec.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'it does not fit'}`;
}
