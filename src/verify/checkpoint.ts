import { type Bytes, base64Decode, base64Encode } from './bytes.ts';
import { Refused } from './failure.ts';

/** What a checkpoint states: this log had this tree. https://c2sp.org/tlog-checkpoint */
export interface Checkpoint {
  readonly origin: string;
  /** Leaves in the tree, at most 2^53 - 1. */
  readonly size: number;
  /** RFC 6962 tree hash, 32 bytes. */
  readonly root: Bytes;
  readonly extensions: readonly string[];
}

/** The checkpoint in the text of a note. Throws Refused `checkpoint_invalid`. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw invalid('its last line has no end');
  const [origin = '', sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n');
  const size = Number(sizeText);
  const root = base64Decode(rootText);
  if (origin === '') throw invalid('its origin is empty');
  if (!/^(0|[1-9][0-9]*)$/.test(sizeText) || !Number.isSafeInteger(size)) {
    throw invalid('its size is no decimal number');
  }
  if (root?.length !== 32) throw invalid('its root hash is not 32 bytes of base64');
  if (extensions.includes('')) throw invalid('an extension line is empty');
  return { origin, size, root, extensions };
}

/** The note text of a checkpoint, ending in a newline: what log and witnesses sign. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  return `${[origin, size, base64Encode(root), ...extensions].join('\n')}\n`;
}

function invalid(problem: string): Refused {
  return new Refused({ code: 'checkpoint_invalid', problem });
}
