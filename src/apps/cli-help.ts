import type { OperationCommand } from './cli-operations.ts';

type Help = {
  commands: Readonly<Record<string, { summary: string }>>;
  operations: readonly OperationCommand[];
  asked: string;
  known: boolean;
};

const intro = `Touyan 头雁: the operating platform of a city's AI commons

  touyan <command> [options]
  touyan <module> <operation> [options]     --help with any of them says more

Every operation takes
  --server ADDRESS   http://127.0.0.1:7800 if not given, or TOUYAN_SERVER
  --key KEY          an API key, or TOUYAN_KEY; --data DIR takes the one of a platform on this machine
  --json             the answer as JSON, for scripts
`;

/** Help as asked; for a word that means nothing, says so on standard error and gives 2. */
export function printHelp(help: Help): number {
  const { asked, commands, operations, known } = help;
  if (!known) {
    console.error(`touyan knows no '${asked}'. 'touyan help' lists what it knows.`);
    return 2;
  }
  if (asked === '--version') {
    console.log(process.env.npm_package_version ?? '0.1.0');
    return 0;
  }
  const own = operations.filter(({ module }) => module === asked);
  const rows = (own.length > 0 ? own : operations).map(
    ({ module, name, summary }) => `  ${`${module} ${name}`.padEnd(38)} ${summary}`,
  );
  if (own.length > 0) {
    console.log(rows.join('\n'));
    return 0;
  }
  const heads = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`,
  );
  console.log(`${intro}\nCommands\n${heads.join('\n')}\n\nOperations\n${rows.join('\n')}`);
  return 0;
}
