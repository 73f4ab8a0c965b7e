import { isJsonObject, type Json } from '#verify/json.ts';
import { valueAt } from '#verify/json-pointer.ts';

/** A place in an evidence file that a reader may change, to see who notices. */
export type Alterable = {
  readonly key: 'score' | 'amount' | 'holder' | 'validUntil' | 'factScore' | 'size' | 'salt';
  /** JSON pointer into the file; `#size` for the second line of the checkpoint. */
  readonly at: string;
  readonly value: string;
  readonly number: boolean;
};

const sizeLine = '#size';

/** The places of a file that make good attempts; fewer where it lacks some. Pure. */
export function alterablesOf(evidence: Json): Alterable[] {
  const score = ['/document/score', '/document/rows/0/score'].find(
    (at) => typeof valueAt(evidence, at) === 'number',
  );
  const fact = score === undefined ? undefined : factBehind(evidence, score);
  const places: readonly (readonly [Alterable['key'], string | undefined])[] = [
    ['score', score],
    ['amount', '/document/totals/amountMinor'],
    ['factScore', fact?.pointer],
    ['holder', '/document/holder/name'],
    ['validUntil', '/document/validUntil'],
    ['salt', fact?.salt],
    ['size', sizeLine],
  ];
  return places.flatMap(([key, at]) => {
    const value = at === undefined ? undefined : readAt(evidence, at);
    if (at === undefined || (typeof value !== 'string' && typeof value !== 'number')) return [];
    return [{ key, at, value: String(value), number: typeof value === 'number' }];
  });
}

/** Where the fact stands on which a value of the document rests. */
function factBehind(evidence: Json, at: string): { pointer: string; salt: string } | undefined {
  const path = at.slice('/document'.length);
  const claims = valueAt(evidence, '/claims');
  const facts = valueAt(evidence, '/facts');
  if (!Array.isArray(claims) || !Array.isArray(facts)) return undefined;
  const claim = claims.find((each: Json) => valueAt(each, '/path') === path);
  if (claim === undefined) return undefined;
  const index = facts.findIndex(
    (each: Json) => valueAt(each, '/fact/id') === valueAt(claim, '/fact'),
  );
  const pointer = valueAt(claim, '/pointer');
  return index < 0 || typeof pointer !== 'string'
    ? undefined
    : { pointer: `/facts/${index}/fact${pointer}`, salt: `/facts/${index}/salt` };
}

function readAt(evidence: Json, at: string): Json | undefined {
  if (at !== sizeLine) return valueAt(evidence, at);
  const checkpoint = valueAt(evidence, '/checkpoint');
  return typeof checkpoint === 'string' ? checkpoint.split('\n')[1] : undefined;
}

/** The file with one place changed; numbers stay numbers where what was typed is one. Pure. */
export function alter(evidence: Json, { at, number }: Alterable, value: string): Json {
  if (at === sizeLine) {
    const checkpoint = valueAt(evidence, '/checkpoint');
    if (typeof checkpoint !== 'string') return evidence;
    const lines = checkpoint.split('\n');
    return setAt(evidence, ['checkpoint'], lines.with(1, value).join('\n'));
  }
  const typed = Number(value);
  const put: Json = number && value.trim() !== '' && Number.isFinite(typed) ? typed : value;
  return setAt(evidence, at.slice(1).split('/'), put);
}

function setAt(whole: Json, path: readonly string[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(whole)) {
    return whole.map((item: Json, place) =>
      String(place) === step ? setAt(item, rest, value) : item,
    );
  }
  if (!isJsonObject(whole)) return whole;
  return { ...whole, [step]: setAt(whole[step] ?? null, rest, value) };
}
