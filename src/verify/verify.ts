import { base64Encode } from './bytes.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { checkDocument } from './document.ts';
import { type Claim, type Evidence, type ProvenFact, parseEvidence } from './evidence.ts';
import { commitment, type Fact } from './fact.ts';
import { type Failure, Refused } from './failure.ts';
import { canonicalJson } from './jcs.ts';
import type { Json } from './json.ts';
import { leavesOf, valueAt } from './json-pointer.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import { type Inputs, recompute } from './method.ts';
import { type Note, type NoteKey, parseNote, verifyNoteKey } from './note.ts';
import { type Policy, policyOfKeys, quorumHolds, witnessesOf } from './policy.ts';
import type { CheckpointReport, ClaimReport, Report } from './report.ts';

/** Whom to trust: a log key and witness keys (vkey texts), all needed, or a policy. */
export type Trust =
  | { readonly logKey: string; readonly witnessKeys: readonly string[] }
  | { readonly policy: Policy };

/** Kind of the facts by which somebody confirms a value: body `{fact, value}`. */
const attestationKind = 'assurance.score_attested';

/**
 * Checks an evidence file against the keys alone: the checkpoint's signatures, every fact's place
 * in the log, every claim, and the document as a whole. Never throws for anything in the file: what
 * is wrong stands in the report by name. Throws Refused `key_invalid` for unusable keys.
 */
export async function verifyEvidence(fileText: string, trust: Trust): Promise<Report> {
  const policy =
    'policy' in trust ? trust.policy : await policyOfKeys(trust.logKey, trust.witnessKeys);
  try {
    return await reportOn(parseEvidence(fileText), policy);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, facts: [], claims: [], unproven: [], failures: [error.failure] };
  }
}

async function reportOn(evidence: Evidence, policy: Policy): Promise<Report> {
  const opened = await openCheckpoint(evidence.checkpoint, policy);
  const failures = [...opened.failures];
  const trusted = failures.length === 0;
  const facts = new Map<string, ProvenFact & { readonly included: boolean }>();
  for (const proven of evidence.facts) {
    const { id } = proven.fact;
    if (facts.has(id)) failures.push({ code: 'fact_repeated', fact: id });
    const proved = await isIncluded(opened.checkpoint, proven);
    if (!proved) failures.push({ code: 'inclusion_proof_invalid', fact: id, index: proven.index });
    facts.set(id, { ...proven, included: proved && trusted });
  }
  const included = new Map<string, Fact>();
  for (const proven of facts.values()) {
    if (proven.included) included.set(proven.fact.id, proven.fact);
  }
  failures.push(...repeatedPaths(evidence.claims));
  const claims: ClaimReport[] = [];
  const inputs = { included, disclosed: evidence.disclosed, computed: new Map<string, Json>() };
  for (const claim of evidence.claims) claims.push(await checkClaim(claim, evidence, inputs));
  failures.push(...claims.flatMap((claim) => claim.failures));
  if (trusted) failures.push(...(await checkDocument(evidence, [...included.values()])));
  return {
    ok: failures.length === 0,
    kind: evidence.kind,
    checkpoint: opened.report,
    facts: [...facts.values()].map(({ fact: { id, kind, time }, index, included: isIn }) => ({
      id,
      kind,
      time,
      index,
      included: isIn,
    })),
    claims,
    unproven: unprovenLeaves(evidence),
    failures,
  };
}

interface Opened {
  readonly checkpoint: Checkpoint;
  readonly report: CheckpointReport;
  readonly failures: readonly Failure[];
}

/** Opens a signed checkpoint under a policy; what does not hold is in `failures`. */
async function openCheckpoint(text: string, policy: Policy): Promise<Opened> {
  const note = parseNote(text);
  const checkpoint = parseCheckpoint(note.text);
  const failures = await logFailures(note, checkpoint, policy.logs);
  const cosignatures = new Map<NoteKey, number>();
  const missing: Failure[] = [];
  for (const key of witnessesOf(policy.quorum)) {
    const verdict = await verifyNoteKey(note, key);
    if (verdict.state === 'valid') cosignatures.set(key, verdict.time ?? 0);
    else if (verdict.state === 'missing') {
      missing.push({ code: 'witness_cosignature_missing', name: key.name });
    } else failures.push({ code: 'witness_cosignature_invalid', name: key.name });
  }
  if (!quorumHolds(policy.quorum, (key) => cosignatures.has(key))) {
    failures.push(...missing);
    if (missing.length === 0) {
      failures.push({ code: 'witness_quorum_missing', quorum: policy.quorum.name });
    }
  }
  const report = {
    origin: checkpoint.origin,
    size: checkpoint.size,
    rootHash: base64Encode(checkpoint.root),
    cosignatures: [...cosignatures].map(([key, time]) => ({ name: key.name, time })),
  };
  return { checkpoint, report, failures };
}

async function logFailures(
  note: Note,
  { origin }: Checkpoint,
  logs: readonly NoteKey[],
): Promise<Failure[]> {
  const failures: Failure[] = [];
  let signed = false;
  for (const key of logs) {
    const { state } = await verifyNoteKey(note, key);
    if (state === 'invalid') failures.push({ code: 'log_signature_invalid', name: key.name });
    if (state !== 'valid') continue;
    signed = true;
    if (key.name !== origin) {
      failures.push({ code: 'log_origin_differs', origin, expected: key.name });
    }
  }
  if (!signed && failures.length === 0) {
    const name = logs.map((key) => key.name).join(', ');
    failures.push({ code: 'log_signature_missing', name });
  }
  return failures;
}

async function isIncluded(checkpoint: Checkpoint, proven: ProvenFact): Promise<boolean> {
  const leaf = await leafHash(await commitment(proven.fact, proven.salt));
  return verifyInclusion(checkpoint, proven.index, leaf, proven.proof);
}

async function checkClaim(claim: Claim, evidence: Evidence, inputs: Inputs): Promise<ClaimReport> {
  const { path, pointer } = claim;
  const { included } = inputs;
  const document = valueAt(evidence.document, path);
  const outcome = {
    path,
    fact: claim.fact,
    ...(document === undefined ? {} : { value: document }),
  };
  const failed = (...failures: readonly Failure[]): ClaimReport => ({
    ...outcome,
    level: 'failed',
    failures,
  });
  if (document === undefined) return failed({ code: 'document_value_missing', path });
  const fact = included.get(claim.fact);
  if (fact === undefined) return failed(absence(path, claim.fact, evidence));
  const logged = valueAt({ ...fact }, pointer);
  if (logged === undefined) {
    return failed({ code: 'fact_value_missing', path, fact: fact.id, pointer });
  }
  if (canonicalJson(logged) !== canonicalJson(document)) {
    return failed({ code: 'value_differs', path, document, fact: logged });
  }
  const { method, attestedBy } = claim;
  const failures: Failure[] = [];
  if (method !== undefined) {
    failures.push(...(await recompute({ path, method }, document, fact, inputs)));
  }
  const attestation = attestedBy === undefined ? undefined : included.get(attestedBy);
  if (attestedBy !== undefined) {
    if (attestation === undefined) failures.push(absence(path, attestedBy, evidence));
    else failures.push(...attestationFailures(path, document, fact, attestation));
  }
  if (failures.length > 0) return failed(...failures);
  const attested = attestation === undefined ? {} : { attestedBy: attestation.actor };
  const proved = attestation === undefined ? 'included' : 'attested';
  const level = method === undefined ? proved : 'recomputed';
  return { ...outcome, ...attested, level, failures };
}

function absence(path: string, fact: string, evidence: Evidence): Failure {
  const present = evidence.facts.some((proven) => proven.fact.id === fact);
  return { code: present ? 'fact_not_included' : 'fact_missing', path, fact };
}

function attestationFailures(path: string, value: Json, fact: Fact, attestation: Fact): Failure[] {
  const expectations: [pointer: string, expected: Json][] = [
    ['/kind', attestationKind],
    ['/body/fact', fact.id],
    ['/body/value', value],
  ];
  const failures: Failure[] = [];
  for (const [pointer, expected] of expectations) {
    const found = valueAt({ ...attestation }, pointer) ?? null;
    if (canonicalJson(found) === canonicalJson(expected)) continue;
    const code = 'attestation_differs';
    failures.push({ code, path, attestation: attestation.id, pointer, expected, found });
  }
  return failures;
}

function repeatedPaths(claims: readonly Claim[]): Failure[] {
  const seen = new Set<string>();
  const failures: Failure[] = [];
  for (const { path } of claims) {
    if (seen.has(path)) failures.push({ code: 'claim_repeated', path });
    seen.add(path);
  }
  return failures;
}

function unprovenLeaves(evidence: Evidence) {
  const covered = new Set(evidence.claims.map((claim) => claim.path));
  const isCovered = (path: string): boolean => {
    for (let end = path.length; end >= 0; end = path.lastIndexOf('/', end - 1)) {
      if (covered.has(path.slice(0, end))) return true;
      if (end === 0) return false;
    }
    return false;
  };
  return leavesOf(evidence.document).filter(
    ({ path, value }) =>
      (evidence.kind === 'receipt' || typeof value === 'number') && !isCovered(path),
  );
}
