import { base64Encode, equalBytes } from '#verify/bytes.ts';
import {
  formatSignatureLine,
  parseNote,
  parseNoteKey,
  parseSignatureLine,
  signatureType,
  verifyNoteKey,
} from '#verify/note.ts';

/** What a witness said to a checkpoint. */
export type WitnessAnswer =
  | { kind: 'cosigned'; line: string }
  /** It has cosigned another size than we thought, this one. */
  | { kind: 'other_size'; size: number }
  | { kind: 'refused'; status: number; reason: string };

/** A witness that we ask for cosignatures. */
export type Witness = {
  name: string;
  vkey: string;
  /**
   * Asks for a cosignature of a signed checkpoint, given the size that it last cosigned and the
   * proof from there. Rejects when it cannot be reached in time or answers nonsense.
   */
  addCheckpoint(
    request: { oldSize: number; proof: readonly Uint8Array[]; note: string },
    signal: AbortSignal,
  ): Promise<WitnessAnswer>;
};

const answerBytesMax = 64 * 1024;

/** A witness over HTTP (https://c2sp.org/tlog-witness); `url` is its submission prefix. */
export async function createWitness(options: {
  url: string;
  vkey: string;
  timeoutMs: number;
}): Promise<Witness> {
  const key = await parseNoteKey(options.vkey);
  if (key.type !== signatureType.cosignature)
    throw new TypeError(`${options.vkey} cosigns nothing`);
  const address = new URL(
    'add-checkpoint',
    options.url.endsWith('/') ? options.url : `${options.url}/`,
  );
  return {
    name: key.name,
    vkey: options.vkey,
    async addCheckpoint({ oldSize, proof, note }, signal) {
      const lines = [`old ${oldSize}`, ...proof.map(base64Encode)];
      const response = await fetch(address, {
        method: 'POST',
        body: `${lines.join('\n')}\n\n${note}`,
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]),
      });
      const body = await readBody(response);
      if (response.status === 409) {
        if (!/^(0|[1-9][0-9]{0,15})\n$/.test(body)) throw new Error('a conflict without a size');
        return { kind: 'other_size', size: Number(body) };
      }
      if (response.status !== 200) {
        return { kind: 'refused', status: response.status, reason: body.slice(0, 200).trim() };
      }
      const signatures = body.split('\n').slice(0, -1).map(parseSignatureLine);
      const { text } = parseNote(note);
      const verdict = await verifyNoteKey({ text, signatures }, key);
      if (verdict.state !== 'valid') throw new Error('a cosignature that does not verify');
      const own = signatures.find(
        (line) => line.name === key.name && equalBytes(line.keyId, key.id),
      );
      if (own === undefined) throw new Error('a cosignature that does not verify');
      return { kind: 'cosigned', line: formatSignatureLine(own) };
    },
  };
}

async function readBody(response: Response): Promise<string> {
  const declared = Number(response.headers.get('content-length') ?? 0);
  if (declared > answerBytesMax) throw new Error('an answer without end');
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length > answerBytesMax) throw new Error('an answer without end');
  }
  return text;
}
