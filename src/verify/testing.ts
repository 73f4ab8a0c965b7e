import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type Bytes, base64Encode, concatBytes, utf8Encode } from './bytes.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { textDigest } from './crypto.ts';
import { documentDigest } from './document.ts';
import { commitment, type Fact, factSetDigest } from './fact.ts';
import type { JsonObject } from './json.ts';
import {
  cosignatureBytes,
  cosignatureMessage,
  formatNote,
  formatNoteKey,
  keyId,
  type NoteSignature,
  signatureType,
} from './note.ts';

// A log, a witness and evidence made from scratch, for tests. The tree follows the definitions of
// RFC 6962 literally, so that it can stand against faster code.

const hash = (...parts: readonly Uint8Array[]): Bytes =>
  new Uint8Array(
    createHash('sha256')
      .update(concatBytes(...parts))
      .digest(),
  );

export const testLeafHash = (entry: Uint8Array): Bytes => hash(Uint8Array.of(0), entry);

/** MTH of leaf hashes, RFC 6962 section 2.1. */
export function testRoot(leaves: readonly Bytes[]): Bytes {
  const [only] = leaves;
  if (only === undefined) return hash();
  if (leaves.length === 1) return only;
  const split = splitOf(leaves.length);
  return hash(Uint8Array.of(1), testRoot(leaves.slice(0, split)), testRoot(leaves.slice(split)));
}

/** PATH(m, D[n]), RFC 6962 section 2.1.1. */
export function testInclusion(leaves: readonly Bytes[], index: number): Bytes[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...testInclusion(left, index), testRoot(right)]
    : [...testInclusion(right, index - split), testRoot(left)];
}

/** PROOF(m, D[n]), RFC 6962 section 2.1.2; empty for m = 0 and m = n. */
export function testConsistency(leaves: readonly Bytes[], size: number): Bytes[] {
  return size === 0 ? [] : subproof(leaves, size, true);
}

function subproof(leaves: readonly Bytes[], size: number, whole: boolean): Bytes[] {
  if (size === leaves.length) return whole ? [] : [testRoot(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return size <= split
    ? [...subproof(left, size, whole), testRoot(right)]
    : [...subproof(right, size - split, false), testRoot(left)];
}

function splitOf(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}

/** An Ed25519 key with a name that signs notes, from a seed of one byte. */
export function testSigner(name: string, seed: number, type: number = signatureType.ed25519) {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const der = Buffer.concat([prefix, Buffer.alloc(32, seed)]);
  const key: KeyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(-32));
  const raw = (message: Uint8Array) => new Uint8Array(sign(null, message, key));
  return {
    vkey: () => formatNoteKey(name, type, publicKey),
    sign: async (text: string): Promise<NoteSignature> => ({
      name,
      keyId: await keyId(name, type, publicKey),
      signature: raw(utf8Encode(text)),
    }),
    cosign: async (text: string, time: number): Promise<NoteSignature> => ({
      name,
      keyId: await keyId(name, type, publicKey),
      signature: cosignatureBytes(time, raw(cosignatureMessage(text, time))),
    }),
  };
}

export const testLog = testSigner('log.example/test', 1);
export const testWitness = testSigner('witness.example', 2, signatureType.cosignature);

export async function testTrust() {
  return { logKey: await testLog.vkey(), witnessKeys: [await testWitness.vkey()] };
}

/** A checkpoint over leaf hashes, signed by the test log and cosigned by the test witness. */
async function testCheckpoint(leaves: readonly Bytes[]): Promise<string> {
  const text = formatCheckpoint({
    origin: 'log.example/test',
    size: leaves.length,
    root: testRoot(leaves),
    extensions: [],
  });
  const signatures = [await testLog.sign(text), await testWitness.cosign(text, 1_790_000_000)];
  return formatNote({ text, signatures });
}

export function testFact(id: string, kind: string, body: JsonObject): Fact {
  return {
    id,
    kind,
    subject: `about ${id}`,
    actor: 'party_1',
    time: '2026-11-23T06:05:00.000Z',
    body,
  };
}

const testSalt = (fact: Fact): Bytes => hash(utf8Encode(`salt of ${fact.id}`));

/** The parts `facts` and `checkpoint` of an evidence file over a log that holds more than them. */
export async function testProvenFacts(facts: readonly Fact[]) {
  const others = ['a', 'b', 'c'].map((name) => testLeafHash(utf8Encode(name)));
  const own: Bytes[] = [];
  for (const fact of facts) own.push(testLeafHash(await commitment(fact, testSalt(fact))));
  const leaves = [...others, ...own, ...others];
  return {
    facts: facts.map((fact, place) => ({
      fact,
      salt: base64Encode(testSalt(fact)),
      index: others.length + place,
      proof: testInclusion(leaves, others.length + place).map(base64Encode),
    })),
    checkpoint: await testCheckpoint(leaves),
  };
}

/** A leaderboard of three rows whose closing fact commits to them and to the document. */
export async function testLeaderboard() {
  const scores = [
    testFact('fact_b', 'assurance.submission_scored', { score: 0.75 }),
    testFact('fact_a', 'assurance.submission_scored', { score: 0.5 }),
    testFact('fact_c', 'assurance.submission_scored', { score: 0.25 }),
  ];
  const document = {
    call: '环境传感器异常检测',
    rows: scores.map((fact, place) => ({
      rank: place + 1,
      team: `team ${place}`,
      score: fact.body.score ?? 0,
    })),
  };
  const closing = testFact('fact_z', 'scenarios.call_closed', {
    count: scores.length,
    setDigest: await factSetDigest(scores.map(({ id }) => id)),
    documentDigest: await documentDigest(document),
  });
  const claims = scores.map(({ id }, place) => ({
    path: `/rows/${place}/score`,
    fact: id,
    pointer: '/body/score',
  }));
  const proven = await testProvenFacts([...scores, closing]);
  return { format: 'touyan-evidence/1', kind: 'leaderboard', document, claims, ...proven };
}

const predictions = 'row,flag,score\n0,0,0.1\n1,1,0.9\n2,0,0.2\n3,1,0.8\n4,0,0.1\n';
const labels =
  'row,mote_id,label,event_id,kind\n0,m1,0,,\n1,m1,1,e1,spike\n2,m1,0,,\n3,m1,0,,\n4,m1,0,,\n';

/** A certificate whose score is recomputed and whose precision is attested; `rows` is unproven. */
export async function testCertificate() {
  const predictionsDigest = await textDigest(predictions);
  const labelsDigest = await textDigest(labels);
  const options = { latencyReadings: 0, mergeGapReadings: 0 };
  const document = { holder: '北港实验室', score: 0.666667, precision: 0.5, rows: 5 };
  const scored = testFact('fact_score', 'assurance.submission_scored', {
    score: 0.666667,
    precision: 0.5,
    predictionsDigest,
    labelsDigest,
    options,
  });
  const attested = testFact('fact_attest', 'assurance.score_attested', {
    fact: 'fact_score',
    value: 0.5,
  });
  const issued = testFact('fact_issued', 'assurance.certificate_issued', {
    documentDigest: await documentDigest(document),
  });
  const method = {
    kind: 'event-f1/1',
    predictions: predictionsDigest,
    labels: labelsDigest,
    pointers: {
      predictions: '/body/predictionsDigest',
      labels: '/body/labelsDigest',
      options: '/body/options',
    },
    options,
    output: '/score',
  };
  return {
    format: 'touyan-evidence/1',
    kind: 'certificate',
    document,
    claims: [
      { path: '/score', fact: 'fact_score', pointer: '/body/score', method },
      {
        path: '/precision',
        fact: 'fact_score',
        pointer: '/body/precision',
        attestedBy: 'fact_attest',
      },
    ],
    ...(await testProvenFacts([scored, attested, issued])),
    disclosed: { [predictionsDigest]: predictions, [labelsDigest]: labels },
  };
}

/** A receipt: one fact, every value of the document claimed. */
export async function testReceipt() {
  const fact = testFact('fact_receipt', 'scenarios.submission_received', { revision: 'sha256:ab' });
  return {
    format: 'touyan-evidence/1',
    kind: 'receipt',
    document: { received: fact.time, revision: 'sha256:ab' },
    claims: [
      { path: '/received', fact: 'fact_receipt', pointer: '/time' },
      { path: '/revision', fact: 'fact_receipt', pointer: '/body/revision' },
    ],
    ...(await testProvenFacts([fact])),
  };
}
