import process from 'node:process';
import { parseArgs } from 'node:util';
import { parseNoteKey } from '#verify/note.ts';
import { openWitnessKey, openWitnessState } from './witness-folder.ts';
import { startWitness } from './witness-server.ts';

// A witness of logs, as a process of its own: it cosigns a checkpoint only if the log grew from the
// one that it cosigned before, so that nobody is shown another log (https://c2sp.org/tlog-witness).

const usage = `Cosigns the checkpoints of logs that only grow.

witness --data DIR --name NAME --log VKEY [--log VKEY]... [--port N] [--host ADDRESS]
witness --data DIR --name NAME --print-key

  --data DIR      folder for its key, the last checkpoint of each log, and evidence of refused ones
  --name NAME     names its key when that is created
  --log VKEY      public key of a log that it may cosign
  --port N        0, if not given: any free one
  --host ADDRESS  127.0.0.1, if not given: reachable from this machine only
  --with-parent   ends when its standard input does: for a platform that starts its own witness
  --print-key     creates the key if there is none, writes the public key, and ends
`;

/** Runs the witness until the process is asked to end; resolves to the exit status. */
export async function runWitness(argv: readonly string[]): Promise<number> {
  try {
    await run(argv);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
}

async function run(argv: readonly string[]): Promise<void> {
  const { data, name, log, port, host, ...flags } = readArguments(argv);
  const { 'print-key': printKey, 'with-parent': withParent } = flags;
  if (data === undefined || (log.length === 0 && !printKey) || !/^\d{1,5}$/.test(port)) {
    throw new Error(`--data and --log are needed.\n\n${usage}`);
  }
  const signer = await openWitnessKey(data, name);
  process.stdout.write(`${signer.vkey}\n`);
  if (printKey) return;
  const logs = await Promise.all(log.map(parseNoteKey));
  const state = await openWitnessState(data);
  const witness = await startWitness({ port: Number(port), host }, { signer, logs, state });
  process.stdout.write(`listening at ${witness.address}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve());
    if (withParent) process.stdin.once('end', resolve).once('error', resolve).resume();
  });
  process.stdin.destroy();
  await witness.stop();
  await state.close();
}

function readArguments(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string' },
      name: { type: 'string', default: 'touyan-witness' },
      log: { type: 'string', multiple: true, default: [] },
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      'with-parent': { type: 'boolean', default: false },
      'print-key': { type: 'boolean', default: false },
    },
  }).values;
}

if (import.meta.main) process.exitCode = await runWitness(process.argv.slice(2));
