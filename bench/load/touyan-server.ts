import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { testDatabases } from '#kernel/testing.ts';
import { openTrialHouse } from '../../src/modules/serving/trials/testing-trials.ts';
import { type BenchModel, binaryRequest } from './bench-models.ts';

/** A server of ours in a process of its own, with one model on trial. */
export type BenchServer = { process: ChildProcess; port: number };

type Options = { engine: string; file: string; batchMax: number };

/** `core`: the processor that it is held to, with all its processes; null for any. Writes the request that it answers. */
export async function startTouyan(
  engine: string,
  model: BenchModel,
  { core, requestFile }: { core: number | null; requestFile: string },
): Promise<BenchServer> {
  const options: Options = { engine, file: model.file, batchMax: model.batchMax };
  const own = [process.execPath, fileURLToPath(import.meta.url), JSON.stringify(options)];
  const [command = '', ...argv] = core === null ? own : ['taskset', '-c', String(core), ...own];
  const server = spawn(command, argv, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const [line] = await once(server.stdout.setEncoding('utf8'), 'data');
  const { address, trialId } = JSON.parse(line);
  writeFileSync(requestFile, binaryRequest(`/v2/models/${trialId}/infer`, model));
  return { process: server, port: Number(new URL(address).port) };
}

const [, script, given] = process.argv;
if (script === fileURLToPath(import.meta.url) && given) await serve(JSON.parse(given));

async function serve({ engine, file, batchMax }: Options): Promise<void> {
  const database = testDatabases().find((one) => one.engine === engine);
  if (!database) throw new Error(`no ${engine}`);
  const house = await openTrialHouse(await database.open(), {
    serving: {
      SERVING_TRIAL_CALLS_PER_SECOND: 10_000_000,
      SERVING_MODEL_CALLS_WAITING_MAX: 10_000,
    },
  });
  const { trialId } = await house.trial(readFileSync(file), { batchMax });
  console.log(JSON.stringify({ address: house.address, trialId }));
  process.once('SIGTERM', () => void house.stop().then(() => process.exit(0)));
}
