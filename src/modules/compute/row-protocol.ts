import type { Prediction } from './isolation.ts';

/**
 * The causal row protocol between the platform (outside) and a program (inside): JSON, one message a line.
 *
 *   program  {"harness":"rows"}             before any line of the program has run
 *   platform {"start":{…options}}
 *   program  {"ready":true}
 *   platform {"row":{…}}                    only after the answer to the row before
 *   program  {"prediction":{"flag":0,"score":0.3}}
 *   platform {"end":true}
 *
 * At any point the program may say {"error":{"kind":…,"message":…}} instead, and ends. Anything else is
 * a break of the protocol. Evaluation and service drive a program through this one protocol.
 */

/** Longest line that a program may send; a longer one breaks the protocol. */
export const REPLY_BYTES_MAX = 16_384;
/** Longest line that the platform sends: a pipe takes it whole. */
export const ROW_BYTES_MAX = 61_440;

/** What a harness says of an error: a claim of the program's, good for a reason and for its own logs. */
export type ErrorClaim = { kind: 'error' | 'disk' | 'memory'; message: string };

export type Reply =
  | { kind: 'harness' | 'ready' | 'done' }
  | { kind: 'prediction'; prediction: Prediction }
  | { kind: 'write'; name: string; bytes: number }
  | { kind: 'error'; claim: ErrorClaim }
  | { kind: 'broken'; detail: string };

/** Reads one line of a program, without its line break. Never throws. */
export function readReply(line: string): Reply {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return broken('The program sent a line that is not JSON.');
  }
  if (!isRecord(message)) return broken('The program sent a line that is not a JSON object.');
  const [key, ...rest] = Object.keys(message);
  if (key === undefined || rest.length > 0) {
    return broken('The program sent a message that has not exactly one member.');
  }
  const body = message[key];
  if (key === 'prediction') return readPrediction(body);
  if (key === 'harness') return { kind: 'harness' };
  if (key === 'ready' && body === true) return { kind: 'ready' };
  if (key === 'done' && body === true) return { kind: 'done' };
  if (key === 'write') return readWrite(body);
  if (key === 'error') return { kind: 'error', claim: readClaim(body) };
  return broken('The program sent a message that the protocol does not know.');
}

function readPrediction(body: unknown): Reply {
  if (!isRecord(body)) return broken('A prediction must be an object {flag, score}.');
  for (const name of Object.keys(body)) {
    if (name !== 'flag' && name !== 'score') {
      return broken('A prediction has a member other than flag and score.');
    }
  }
  const { flag, score } = body;
  if (flag !== 0 && flag !== 1) return broken('The flag of a prediction must be 0 or 1.');
  if (score === undefined) return { kind: 'prediction', prediction: { flag } };
  if (typeof score !== 'number' || !Number.isFinite(score)) {
    return broken('The score of a prediction must be a finite number.');
  }
  return { kind: 'prediction', prediction: { flag, score } };
}

function readWrite(body: unknown): Reply {
  if (isRecord(body) && typeof body.name === 'string' && typeof body.bytes === 'number') {
    const { name, bytes } = body;
    if (Number.isSafeInteger(bytes) && bytes >= 0) return { kind: 'write', name, bytes };
  }
  return broken('The program announced an output that has no name or no size.');
}

function readClaim(body: unknown): ErrorClaim {
  const record = isRecord(body) ? body : {};
  const kind = record.kind === 'disk' || record.kind === 'memory' ? record.kind : 'error';
  return { kind, message: typeof record.message === 'string' ? record.message : '' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function broken(detail: string): Reply {
  return { kind: 'broken', detail };
}
