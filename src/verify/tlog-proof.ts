import { type Bytes, base64Decode, base64Encode } from './bytes.ts';
import { Refused } from './failure.ts';

/** An inclusion proof that needs no log at hand. https://c2sp.org/tlog-proof */
export interface TlogProof {
  /** Free bytes beside the proof. NOT authenticated. */
  readonly extra?: Bytes;
  readonly index: number;
  /** Inclusion hashes, the leaf's sibling first. */
  readonly hashes: readonly Bytes[];
  /** The signed checkpoint with its cosignatures, as a note. */
  readonly checkpoint: string;
}

const header = 'c2sp.org/tlog-proof@v1';
const hashesMax = 63;

/** Reads a `.tlog-proof` file. Throws Refused `file_invalid` with the line. */
export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n');
  if (split === -1) throw invalid(1, 'no empty line stands before the checkpoint');
  const lines = text.slice(0, split).split('\n');
  if (lines[0] !== header) throw invalid(1, `the first line is not ${header}`);
  const extra = lines[1]?.startsWith('extra ') ? base64Decode(lines[1].slice(6)) : undefined;
  const start = lines[1]?.startsWith('extra ') ? 2 : 1;
  if (start === 2 && extra === undefined) throw invalid(2, 'its extra data is no base64');
  const indexText = /^index (0|[1-9][0-9]*)$/.exec(lines[start] ?? '')?.[1];
  const index = Number(indexText);
  if (!Number.isSafeInteger(index)) throw invalid(start + 1, 'no index line');
  const hashes: Bytes[] = [];
  for (const [offset, line] of lines.slice(start + 1).entries()) {
    const hash = base64Decode(line);
    if (hash?.length !== 32) throw invalid(start + offset + 2, 'not 32 bytes of base64');
    hashes.push(hash);
  }
  if (hashes.length > hashesMax) throw invalid(start + 1, `more than ${hashesMax} hashes`);
  const checkpoint = text.slice(split + 2);
  return { ...(extra === undefined ? {} : { extra }), index, hashes, checkpoint };
}

/** Writes a `.tlog-proof` file. */
export function formatTlogProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  const lines = [
    header,
    ...(extra === undefined ? [] : [`extra ${base64Encode(extra)}`]),
    `index ${index}`,
    ...hashes.map(base64Encode),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

function invalid(line: number, problem: string): Refused {
  return new Refused({ code: 'file_invalid', at: `line ${line}`, problem });
}
