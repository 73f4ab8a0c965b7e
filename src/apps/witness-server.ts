import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import process from 'node:process';
import { type Bytes, base64Decode, equalBytes } from '#verify/bytes.ts';
import { type Checkpoint, parseCheckpoint } from '#verify/checkpoint.ts';
import { sha256 } from '#verify/crypto.ts';
import { Refused } from '#verify/failure.ts';
import { verifyConsistency } from '#verify/merkle.ts';
import {
  formatNote,
  formatSignatureLine,
  type Note,
  type NoteKey,
  parseNote,
  verifyNoteKey,
} from '#verify/note.ts';
import type { NoteSigner } from '#verify/note-signer.ts';
import { digestOf, type WitnessState } from './witness-folder.ts';

type Uses = { signer: NoteSigner; logs: readonly NoteKey[]; state: WitnessState };
type Answer = { status: number; body: string; type?: string };

const bodyBytesMax = 256 * 1024;
const proofLinesMax = 63;

/**
 * Serves add-checkpoint and the monitoring address; `stop` ends when open requests are answered.
 */
export async function startWitness(
  options: { port: number; host: string },
  uses: Uses,
): Promise<{ address: string; stop(): Promise<void> }> {
  const atomically = createQueue();
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    answerTo(request, uses, atomically)
      .catch((error: unknown): Answer => {
        process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
        return { status: 500, body: 'the witness made a mistake\n' };
      })
      .then((answer) => send(response, answer));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.port;
  return {
    address: `http://${options.host}:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answerTo(
  request: IncomingMessage,
  uses: Uses,
  atomically: <Result>(work: () => Promise<Result>) => Promise<Result>,
): Promise<Answer> {
  const { method, url = '' } = request;
  if (url === '/add-checkpoint') {
    if (method !== 'POST') return { status: 405, body: 'POST a checkpoint here\n' };
    const body = await readBody(request);
    if (body === null) return { status: 400, body: 'the body is too large, or no UTF-8\n' };
    return addCheckpoint(body, uses, atomically);
  }
  const [, digest] = /^\/([0-9a-f]{64})\/checkpoint$/.exec(url) ?? [];
  const key = uses.logs.find((log) => digestOf(log.name) === digest);
  const note = key === undefined || method !== 'GET' ? null : await uses.state.read(key.name);
  return note === null
    ? { status: 404, body: 'there is nothing here\n' }
    : { status: 200, body: note };
}

async function addCheckpoint(
  body: string,
  uses: Uses,
  atomically: <Result>(work: () => Promise<Result>) => Promise<Result>,
): Promise<Answer> {
  const request = parseRequest(body);
  if (request === null) return { status: 400, body: 'the request is malformed\n' };
  const { oldSize, checkpoint, note } = request;
  const keys = uses.logs.filter((log) => log.name === checkpoint.origin);
  if (keys.length === 0) return { status: 404, body: 'the log is not known here\n' };
  const verdicts = await Promise.all(keys.map((key) => verifyNoteKey(note, key)));
  const states = verdicts.map((verdict) => verdict.state);
  if (states.includes('invalid') || !states.includes('valid')) {
    return { status: 403, body: 'no valid signature of the log\n' };
  }
  if (oldSize > checkpoint.size) {
    return { status: 400, body: 'the old size is larger than the checkpoint\n' };
  }
  return atomically(() => judge(request, body, uses));
}

/** Compares with what was cosigned last, and cosigns. Runs alone: nothing changes in between. */
async function judge(request: Request, body: string, uses: Uses): Promise<Answer> {
  const { oldSize, proof, checkpoint, note } = request;
  const { signer, state } = uses;
  const known = await state.read(checkpoint.origin);
  const last =
    known === null ? { size: 0, root: await sha256() } : parseCheckpoint(parseNote(known).text);
  const isFork = checkpoint.size === last.size && !equalBytes(checkpoint.root, last.root);
  const refuse = async (answer: Answer, misbehaves: boolean) => {
    if (misbehaves) await state.keepEvidence(checkpoint.origin, `${body}\n--- known:\n${known}`);
    return answer;
  };
  if (oldSize !== last.size) {
    const conflict = { status: 409, body: `${last.size}\n`, type: 'text/x.tlog.size' };
    return refuse(conflict, isFork || checkpoint.size < last.size);
  }
  if (!(await verifyConsistency(last, checkpoint, proof))) {
    return refuse({ status: 422, body: 'the log did not grow from the one known here\n' }, true);
  }
  const time = Math.floor(Date.now() / 1000);
  const cosignature = await signer.cosign(note.text, time);
  // Other lines of the note were not checked here, and are not handed on.
  const ofLog = note.signatures.filter((line) => line.name === checkpoint.origin);
  const kept = formatNote({ text: note.text, signatures: [...ofLog, cosignature] });
  await state.write(checkpoint.origin, kept);
  return { status: 200, body: formatSignatureLine(cosignature) };
}

type Request = { oldSize: number; proof: Bytes[]; note: Note; checkpoint: Checkpoint };

/** `old N`, proof lines, an empty line, the checkpoint; null unless exactly so. */
function parseRequest(body: string): Request | null {
  const split = body.indexOf('\n\n');
  if (split === -1) return null;
  const [first = '', ...lines] = body.slice(0, split).split('\n');
  const [, oldText] = /^old (0|[1-9][0-9]{0,15})$/.exec(first) ?? [];
  const oldSize = Number(oldText);
  if (!Number.isSafeInteger(oldSize) || lines.length > proofLinesMax) return null;
  const proof = lines.map(base64Decode).filter((hash) => hash?.length === 32);
  if (proof.length !== lines.length) return null;
  try {
    const note = parseNote(body.slice(split + 2));
    const hashes = proof.filter((hash) => hash !== undefined);
    return { oldSize, proof: hashes, note, checkpoint: parseCheckpoint(note.text) };
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > bodyBytesMax) return null;
    parts.push(part);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch {
    return null;
  }
}

function send(response: ServerResponse, { status, body, type }: Answer): void {
  response.writeHead(status, {
    'content-type': type ?? 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

/** Runs one piece of work after the other. */
function createQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}
