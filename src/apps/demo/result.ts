import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureFrom } from '../hub-files.ts';
import type { LiveHalf } from './live-half.ts';
import type { MainJob } from './main-job.ts';
import { verifyFrom } from './verify-evidence.ts';

/** What `npm run demo -- --once --json FILE` writes; see the README. */
export type DemoResult = FirstHalf & Omit<LiveHalf, 'tier'>;
type FirstHalf = Awaited<ReturnType<typeof gatherResult>>;

/** Fetches the outcome through the doors, verifies it with the public keys alone, and keeps the files. */
export async function gatherResult(address: string, folder: string, job: MainJob) {
  const { owner, operator, callId, certificateId } = job;
  const { client } = owner;
  await mkdir(folder, { recursive: true });
  const keep = async (name: string, content: string) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const call = await client.scenarios.getCall({ callId });
  const board = await client.scenarios.getLeaderboard({ callId });
  const first = board.rows.find(({ rank, baseline }) => rank === 1 && !baseline);
  if (!first || !call.award) throw new Error('the leaderboard has no winner');
  const certificate = await client.assurance.getCertificate({ certificateId });
  const { evaluationId } = certificate;
  const evaluation = await client.assurance.getEvaluation({ evaluationId });
  await client.assurance.discloseEvaluation({ evaluationId });
  const { ledger, text, report } = await verifyFrom(operator, () =>
    client.assurance.certificateEvidence({ certificateId }),
  );
  const names = await programNames(job);
  const predictions = await predictionsOf(address, job, evaluationId);
  const winnerName = names.get(first.submissionId) ?? '';
  return {
    scenario: { callId, title: call.title, state: call.state, simulated: call.simulated },
    submissions: board.rows.map((row) => ({
      name: names.get(row.submissionId) ?? row.name.zh,
      team: row.name,
      baseline: row.baseline,
      rank: row.rank,
      revisionDigest: row.revisionDigest,
      status: row.state,
      score: row.score,
      interval: row.interval,
      ...(row.reason ? { reason: row.reason.code, sentence: row.reason.sentence } : {}),
    })),
    winner: { name: winnerName, revisionDigest: first.revisionDigest, score: certificate.score },
    evaluation: {
      datasetDigest: evaluation.datasetDigest,
      scorerDigest: evaluation.scorerDigest,
      environmentDigest: evaluation.environmentDigest,
    },
    predictionsPath: await keep('predictions.csv', predictions),
    labelsPath: await keep('labels.csv', job.labels),
    certificate: { path: await keep('certificate.json', text), verified: report.ok, report },
    ledger: {
      size: ledger.size,
      rootHash: ledger.checkpoint.split('\n')[2] ?? '',
      checkpointPath: await keep('checkpoint', ledger.checkpoint),
      publicKey: ledger.logKey,
      witnessKey: ledger.witnesses[0]?.key ?? '',
    },
  };
}

/** The program behind each submission, by its repository's name. */
async function programNames({ owner, callId }: MainJob): Promise<Map<string, string>> {
  const { items } = await owner.client.hub.listRepositories({ kind: 'algorithm', limit: 100 });
  const names = new Map<string, string>();
  for (const { id: repositoryId, name } of items) {
    const revisions = await owner.client.hub.listRevisions({ repositoryId, limit: 100 });
    for (const { revisionDigest } of revisions.items) names.set(revisionDigest, name);
  }
  const board = await owner.client.scenarios.getLeaderboard({ callId });
  return new Map(
    board.rows.map((row) => [row.submissionId, names.get(row.revisionDigest) ?? row.name.zh]),
  );
}

async function predictionsOf(address: string, { owner }: MainJob, evaluationId: string) {
  const url = `${address}/api/v1/assurance/evaluations/${evaluationId}/predictions`;
  const response = await fetch(url, { headers: owner.connection.headers });
  if (!response.ok) throw await failureFrom(response);
  return response.text();
}
