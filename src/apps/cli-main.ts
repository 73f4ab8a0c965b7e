import { readFile } from 'node:fs/promises';
import { categories, Failure } from '#kernel/errors.ts';
import { printHelp } from './cli-help.ts';
import { operationCommands } from './cli-operations.ts';
import { runOperation } from './cli-run.ts';
import { contracts } from './contracts.ts';

/** A command of its own, beside the operations. Loaded only when it is called. */
const commands: Record<string, { summary: string; run(argv: string[]): Promise<number> }> = {
  start: {
    summary: 'Start the platform: start --data DIR --port N',
    run: async (argv) => (await import('./server.ts')).runServer(argv),
  },
  demo: {
    summary: 'Watch the main job: demo [--once --json FILE]',
    run: async (argv) => (await import('./demo.ts')).runDemo(argv),
  },
  verify: {
    summary: 'Check a certificate, leaderboard or receipt: verify FILE',
    run: async (argv) => runVerifyHere(argv),
  },
  witness: {
    summary: 'Run a witness of the log: witness --data DIR --port N --log VKEY',
    run: async (argv) => (await import('./witness.ts')).runWitness(argv),
  },
  upload: {
    summary: 'Publish a folder as a revision: upload REPOSITORY FOLDER',
    run: async (argv) => (await import('./cli-hub.ts')).runUpload(argv),
  },
  download: {
    summary: 'Fetch a revision: download REPOSITORY [REVISION] --to FOLDER',
    run: async (argv) => (await import('./cli-hub.ts')).runDownload(argv),
  },
  algorithms: {
    summary: 'Algorithms that ship: algorithms list; algorithms publish [NAME…] --owner ORG',
    run: async (argv) => (await import('./cli-algorithms.ts')).runAlgorithms(argv),
  },
  backup: {
    summary: 'Write database, objects and keys into one file: backup --data DIR --to FILE',
    run: async (argv) => (await import('./backup.ts')).runBackup(argv),
  },
  restore: {
    summary: 'Lay a backup out in a new folder: restore --from FILE --data DIR',
    run: async (argv) => (await import('./backup.ts')).runRestore(argv),
  },
  upgrade: {
    summary: 'Back up, then bring the database to this version: upgrade --data DIR',
    run: async (argv) => (await import('./backup.ts')).runUpgrade(argv),
  },
};

async function runVerifyHere(argv: string[]): Promise<number> {
  const { runVerify } = await import('#verify/run-verify.ts');
  return runVerify(argv, {
    readFile,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

async function main(argv: string[]): Promise<number> {
  const [first = 'help', ...rest] = argv;
  const own = commands[first];
  if (own) return own.run(rest);
  const all = operationCommands(Object.values(contracts));
  const command = all.find(({ module, name }) => module === first && name === rest[0]);
  if (command) return runOperation(command, rest.slice(1));
  const known = ['help', '--help', '-h', '--version', ...all.map(({ module }) => module)];
  return printHelp({ commands, operations: all, asked: first, known: known.includes(first) });
}

/** Says what happened without the stack that is no help to a user; a broken invariant shows it. */
function statusAfter(error: unknown): number {
  if (error instanceof Failure) {
    console.error(error.message);
    return categories[error.category].exit;
  }
  const isPlain = error instanceof Error && (error.constructor === Error || 'syscall' in error);
  const misused =
    error instanceof Error && 'code' in error && /^ERR_PARSE_ARGS/.test(`${error.code}`);
  console.error(isPlain || misused ? error.message : error);
  return misused ? categories.invalid.exit : 1;
}

// What was begun before an error, a database or a witness, must not keep the process.
process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) =>
  process.exit(statusAfter(error)),
);
