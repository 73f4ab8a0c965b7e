import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { enterAs } from '../src/apps/demo/actor.ts';
import { parseNote, parseNoteKey, verifyNoteKey } from '../src/verify/note.ts';
import { verifyEvidence } from '../src/verify/verify.ts';
import type { KillRun } from './kill-run.ts';
import { readCheckpoint, readEntries, rootOf } from './log-entries.ts';
import { queryStored } from './stored-facts.ts';

/**
 * What must hold of a main job that was killed and started again: nothing acknowledged is missing,
 * nothing took effect twice, nothing is stuck, and the log only grew. Each function gives what is
 * wrong as sentences, none if all is well.
 */

/** Looks through the doors of the running platform. */
export async function whatIsMissing(run: KillRun): Promise<string[]> {
  const { address, acknowledged, result } = run;
  const wrong: string[] = [];
  const { client } = await enterAs(address, 'hospital');
  const { callId } = result.scenario;
  const mine = await client.scenarios.listSubmissions({ callId, scope: 'mine', limit: 100 });
  const { logKey, witnesses } = await client.kernel.getLedger({});
  const trust = { logKey, witnessKeys: witnesses.map(({ key }) => key) };
  for (const { key, submissionId, receiptFactId } of acknowledged) {
    if (!mine.items.some((each) => each.submissionId === submissionId)) {
      wrong.push(`${key} was acknowledged as ${submissionId} and is missing`);
      continue;
    }
    const submission = await client.scenarios.getSubmission({ submissionId });
    if (submission.state !== 'scored') wrong.push(`${submissionId} is ${submission.state}`);
    if (submission.receiptFactId !== receiptFactId) wrong.push(`${submissionId}: another receipt`);
    const receipt = await client.scenarios.getReceipt({ submissionId });
    const report = await verifyEvidence(JSON.stringify(receipt), trust);
    if (!report.ok) wrong.push(`its receipt: ${JSON.stringify(report.failures)}`);
  }
  if (!result.certificate.verified) wrong.push('the certificate does not verify');
  return wrong;
}

/** Recomputes the roots of every checkpoint seen before from the entries that the log has now. */
export async function whatTheLogForgot(run: KillRun): Promise<string[]> {
  const { address, checkpoints } = run;
  const wrong: string[] = [];
  const { client } = await enterAs(address, 'auditor');
  const { logKey, witnesses, fault } = await client.kernel.getLedger({});
  if (fault) wrong.push(fault);
  const keys = witnesses.map(({ key }) => key);
  const last = await readCheckpoint(address);
  const entries = await readEntries(address, last.size);
  for (const { note, size, root } of [...checkpoints, last]) {
    if (rootOf(entries.slice(0, size)) !== root) wrong.push(`the log of ${size} entries differs`);
    for (const key of note === last.note ? [logKey, ...keys] : [logKey]) {
      const { state } = await verifyNoteKey(parseNote(note), await parseNoteKey(key));
      if (state !== 'valid') wrong.push(`checkpoint ${size}: the signature of ${key} is ${state}`);
    }
  }
  return wrong;
}

/** What the witness cosigned, against the log's own entries. */
export async function whatTheWitnessSaw(folder: string, entries: readonly Buffer[]) {
  const logs = join(folder, 'witness', 'logs');
  const wrong: string[] = [];
  for (const name of await readdir(logs)) {
    const [, size, root] = (await readFile(join(logs, name), 'utf8')).split('\n');
    if (rootOf(entries.slice(0, Number(size))) !== root)
      wrong.push(`it saw another log of ${size}`);
  }
  return wrong;
}

const once: readonly (readonly [name: string, statement: string])[] = [
  [
    'facts of a kind about one thing',
    `select kind || ' ' || subject as what from kernel_facts where kind in (
      'scenarios.call_opened', 'scenarios.call_closed', 'scenarios.awarded',
      'scenarios.submission_received', 'scenarios.submission_failed', 'assurance.score_recorded',
      'assurance.evaluation_finished', 'assurance.certificate_issued', 'compute.job_submitted',
      'compute.job_finished', 'hub.repository_created', 'cases.case_opened', 'cases.case_closed',
      'assurance.evaluation_disclosed', 'serving.program_registered',
      'serving.deployment_created', 'exchange.agreement_activated', 'exchange.agreement_ended',
      'city.thing_created', 'city.incident_opened', 'city.command_confirmed',
      'city.command_finished'
    ) group by kind, subject having count(*) > 1`,
  ],
  [
    'closings, awards or certificates',
    `select kind as what from kernel_facts
    where kind in ('scenarios.call_closed', 'scenarios.awarded', 'assurance.certificate_issued')
    group by kind having count(*) <> 1`,
  ],
  [
    'submissions under one key',
    `select idempotency_key as what from scenarios_submissions
    group by call_id, idempotency_key having count(*) > 1`,
  ],
  [
    'scores on one data set of a submission',
    `select submission_id || ' ' || dataset_kind as what from scenarios_evaluations
    group by submission_id, dataset_kind having count(*) > 1`,
  ],
  [
    'calls or repositories of one name',
    `select name as what from (
      select s.owner_id || (c.draft ->> 'title') as name
      from scenarios_calls c join scenarios_scenarios s on s.id = c.scenario_id
      union all select owner_id || name from hub_repositories
    ) named group by name having count(*) > 1`,
  ],
  [
    'calls answered, against calls counted',
    `select basis as what from serving_allowances a where calls_used <> (
      select coalesce(sum(row_count), 0) from serving_inferences where basis = a.basis
    )`,
  ],
  [
    'rows of a session, against its journal',
    `select s.id as what from serving_sessions s where rows_answered <> (
      select coalesce(sum(row_count), 0) from serving_inferences where session_id = s.id
    )`,
  ],
  [
    'entries that do not add up',
    `select sum(amount_minor)::text as what from exchange_entries having sum(amount_minor) <> 0`,
  ],
  [
    'incidents of one reading',
    `select rule_id || ' ' || thing_id as what from city_incidents
    group by rule_id, thing_id, first_observed_at having count(*) > 1`,
  ],
  [
    'observations, against the counts of their datastreams',
    `select datastream::text as what from city_latest l where observations <> (
      select count(*) from city_observations where datastream = l.datastream
    )`,
  ],
  [
    'places in the log, against facts',
    `select count(*)::text as what from kernel_facts
    having count(*) <> (select coalesce(sum(length), 0) from kernel_fact_runs)`,
  ],
];

const stuck: typeof once = [
  [
    'job that has not ended',
    `select id || ' ' || state as what from compute_jobs where state not in ('done', 'failed')`,
  ],
  [
    'job that failed by our fault',
    `select id || ' ' || reason as what from compute_jobs
    where reason in ('isolation_failed', 'wait_limit')`,
  ],
  // A job whose hosts died three times is given up; its evaluation asks for another one.
  [
    'evaluation that failed by our fault',
    `select id || ' ' || reason_code as what from assurance_evaluations where reason_code in
      ('host_lost', 'isolation_failed', 'outputs_lost', 'job_refused', 'wait_limit')`,
  ],
  [
    'evaluation that has not ended',
    `select id || ' ' || state as what from assurance_evaluations
    where state not in ('done', 'failed', 'stopped')`,
  ],
  [
    'submission that is still evaluated',
    `select id as what from scenarios_submissions where state = 'evaluating'`,
  ],
  [
    'incident that nobody closed',
    `select id || ' ' || state as what from city_incidents where state <> 'closed'`,
  ],
  [
    'command without an end',
    `select id || ' ' || state as what from city_commands
    where state not in ('done', 'failed', 'expired', 'refused')`,
  ],
  [
    'rule that stands still',
    `select id || ': ' || error as what from city_rules where error is not null`,
  ],
  [
    'subscriber that stands still',
    `select subscriber || ': ' || error as what from kernel_fact_cursors where error is not null`,
  ],
  [
    'task that was given up',
    `select name || ' ' || output::text as what from pgboss.job where state = 'failed'`,
  ],
  ['task that nobody moved over', 'select name as what from kernel_tasks_early'],
];

/** Looks into the database once the platform has stopped. */
export async function whatIsTwiceOrStuck(place: {
  folder: string;
  databaseUrl?: string;
}): Promise<string[]> {
  const checks = [...once, ...stuck];
  const found = await queryStored(
    place,
    checks.map(([, statement]) => statement),
  );
  return checks.flatMap(([name], index) =>
    (found[index] ?? []).map(({ what }) => `${name}: ${what}`),
  );
}
