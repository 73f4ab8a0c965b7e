import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import type { ServedRow } from './entities.ts';
import { buyer, type House, openHouse, operator, type TestProgram } from './testing.ts';

// Real programs of the example on the real engine, one in each language.

const example = fileURLToPath(new URL('../../../examples/sensor-anomaly', import.meta.url));
const rows = readFileSync(`${example}/data/multi-hop.csv`, 'utf8')
  .split('\n')
  .slice(2_300, 2_500)
  .map((line): ServedRow => {
    const [reading, mote_id, indoor, humidity, temperature] = line.split(',').map(Number);
    return {
      reading: reading!,
      mote_id: mote_id!,
      indoor: indoor!,
      humidity: humidity!,
      temperature: temperature!,
    };
  });
const program = (name: string, entry: string): TestProgram => ({
  files: { [entry]: readFileSync(`${example}/programs/${name}/${entry}`, 'utf8') },
  ...{ entry, environment: entry.endsWith('.py') ? 'python' : 'javascript', options: {} },
});

let db: Database;
let house: House;
beforeAll(async () => {
  db = openDatabase({ engine: 'pglite', folder: null });
  house = await openHouse(db, { isolation: 'bubblewrap' });
});
afterAll(async () => {
  await house?.stop();
  await db.close();
});

/** Processes of programs that this process has started, by what is read in /proc (proc_pid_stat(5)). */
function programProcesses(): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {}
  }
  const descends = (pid: number): boolean => {
    const parent = parents.get(pid) ?? 0;
    return parent === process.pid || (parent > 1 && descends(parent));
  };
  return [...parents.keys()].filter(descends);
}

async function replay(deploymentId: string) {
  const { replayId } = await house.serving.handlers.replayDeployment({ deploymentId }, operator);
  const query = { basis: replayId, limit: 100 };
  const { items } = await house.compute.handlers.listJobs(query, buyer);
  for (const { id } of items) await house.deliver(id);
  return house.serving.handlers.getReplay({ deploymentId, replayId }, operator);
}

it.each([
  ['robust-z-score', 'main.mjs'],
  ['kalman-python', 'main.py'],
])(
  '%s: kill -9 of the program loses and doubles nothing, and a replay is equal',
  async (...named) => {
    const { programId, deploymentId } = await house.deploy(program(...named));
    const basis = `agreement_${named[0]}`;
    await house.allow(programId, 1_000, basis);
    const answers = [];
    const killed: number[] = [];
    for (let at = 0; at < rows.length; at += 10) {
      const some = rows.slice(at, at + 10);
      const asked = house.ask(deploymentId, [], { rows: some, requestId: `from-${at}` });
      if (at === 50 || at === 120) {
        const alive = programProcesses();
        expect(alive.length).toBeGreaterThan(0);
        killed.push(...alive);
        for (const pid of alive) {
          try {
            process.kill(pid, 'SIGKILL');
          } catch {}
        }
      }
      answers.push(...(await asked).predictions);
    }
    expect(answers).toHaveLength(rows.length);
    expect(await house.serving.usageOf(basis)).toMatchObject({ calls: rows.length });
    const { health } = await house.serving.handlers.getDeployment({ deploymentId }, operator);
    expect(health).toMatchObject({ rowsAnswered: rows.length });
    expect(health.restarts).toBeGreaterThan(0);
    expect(programProcesses().filter((pid) => killed.includes(pid))).toEqual([]);
    const replayed = await replay(deploymentId);
    expect(replayed).toMatchObject({ state: 'done', sessions: 1, inputs: rows.length });
    expect(replayed.differences).toBe(0);
  },
  120_000,
);

it('a replay finds an answer that is not the one which the program gives', async () => {
  const counting = program('robust-z-score', 'main.mjs');
  const { programId, deploymentId } = await house.deploy(counting);
  await house.allow(programId, 100, 'agreement_changed');
  const { inferenceId } = await house.ask(deploymentId, [], { rows: rows.slice(0, 5) });
  await db.raw(
    `update serving_inferences set predictions = replace(predictions, '[0,', '[1,') where id = $1`,
    [inferenceId],
  );
  expect(await replay(deploymentId)).toMatchObject({ state: 'done', inputs: 5, differences: 5 });
}, 60_000);
