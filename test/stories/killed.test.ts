import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawKills, type KillRun, runWithKills, settled } from '../kill-run.ts';
import { readCheckpoint, readEntries } from '../log-entries.ts';
import {
  whatIsMissing,
  whatIsTwiceOrStuck,
  whatTheLogForgot,
  whatTheWitnessSaw,
} from '../whole.ts';

/**
 * The platform is killed (SIGKILL) right after it acknowledged a submission, while programs run, during the
 * public notice, twice during the live stream and at seeded moments, and its witness alone as well; each time it is started again
 * on the same folder. The main job ends well: nothing that a door had acknowledged is missing,
 * nothing took effect twice, nothing is stuck, and the log continues the one that was seen before.
 * `npm run soak` does the same for hours, with other seeds.
 */

const SEED = 2;

let place: string;
let folder: string;
let run: KillRun;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'touyan-killed-'));
  folder = join(place, 'data');
  const at = { victim: 'platform', delayMs: 0 } as const;
  run = await runWithKills({
    folder,
    json: join(place, 'result.json'),
    secondsMax: 600,
    say: (line) => console.log(line),
    kills: [
      { ...at, moment: { kind: 'acknowledged' } },
      { ...at, victim: 'witness', moment: { kind: 'evaluated', count: 2 } },
      ...drawKills(SEED, 2).map((kill) => ({ ...kill, victim: 'platform' as const })),
      { ...at, delayMs: 500, moment: { kind: 'state', state: 'notice' } },
      { ...at, moment: { kind: 'observations', count: 1500 } },
      { ...at, delayMs: 700, moment: { kind: 'observations', count: 4500 } },
    ],
  });
}, 660_000);
afterAll(async () => {
  await run?.running.kill();
  await rm(place, { recursive: true, force: true });
});

describe('a main job that was killed six times, and its witness once', () => {
  it('ended with its certificate and every submission', () => {
    const { submissions, winner, certificate } = run.result;
    expect(certificate.verified).toBe(true);
    expect(winner.score).toBeGreaterThan(0.8);
    const names = submissions.map(({ name }) => name);
    expect(names).toContain('fixed-threshold');
    expect(submissions.find(({ name }) => name === 'reads-the-future')?.status).toBe('failed');
    expect(submissions.filter(({ status }) => !['scored', 'failed'].includes(status))).toEqual([]);
  });

  it('stored each observation once, answered and counted each call once', () => {
    const { stream, replay, settlement } = run.result;
    expect(stream.observationsStored).toBe(stream.observationsSent);
    expect(stream.eventsFound).toBe(stream.eventsTrue);
    expect(replay.differences).toBe(0);
    // The trials of the stop call now and then a row of their own.
    expect(settlement.calls).toBeGreaterThanOrEqual(stream.observationsSent / 2);
    expect(settlement).toMatchObject({ entriesSum: 0, verified: true });
  });

  it('kept everything that it had acknowledged', async () => {
    expect(run.acknowledged.length).toBeGreaterThan(0);
    expect(await whatIsMissing(run)).toEqual([]);
  });

  it('kept its log: every checkpoint seen before a kill is of a beginning of it', async () => {
    expect(run.checkpoints).toHaveLength(6);
    expect(await whatTheLogForgot(run)).toEqual([]);
    const { size } = await readCheckpoint(run.address);
    const entries = await readEntries(run.address, size);
    expect(await whatTheWitnessSaw(folder, entries)).toEqual([]);
  });

  it('did nothing twice and left nothing behind', async () => {
    await settled(run.address, 120);
    await run.running.stop();
    expect(await whatIsTwiceOrStuck({ folder })).toEqual([]);
  }, 180_000);
});
