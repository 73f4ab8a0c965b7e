import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, enterAs } from '../../src/apps/demo/actor.ts';
import type { DemoResult } from '../../src/apps/demo/result.ts';
import { signatureType } from '../../src/verify/note.ts';
import { generateSigningKey, openSigningKey } from '../../src/verify/note-signer.ts';
import { runVerify } from '../../src/verify/run-verify.ts';
import { copyOf, type FinishedRun, finishedRun } from '../finished-run.ts';
import { settled } from '../kill-run.ts';
import { readEntries, rootOf } from '../log-entries.ts';
import { factsByKind } from '../stored-facts.ts';
import { runTouyan, startTouyan, type TouyanProcess } from '../touyan-process.ts';
import { whatIsTwiceOrStuck } from '../whole.ts';

/**
 * The main job, as a newcomer runs it: one command takes a call from its opening to a certificate, whose score
 * anybody can recompute from two files and verify with two public keys; any change of it shows. Run
 * again, it finds everything done and does nothing twice. What a failing program wrote reaches nobody.
 */

const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
const hash = expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/);

let run: FinishedRun;
let place: string;
const keys = () => ['--log-key', run.result.ledger.publicKey, ...witness()];
const witness = () => ['--witness-key', run.result.ledger.witnessKey];

beforeAll(async () => {
  run = await finishedRun();
  place = await mkdtemp(join(tmpdir(), 'touyan-main-job-'));
}, 600_000);
afterAll(() => rm(place, { recursive: true, force: true }));

describe('touyan demo --once --json', () => {
  it('shows every step and the outcome, and writes it all as JSON', () => {
    const { submissions, winner, ...result } = run.result;
    expect(result).toMatchObject({
      scenario: { title: { zh: '环境传感器异常检测' }, state: 'awarded' },
      evaluation: { datasetDigest: digest, scorerDigest: digest, environmentDigest: digest },
      predictionsPath: join(run.folder, 'results', 'predictions.csv'),
      labelsPath: join(run.folder, 'results', 'labels.csv'),
      certificate: { path: join(run.folder, 'results', 'certificate.json'), verified: true },
      ledger: { rootHash: hash, checkpointPath: join(run.folder, 'results', 'checkpoint') },
      seconds: expect.any(Number),
    });
    const baselines = submissions.filter(({ baseline }) => baseline);
    expect(baselines.map(({ name }) => name).sort()).toEqual([
      'fixed-threshold',
      'last-value-change',
    ]);
    const entries = submissions.filter(({ baseline }) => !baseline);
    expect(entries.length).toBeGreaterThanOrEqual(7);
    for (const { revisionDigest } of submissions) expect(revisionDigest).toEqual(digest);
    for (const { status, score, reason } of entries.filter(({ rank }) => rank !== null)) {
      expect({ status, score, reason }).toEqual({ status: 'scored', score: expect.any(Number) });
    }
    const [first] = entries;
    expect(first).toMatchObject({ rank: 1, name: winner.name });
    expect(winner.revisionDigest).toBe(first?.revisionDigest);
    expect(winner.score).toBeCloseTo(first?.score ?? 0, 3);
    for (const { name } of submissions) expect(run.out).toContain(name);
    expect(run.out).toContain('签发证书  issue the certificate');
  });

  it('ends the program that looks for the answers, with a typed reason and no score', () => {
    const failed = run.result.submissions.filter(({ status }) => status === 'failed');
    expect(failed).toMatchObject([
      { name: 'reads-the-future', score: null, rank: null, reason: 'program_error' },
    ]);
    expect(failed[0]?.sentence?.en).toBe('The program ended with an error of its own.');
  });

  it('serves exactly what was evaluated, on real events, paid and stoppable', () => {
    const { deployment, winner, evaluation, replay, stream, settlement, stop } = run.result;
    const { revisionDigest, environmentDigest } = deployment;
    expect(revisionDigest).toBe(winner.revisionDigest);
    expect(environmentDigest).toBe(evaluation.environmentDigest);
    expect(replay).toEqual({ inputs: stream.observationsSent / 2, differences: 0 });
    expect(stream).toMatchObject({ observationsStored: stream.observationsSent, eventsTrue: 2 });
    expect(stream.eventsFound).toBe(2);
    expect(settlement).toEqual({
      ...{ calls: replay.inputs, amountMinor: replay.inputs * 5 },
      ...{ entriesSum: 0, verified: true },
    });
    expect(stop.effectiveMs).toBeLessThan(1000);
  });

  it('counts its indicators from facts, each verified', () => {
    const { indicators, stream } = run.result;
    expect(indicators.filter(({ verified }) => !verified)).toEqual([]);
    const numberOf = (id: string) => indicators.find((each) => each.id === id)?.value;
    expect(numberOf('observations-stored')).toBe(stream.observationsStored);
    expect(numberOf('incidents-closed')).toBe(stream.incidents);
    expect(numberOf('certificates-issued')).toBe(1);
  });

  it('names a checkpoint with the size and root that it states', async () => {
    const { ledger } = run.result;
    const note = await readFile(ledger.checkpointPath, 'utf8');
    expect(note.split('\n').slice(1, 3)).toEqual([String(ledger.size), ledger.rootHash]);
    expect(note).toContain(`\n— ${ledger.publicKey.split('+')[0]} `);
    expect(note).toContain(`\n— ${ledger.witnessKey.split('+')[0]} `);
  });
});

describe('the winner’s score', () => {
  it('follows from predictions and labels by the rules of the call', async () => {
    const [predictions, labels] = await Promise.all(
      [run.result.predictionsPath, run.result.labelsPath].map((path) => readFile(path, 'utf8')),
    );
    expect(eventWiseF1(predictions!, labels!)).toBe(run.result.winner.score);
  });
});

/**
 * Event-wise F1 from the words of examples/sensor-anomaly/call/page.en.md, section "Score", and from
 * nothing else: 18 readings to find an event, and 12 more that count with the first of a false alarm.
 */
function eventWiseF1(predictions: string, labels: string): number {
  const lines = (csv: string) => csv.trim().split('\n').slice(1);
  const cells = (csv: string) => lines(csv).map((line) => line.split(','));
  const flagged = new Set(cells(predictions).flatMap(([row, flag]) => (flag === '1' ? [row] : [])));
  const motes = Map.groupBy(cells(labels), ([, mote]) => mote);
  let [events, found, alarms] = [0, 0, 0];
  for (const readings of motes.values()) {
    const flags = readings.map(([row]) => flagged.has(row));
    const forgiven = new Set<number>();
    for (const [place, [, , , event]] of readings.entries()) {
      if (!event) continue;
      for (let after = 0; after <= 18; after += 1) forgiven.add(place + after);
      if (readings[place - 1]?.[3] === event) continue;
      events += 1;
      if (flags.slice(place, place + 19).includes(true)) found += 1;
    }
    for (let place = 0; place < flags.length; place += 1) {
      if (!flags[place] || forgiven.has(place)) continue;
      alarms += 1;
      place += 12;
    }
  }
  return Math.round((2e6 * found) / (events + found + alarms)) / 1e6;
}

describe('the certificate', () => {
  it('verifies in an empty folder with the public keys alone', async () => {
    const file = join(place, 'certificate.json');
    await writeFile(file, await readFile(run.result.certificate.path));
    const { code, out } = await runTouyan(['verify', file, ...keys()], { cwd: place });
    expect(out).toContain('Verified: everything that this file claims holds.');
    expect(out).toContain('recomputed');
    expect(code).toBe(0);
  });

  it.each<[string, (evidence: Evidence) => void, string]>([
    [
      'one digit of the score',
      ({ document }) => {
        document.score = Number(`0.${Number(String(document.score).slice(2)) + 1}`);
      },
      '/score is 0.',
    ],
    [
      'one byte of the checkpoint’s root',
      (evidence) => {
        const { rootHash } = run.result.ledger;
        evidence.checkpoint = evidence.checkpoint.replace(/\n(.)(.{43})\n\n/, (_, first, rest) => {
          expect(rootHash).toHaveLength(44);
          return `\n${first === 'A' ? 'B' : 'A'}${rest}\n\n`;
        });
      },
      'does not fit the checkpoint: it was changed, or forged.',
    ],
    [
      'one byte of a fact’s salt',
      ({ facts }) => {
        const salt = Buffer.from(facts[0]!.salt, 'base64');
        salt[7]! ^= 1;
        facts[0]!.salt = salt.toString('base64');
      },
      'fact, salt, place or proof was changed.',
    ],
    [
      'one flag of the disclosed predictions',
      ({ disclosed }) => {
        for (const [name, text] of Object.entries(disclosed)) {
          if (text.startsWith('row,flag')) disclosed[name] = text.replace(',0,', ',1,');
        }
      },
      'it was changed.',
    ],
  ])('fails by name after a change of %s', async (_, change, reason) => {
    const evidence: Evidence = JSON.parse(await readFile(run.result.certificate.path, 'utf8'));
    change(evidence);
    const { code, text } = await verifyText(JSON.stringify(evidence));
    expect(text).toContain(reason);
    expect(code).toBe(1);
  });

  it('does not verify under the key of another log', async () => {
    const text = await readFile(run.result.certificate.path, 'utf8');
    const secret = await generateSigningKey('touyan.local/log', signatureType.ed25519);
    const other = await openSigningKey(secret);
    const { code, text: report } = await verifyText(text, [other.vkey, keys()[3]!]);
    expect(report).toContain('has no signature of the log touyan.local/log');
    expect(code).toBe(1);
  });
});

type Evidence = {
  document: Record<string, unknown>;
  checkpoint: string;
  facts: { salt: string }[];
  disclosed: Record<string, string>;
};

/** The same command as `touyan verify FILE`, on a text in place of a file. */
async function verifyText(text: string, [log, by] = [keys()[1]!, keys()[3]!]) {
  let written = '';
  const write = (part: string) => {
    written += part;
  };
  const io = { readFile: async () => Buffer.from(text), out: write, err: write };
  const code = await runVerify(['file', '--log-key', log, '--witness-key', by], io);
  return { code, text: written };
}

describe('run again on the same folder', () => {
  let again: TouyanProcess;
  let folder: string;
  let address: string;
  let second: DemoResult;
  const as = (persona: string) => enterAs(address, persona);

  beforeAll(async () => {
    folder = await copyOf(run.folder);
    const json = join(place, 'again.json');
    again = startTouyan(['demo', '--json', json, '--data', folder, '--port', '0']);
    [, address = ''] = await again.said(/(http:\/\/127\.0\.0\.1:\d+) {2}/);
    await again.said(/npx touyan verify/);
    for (;;) {
      const text = await readFile(json, 'utf8').catch(() => '');
      if (text.endsWith('}\n')) {
        second = JSON.parse(text);
        break;
      }
    }
  }, 300_000);
  afterAll(async () => {
    await again?.kill();
    await rm(dirname(folder), { recursive: true, force: true });
  });

  it('gives the same outcome and stays up', async () => {
    const outcome = ({ submissions, winner, evaluation, stream, ...rest }: DemoResult) => ({
      ...{ submissions, winner, evaluation, stream, scenario: rest.scenario },
      verified: rest.certificate.verified,
    });
    expect(outcome(second)).toEqual(outcome(run.result));
    const { size, rootHash } = run.result.ledger;
    expect(rootOf(await readEntries(address, size))).toBe(rootHash);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
  });

  it('lets a stranger verify the leaderboard, and a team each of its receipts', async () => {
    const { callId } = run.result.scenario;
    const path = `/api/v1/scenarios/calls/${callId}/evidence`;
    const board = await (await fetch(`${address}${path}`)).text();
    expect(await verifyText(board)).toMatchObject({ code: 0 });
    const swapped = board.replace('"place":"2"', '"place":"1"');
    expect(swapped).not.toBe(board);
    expect(await verifyText(swapped)).toMatchObject({
      code: 1,
      text: expect.stringContaining('digest'),
    });

    const { client } = await as('vendor');
    const { items } = await client.scenarios.listSubmissions({ scope: 'mine', limit: 100 });
    expect(items.length).toBeGreaterThanOrEqual(7);
    for (const { submissionId } of items) {
      const receipt = JSON.stringify(await client.scenarios.getReceipt({ submissionId }));
      expect(await verifyText(receipt), receipt).toMatchObject({ code: 0 });
      const other = submissionId.slice(0, -1) + (submissionId.endsWith('0') ? '1' : '0');
      const changed = receipt.replaceAll(submissionId, other);
      expect((await verifyText(changed)).code).toBe(1);
    }
  });

  it('shows a team nothing that its failing program wrote where data is hidden', async () => {
    const words = 'the labels cannot be read from this job';
    const vendor = await as('vendor');
    const { items } = await vendor.client.scenarios.listSubmissions({ scope: 'mine', limit: 100 });
    const failed = items.find(({ state }) => state === 'failed')!;
    const seen = await everythingSeenBy(vendor, failed.submissionId);
    expect(seen.public.join('\n')).toContain(words);
    expect(seen.hidden.join('\n')).not.toContain(words);
    expect(seen.hidden.join('\n')).not.toContain('ENOENT');
    expect(seen.refused).toEqual(['log of predict', 'log of score', 'predictions']);
  });

  it('has nothing twice and leaves nothing undone', async () => {
    await settled(address, 120);
    expect(await again.stop()).toBe(0);
    expect(await whatIsTwiceOrStuck({ folder })).toEqual([]);
    const [before, after] = [await factsByKind(run), await factsByKind({ folder })];
    for (const kind of [
      'scenarios.submission_received',
      'scenarios.call_opened',
      'scenarios.awarded',
    ]) {
      expect(after[kind], kind).toBe(before[kind]);
    }
    expect(after['compute.job_finished']).toBe(after['compute.job_submitted']);
  }, 180_000);
});

/** Whatever the doors give a team about its own submission, apart for its public and its hidden data. */
async function everythingSeenBy({ client, connection }: Actor, submissionId: string) {
  const seen = { public: [] as string[], hidden: [] as string[], refused: [] as string[] };
  const detail = await client.scenarios.getSubmission({ submissionId });
  seen.hidden.push(JSON.stringify(detail));
  seen.hidden.push(JSON.stringify(await client.scenarios.getReceipt({ submissionId })));
  seen.hidden.push(JSON.stringify(await client.notices.listNotices({ limit: 100 })));
  const evaluations = await client.assurance.listEvaluations({ basis: submissionId, limit: 100 });
  expect(evaluations.items.map(({ datasetKind }) => datasetKind).sort()).toEqual([
    'hidden',
    'public',
  ]);
  for (const { evaluationId, datasetKind } of evaluations.items) {
    const texts = seen[datasetKind];
    const kept = async (name: string, work: () => Promise<unknown>) => {
      try {
        texts.push(JSON.stringify(await work()));
      } catch (error) {
        texts.push(String(error));
        if (datasetKind === 'hidden') seen.refused.push(name);
      }
    };
    texts.push(JSON.stringify(await client.assurance.getEvaluation({ evaluationId })));
    for (const phase of ['predict', 'score'] as const) {
      await kept(`log of ${phase}`, () => client.assurance.readLog({ evaluationId, phase }));
    }
    await kept('predictions', async () => {
      const path = `/api/v1/assurance/evaluations/${evaluationId}/predictions`;
      const { headers } = connection;
      const response = await fetch(`${connection.address}${path}`, { headers });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      return text;
    });
    const jobs = await client.compute.listJobs({ basis: evaluationId, limit: 100 });
    for (const { id } of jobs.items) {
      await kept('log of its job', () => client.compute.getJobLogs({ jobId: id }));
    }
  }
  return seen;
}
