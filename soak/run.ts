/**
 * Kills the platform and its witness at seeded random moments of the main job, again and again, and checks
 * each time that nothing acknowledged is missing, nothing happened twice, nothing is stuck and the log
 * only grew.
 *
 *   npm run soak -- [--seeds N] [--from SEED] [--minutes M] [--kills N]
 *
 * Every run prints its seed; `--from SEED --seeds 1` repeats one. Exit status 1 if any failed. With
 * DATABASE_URL_TEST, every second run is on PostgreSQL.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freshDatabase, postgresUrl } from '../test/fresh-database.ts';
import { drawKills, type KillRun, runWithKills, settled } from '../test/kill-run.ts';
import { whatIsMissing, whatIsTwiceOrStuck, whatTheLogForgot } from '../test/whole.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    from: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '600' },
    kills: { type: 'string', default: '4' },
  },
});
const [seeds, from, minutes, kills] = [values.seeds, values.from, values.minutes, values.kills].map(
  Number,
) as [number, number, number, number];
const RUN_SECONDS_MAX = 1200;

const until = Date.now() + minutes * 60_000;
const failed: number[] = [];
let runs = 0;
for (let seed = from; seed < from + seeds && Date.now() < until; seed += 1) {
  runs += 1;
  const began = performance.now();
  const wrong = await soak(seed).catch((error: unknown) => [String(error)]);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`seed ${seed}: ${wrong.length === 0 ? 'whole' : 'FAILED'} after ${seconds} s`);
  for (const sentence of wrong) console.log(`  ${sentence}`);
  if (wrong.length > 0) failed.push(seed);
}
console.log(`${runs} runs, ${failed.length} failed ${failed.join(' ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function soak(seed: number): Promise<string[]> {
  const place = await mkdtemp(join(tmpdir(), `touyan-soak-${seed}-`));
  const folder = join(place, 'data');
  const database = postgresUrl && seed % 2 === 0 ? await freshDatabase(postgresUrl) : null;
  const on = database ? { databaseUrl: database.url } : {};
  const drawn = drawKills(seed, 1 + (seed % kills));
  console.log(`seed ${seed}: ${drawn.length} kills on ${database ? 'PostgreSQL' : 'PGlite'}`);
  let run: KillRun | null = null;
  try {
    run = await runWithKills({
      folder,
      json: join(place, 'result.json'),
      kills: drawn,
      secondsMax: RUN_SECONDS_MAX,
      say: (line) => console.log(`  ${line}`),
      ...on,
    });
    await settled(run.address, RUN_SECONDS_MAX);
    const seen = [...(await whatIsMissing(run)), ...(await whatTheLogForgot(run))];
    await run.running.stop();
    const stored = await whatIsTwiceOrStuck({ folder, ...on });
    return [...seen, ...stored];
  } finally {
    await run?.running.kill();
    await database?.drop();
    await rm(place, { recursive: true, force: true });
  }
}
