import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Platform, startPlatform } from './platform.ts';
import type { PlatformOptions } from './platform-options.ts';

const usage = `Starts the platform and runs until it is asked to end.

touyan start [--data DIR] [--port N] [--host ADDRESS] [--database-url URL] [--demonstration]
             [--witness-url URL --witness-key VKEY] [--origin NAME] [--log json|pretty|quiet]

  --data DIR          where everything is kept; ./data if not given
  --port N            7800 if not given; 0 for any free one
  --host ADDRESS      127.0.0.1 if not given; beyond this machine only on PostgreSQL
  --database-url URL  PostgreSQL, or DATABASE_URL; without it, the database on board
  --demonstration     personas may be entered with one click; on loopback only
  --witness-url URL   a witness that an outside party runs, with --witness-key; else one starts here
  --origin NAME       the log's name for its whole life, such as log.example.gov.cn; at the first start
  --options           lists the options of the modules, which are read from the environment
`;

/** `touyan start`. Resolves to the exit status once the platform has ended. */
export async function runServer(argv: string[]): Promise<number> {
  if (argv.includes('--options')) {
    console.log(await listOptions());
    return 0;
  }
  const options = readServerOptions(argv);
  if (typeof options === 'string') {
    console.log(options);
    return options === usage ? 0 : 2;
  }
  const platform = await startPlatform(options);
  announce(platform, options);
  await asked();
  await platform.stop();
  return 0;
}

/** The options, or a text to print instead. */
export function readServerOptions(argv: string[]): PlatformOptions | string {
  if (argv.includes('--help') || argv.includes('-h')) return usage;
  const { values } = parseArgs({
    args: argv,
    options: {
      data: { type: 'string', default: 'data' },
      port: { type: 'string', default: '7800' },
      host: { type: 'string', default: '127.0.0.1' },
      'database-url': { type: 'string' },
      demonstration: { type: 'boolean', default: false },
      'witness-url': { type: 'string' },
      'witness-key': { type: 'string' },
      origin: { type: 'string', default: 'touyan.local/log' },
      log: { type: 'string', default: process.stderr.isTTY ? 'pretty' : 'json' },
    },
  });
  const { 'witness-url': url, 'witness-key': vkey } = values;
  if (!/^\d{1,5}$/.test(values.port)) return `--port takes a number.\n\n${usage}`;
  if ((url === undefined) !== (vkey === undefined)) {
    return `--witness-url and --witness-key go together.\n\n${usage}`;
  }
  const format = (['json', 'pretty', 'quiet'] as const).find((name) => name === values.log);
  if (!format) return `--log is json, pretty or quiet.\n\n${usage}`;
  return {
    folder: resolve(values.data),
    port: Number(values.port),
    host: values.host,
    databaseUrl: values['database-url'] ?? process.env.DATABASE_URL ?? null,
    origin: values.origin,
    demonstration: values.demonstration,
    witness: url !== undefined && vkey !== undefined ? { url, vkey } : null,
    log: { level: 'info', format },
    environment: process.env,
  };
}

function announce(
  { address, operator, witness, kernel }: Platform,
  options: PlatformOptions,
): void {
  console.log(`Touyan 头雁 answers at ${address}`);
  console.log(`  data     ${options.folder}`);
  console.log(`  log      ${kernel.ledger.vkey}`);
  console.log(`  witness  ${witness.vkey}`);
  if (operator.password !== undefined) {
    console.log(`  operator ${operator.email}  one-time password ${operator.password}`);
    console.log(`  API key  ${options.folder}/operator-key (on this machine only)`);
  }
  if (kernel.db.engine === 'pglite') {
    console.log('  The database on board survives a crash of the process, not a loss of power.');
  }
}

// Knows every module, so it is loaded only here: a start opens the database before them.
async function listOptions(): Promise<string> {
  const { optionTables } = await import('./compose.ts');
  const lines = Object.values(optionTables).flatMap((table) =>
    Object.entries(table).map(([name, { summary }]) => `${name.padEnd(38)} ${summary}`),
  );
  return lines.join('\n');
}

function asked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve());
  });
}
