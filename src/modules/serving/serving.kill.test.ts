import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openDatabase } from '#kernel/db.ts';
import { openHouse, operator } from './testing.ts';

/**
 * A server is killed while calls come in on three sessions. What it has said it answered is in the journal
 * once, what it has not said may be; sent again, every call has one answer and counts once, and the program
 * goes on where the journal ends.
 */
test('kill -9 of the server loses no answer and doubles none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'touyan-serving-kill-'));
  const database = join(folder, 'database');
  const script = join(folder, 'killed.mjs');
  const here = (path: string) => new URL(path, import.meta.url).href;
  await writeFile(
    script,
    `import { writeSync } from 'node:fs';
     import { openDatabase } from '${here('../../kernel/db.ts')}';
     import { openHouse, summing } from '${here('./testing.ts')}';
     const say = (line) => writeSync(1, JSON.stringify(line) + '\\n');
     const db = openDatabase({ engine: 'pglite', folder: ${JSON.stringify(database)} });
     const house = await openHouse(db, { folder: ${JSON.stringify(folder)} });
     const { programId, deploymentId } = await house.deploy(summing);
     await house.allow(programId, 100000, 'agreement_1');
     say({ deploymentId });
     const stream = async (session) => {
       for (let n = 0; ; n += 1) {
         say({ session, sent: n });
         const { predictions } = await house.ask(deploymentId, [1], { session, requestId: 'n' + n });
         say({ session, n, score: predictions[0].score });
         answered += 1;
         if (answered === 90) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 3);
       }
     };
     let answered = 0;
     for (const session of ['a', 'b', 'c']) stream(session);`,
  );
  const run = promisify(execFile)(process.execPath, [script], { maxBuffer: 1e8 });
  const killed = await run.catch((error) => error);
  expect(killed.signal, killed.stderr).toBe('SIGKILL');
  type Said = { deploymentId: string; session: string; sent?: number; n?: number; score: number };
  const said: Said[] = killed.stdout
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line));
  const { deploymentId } = said[0]!;
  const sent = said.filter(({ sent }) => sent !== undefined);
  const answered = said.filter(({ n }) => n !== undefined);
  expect(answered.length).toBeGreaterThan(10);

  const db = openDatabase({ engine: 'pglite', folder: database });
  const house = await openHouse(db, { folder });
  try {
    const scores = new Map<string, number>();
    for (const { session, sent: n } of sent) {
      const asked = { session, requestId: `n${n}` };
      const { predictions } = await house.ask(deploymentId, [1], asked);
      scores.set(`${session} ${n}`, predictions[0]!.score);
    }
    for (const { session, n, score } of answered) expect(scores.get(`${session} ${n}`)).toBe(score);
    // Each answer counts on from the one before it: none is missing, and none was taken twice.
    for (const { session, sent: n } of sent) expect(scores.get(`${session} ${n}`)).toBe(n! + 1);
    expect(await house.serving.usageOf('agreement_1')).toMatchObject({ calls: sent.length });
    const { health } = await house.serving.handlers.getDeployment({ deploymentId }, operator);
    expect(health).toMatchObject({ rowsAnswered: sent.length, errors: 0 });
  } finally {
    await house.stop();
    await db.close();
    await rm(folder, { recursive: true });
  }
}, 120_000);
