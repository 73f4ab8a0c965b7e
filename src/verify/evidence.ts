import { type Bytes, base64Decode } from './bytes.ts';
import { type Fact, saltBytes } from './fact.ts';
import { type CountMethod, countKinds } from './fact-count.ts';
import { Refused } from './failure.ts';
import { isJsonObject, type Json, type JsonObject, JsonRefused, parseStrictJson } from './json.ts';
import { statementMethod } from './statement.ts';

/** The first line of every evidence file, so to speak: which format it has. */
export const evidenceFormat = 'touyan-evidence/1';
/** What an evidence file is about. */
const evidenceKinds = ['certificate', 'leaderboard', 'receipt', 'statement', 'indicator'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** How a value follows from inputs that anybody has who has the file. */
export type Method = DisclosedMethod | FactsMethod | CountMethod;

/** A method over disclosed texts, and where the fact names those. */
export interface DisclosedMethod {
  readonly kind: string;
  /** `sha256:<hex>` of the disclosed texts. */
  readonly predictions: string;
  readonly labels: string;
  /** Pointers into the claim's fact. With `options`, the fact names the options too. */
  readonly pointers: {
    readonly predictions: string;
    readonly labels: string;
    readonly options?: string;
  };
  readonly options: JsonObject;
  /** Pointer into what the method returns. */
  readonly output: string;
}

/** Methods whose inputs are facts. */
const factsMethodKinds = [statementMethod] as const;

/** A method over facts of the file, those about the same subject as the claim's own fact. */
export interface FactsMethod {
  readonly kind: (typeof factsMethodKinds)[number];
  /** Pointer into what the method returns. */
  readonly output: string;
}

/** One statement of the document and the fact that it rests on. */
export interface Claim {
  /** JSON pointer into the document. */
  readonly path: string;
  /** Id of a fact in the file. */
  readonly fact: string;
  /** JSON pointer into that fact. */
  readonly pointer: string;
  readonly method?: Method;
  /** Id of a fact in the file in which somebody attests the value. */
  readonly attestedBy?: string;
}

/** A fact, what opens its commitment, and its place in the log. */
export interface ProvenFact {
  readonly fact: Fact;
  /** 32 bytes. */
  readonly salt: Bytes;
  readonly index: number;
  /** Inclusion hashes, the leaf's sibling first. */
  readonly proof: readonly Bytes[];
}

/** A certificate, leaderboard, receipt, statement or indicator with everything to check it. */
export interface Evidence {
  readonly kind: EvidenceKind;
  readonly document: JsonObject;
  readonly claims: readonly Claim[];
  readonly facts: readonly ProvenFact[];
  /** Signed note with the log's signature and the witnesses' cosignatures. */
  readonly checkpoint: string;
  /** Texts by their digest. */
  readonly disclosed: ReadonlyMap<string, string>;
}

const listMax = 100_000;
const proofMax = 63;

/**
 * Reads an evidence file: strict JSON (`parseStrictJson`), every member known, base64 canonical.
 * Throws Refused `file_invalid` with the JSON pointer (or the character) of what is wrong.
 */
export function parseEvidence(text: string): Evidence {
  const whole = shape(parseJson(text), '', {
    format: 'required',
    kind: 'required',
    document: 'required',
    claims: 'required',
    facts: 'required',
    checkpoint: 'required',
    disclosed: 'optional',
  });
  if (whole.format !== evidenceFormat) throw invalid('/format', `not ${evidenceFormat}`);
  const kind = evidenceKinds.find((known) => known === whole.kind);
  if (kind === undefined) throw invalid('/kind', `none of ${evidenceKinds.join(', ')}`);
  const disclosed = Object.entries(object(whole.disclosed ?? {}, '/disclosed'));
  return {
    kind,
    document: object(whole.document, '/document'),
    claims: list(whole.claims, '/claims').map(parseClaim),
    facts: list(whole.facts, '/facts').map(parseProvenFact),
    checkpoint: string(whole.checkpoint, '/checkpoint'),
    disclosed: new Map(
      disclosed.map(([digest, content]) => [digest, string(content, `/disclosed/${digest}`)]),
    ),
  };
}

function parseJson(text: string): Json {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (error instanceof JsonRefused) throw invalid(`character ${error.offset}`, error.problem);
    throw error;
  }
}

function parseClaim(value: Json, index: number): Claim {
  const at = `/claims/${index}`;
  const claim = shape(value, at, {
    path: 'required',
    fact: 'required',
    pointer: 'required',
    method: 'optional',
    attestedBy: 'optional',
  });
  return {
    path: string(claim.path, `${at}/path`),
    fact: string(claim.fact, `${at}/fact`),
    pointer: string(claim.pointer, `${at}/pointer`),
    ...(claim.method === undefined ? {} : { method: parseMethod(claim.method, `${at}/method`) }),
    ...(claim.attestedBy === undefined
      ? {}
      : { attestedBy: string(claim.attestedBy, `${at}/attestedBy`) }),
  };
}

function parseMethod(value: Json, at: string): Method {
  const counting = countKinds.find((kind) => isJsonObject(value) && value.kind === kind);
  if (counting !== undefined) {
    shape(value, at, { kind: 'required' });
    return { kind: counting };
  }
  const overFacts = factsMethodKinds.find((kind) => isJsonObject(value) && value.kind === kind);
  if (overFacts !== undefined) {
    const method = shape(value, at, { kind: 'required', output: 'required' });
    return { kind: overFacts, output: string(method.output, `${at}/output`) };
  }
  const method = shape(value, at, {
    kind: 'required',
    predictions: 'required',
    labels: 'required',
    pointers: 'required',
    options: 'required',
    output: 'required',
  });
  const pointers = shape(method.pointers, `${at}/pointers`, {
    predictions: 'required',
    labels: 'required',
    options: 'optional',
  });
  return {
    kind: string(method.kind, `${at}/kind`),
    predictions: string(method.predictions, `${at}/predictions`),
    labels: string(method.labels, `${at}/labels`),
    pointers: {
      predictions: string(pointers.predictions, `${at}/pointers/predictions`),
      labels: string(pointers.labels, `${at}/pointers/labels`),
      ...(pointers.options === undefined
        ? {}
        : { options: string(pointers.options, `${at}/pointers/options`) }),
    },
    options: object(method.options, `${at}/options`),
    output: string(method.output, `${at}/output`),
  };
}

function parseProvenFact(value: Json, index: number): ProvenFact {
  const at = `/facts/${index}`;
  const proven = shape(value, at, {
    fact: 'required',
    salt: 'required',
    index: 'required',
    proof: 'required',
  });
  const fact = shape(proven.fact, `${at}/fact`, {
    id: 'required',
    kind: 'required',
    subject: 'required',
    actor: 'required',
    time: 'required',
    body: 'required',
  });
  const place = proven.index;
  if (typeof place !== 'number' || !Number.isSafeInteger(place) || place < 0) {
    throw invalid(`${at}/index`, 'not a place in a log');
  }
  const proof = list(proven.proof, `${at}/proof`);
  if (proof.length > proofMax) throw invalid(`${at}/proof`, `more than ${proofMax} hashes`);
  return {
    fact: {
      id: string(fact.id, `${at}/fact/id`),
      kind: string(fact.kind, `${at}/fact/kind`),
      subject: string(fact.subject, `${at}/fact/subject`),
      actor: string(fact.actor, `${at}/fact/actor`),
      time: string(fact.time, `${at}/fact/time`),
      body: object(fact.body, `${at}/fact/body`),
    },
    salt: bytes(proven.salt, saltBytes, `${at}/salt`),
    index: place,
    proof: proof.map((hash, step) => bytes(hash, 32, `${at}/proof/${step}`)),
  };
}

type Presence = 'required' | 'optional';
type Shaped<Members extends Record<string, Presence>> = {
  readonly [Key in keyof Members]: Members[Key] extends 'required' ? Json : Json | undefined;
};

function shape<const Members extends Record<string, Presence>>(
  value: Json,
  at: string,
  members: Members,
): Shaped<Members>;
function shape(
  value: Json,
  at: string,
  members: Readonly<Record<string, Presence>>,
): Readonly<Record<string, Json | undefined>> {
  const whole = object(value, at);
  for (const key of Object.keys(whole)) {
    if (!Object.hasOwn(members, key)) throw invalid(`${at}/${key}`, 'not a member of the format');
  }
  for (const [key, presence] of Object.entries(members)) {
    if (presence === 'required' && !Object.hasOwn(whole, key)) {
      throw invalid(`${at}/${key}`, 'missing');
    }
  }
  return whole;
}

function object(value: Json, at: string): JsonObject {
  if (!isJsonObject(value)) throw invalid(at, 'not an object');
  return value;
}

function list(value: Json, at: string): readonly Json[] {
  if (!Array.isArray(value)) throw invalid(at, 'not a list');
  if (value.length > listMax) throw invalid(at, `more than ${listMax} entries`);
  return value;
}

function string(value: Json, at: string): string {
  if (typeof value !== 'string') throw invalid(at, 'not a text');
  return value;
}

function bytes(value: Json, length: number, at: string): Bytes {
  const decoded = base64Decode(string(value, at));
  if (decoded?.length !== length) throw invalid(at, `not ${length} bytes of base64`);
  return decoded;
}

function invalid(at: string, problem: string): Refused {
  return new Refused({ code: 'file_invalid', at, problem });
}
