import { textDigest } from './crypto.ts';
import { scoreEvents } from './event-f1.ts';
import type { DisclosedMethod, FactsMethod, Method } from './evidence.ts';
import type { Fact } from './fact.ts';
import { recount } from './fact-count.ts';
import type { Failure } from './failure.ts';
import { canonicalJson } from './jcs.ts';
import type { Json, JsonObject } from './json.ts';
import { valueAt } from './json-pointer.ts';
import { recomputeStatement, statementMethod } from './statement.ts';

/** A method as code: disclosed texts and options in, everything that it computes out. */
type Recompute = (predictions: string, labels: string, options: JsonObject) => Json;

const methods: ReadonlyMap<string, Recompute> = new Map([['event-f1/1', recomputeEventF1]]);

/** Methods over facts: what the claim's own fact is about, and the computation over all of those. */
const factsMethods: Readonly<
  Record<
    FactsMethod['kind'],
    {
      readonly subject: (fact: Fact) => string;
      readonly run: (facts: Iterable<Fact>, subject: string) => Json;
    }
  >
> = {
  [statementMethod]: {
    subject: ({ body }) => (typeof body.agreementId === 'string' ? body.agreementId : ''),
    run: recomputeStatement,
  },
};

/** What a claim may be computed from: facts shown to be in the log, and disclosed texts. */
export interface Inputs {
  readonly included: ReadonlyMap<string, Fact>;
  readonly disclosed: ReadonlyMap<string, string>;
  /** What was computed from facts already, by method and subject: a file claims it many times. */
  readonly computed: Map<string, Json>;
}

/**
 * Redoes a claim's computation; the result must equal the value. Disclosed texts must be those that
 * the fact names and hash to them; facts must be in the log. Returns what failed, nothing when all
 * held.
 */
export async function recompute(
  claim: { readonly path: string; readonly method: Method },
  value: Json,
  fact: Fact,
  { included, disclosed, computed }: Inputs,
): Promise<Failure[]> {
  const { path, method } = claim;
  if (!('output' in method)) return recount({ path, method }, value, fact, included);
  if (!('predictions' in method)) {
    const run = () => overFacts(method.kind, fact, { included, computed });
    return compared(path, value, run, method.output);
  }
  return recomputeDisclosed(path, method, value, fact, disclosed);
}

function overFacts(
  kind: FactsMethod['kind'],
  fact: Fact,
  { included, computed }: Omit<Inputs, 'disclosed'>,
): Json {
  const { subject, run } = factsMethods[kind];
  const about = subject(fact);
  const key = `${kind} ${about}`;
  const result = computed.get(key) ?? run(included.values(), about);
  computed.set(key, result);
  return result;
}

async function recomputeDisclosed(
  path: string,
  method: DisclosedMethod,
  value: Json,
  fact: Fact,
  disclosed: ReadonlyMap<string, string>,
): Promise<Failure[]> {
  const run = methods.get(method.kind);
  if (run === undefined) return [{ code: 'method_unknown', path, kind: method.kind }];
  const failures = inputFailures(path, method, fact);
  const texts: string[] = [];
  for (const digest of [method.predictions, method.labels]) {
    const text = disclosed.get(digest);
    if (text === undefined) {
      failures.push({ code: 'disclosed_missing', path, digest });
      continue;
    }
    const found = await textDigest(text);
    if (found !== digest) failures.push({ code: 'disclosed_digest_differs', digest, found });
    texts.push(text);
  }
  const [predictions, labels] = texts;
  if (failures.length > 0 || predictions === undefined || labels === undefined) return failures;
  return compared(path, value, () => run(predictions, labels, method.options), method.output);
}

function compared(path: string, value: Json, run: () => Json, output: string): Failure[] {
  try {
    const recomputed = valueAt(run(), output) ?? null;
    if (canonicalJson(recomputed) === canonicalJson(value)) return [];
    return [{ code: 'recomputed_value_differs', path, stated: value, recomputed }];
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return [{ code: 'recomputation_failed', path, problem }];
  }
}

// A method's inputs stand in the file; only those that the logged fact names count.
function inputFailures(path: string, method: DisclosedMethod, fact: Fact): Failure[] {
  const { pointers, predictions, labels, options } = method;
  const inputs: [input: string, pointer: string | undefined, stated: Json][] = [
    ['predictions', pointers.predictions, predictions],
    ['labels', pointers.labels, labels],
    ['options', pointers.options, options],
  ];
  const failures: Failure[] = [];
  for (const [input, pointer, stated] of inputs) {
    if (pointer === undefined) continue;
    const named = valueAt({ ...fact }, pointer) ?? null;
    if (canonicalJson(named) === canonicalJson(stated)) continue;
    failures.push({ code: 'method_input_differs', path, input, method: stated, fact: named });
  }
  return failures;
}

function recomputeEventF1(predictions: string, labels: string, options: JsonObject): Json {
  const { latencyReadings, mergeGapReadings } = options;
  if (typeof latencyReadings !== 'number' || typeof mergeGapReadings !== 'number') {
    throw new TypeError('options are latencyReadings and mergeGapReadings, both numbers');
  }
  return { ...scoreEvents(predictions, labels, { latencyReadings, mergeGapReadings }) };
}
