import { ORPCError } from '@orpc/client';
import { createClient } from '#kernel/client.ts';
import { categories } from '#kernel/errors.ts';
import { takeConnection } from './cli-connection.ts';
import { describeCommand, type OperationCommand, readInput } from './cli-operations.ts';
import { printAnswer } from './cli-print.ts';
import { contracts } from './contracts.ts';

/** Calls one operation. Exit status: 0, or that of the error's category (see the kernel's errors). */
export async function runOperation(command: OperationCommand, argv: string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    console.log(describeCommand(command));
    return 0;
  }
  const asJson = argv.includes('--json');
  const plain = argv.filter((argument) => argument !== '--json');
  const { connection, rest } = await takeConnection(plain);
  let input: Record<string, unknown>;
  try {
    input = readInput(command, rest);
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : error}\n\n${describeCommand(command)}`,
    );
    return categories.invalid.exit;
  }
  const client: Record<string, Record<string, (input: unknown) => Promise<unknown>>> = createClient(
    contracts,
    connection,
  ) as never;
  try {
    const answer = await client[command.module]?.[command.key]?.(input);
    printAnswer(answer, asJson);
    return 0;
  } catch (error) {
    return printFailure(error, connection.address, asJson);
  }
}

/** Says what happened and what to do; gives the exit status. */
export function printFailure(error: unknown, address: string, asJson: boolean): number {
  if (!(error instanceof ORPCError)) {
    console.error(`${address} does not answer. Start the platform with 'touyan start', or name
another with --server. (${error instanceof Error ? error.message : error})`);
    return categories.unavailable.exit;
  }
  if (asJson)
    console.log(JSON.stringify({ code: error.code, message: error.message, data: error.data }));
  else console.error(`${error.message} [${error.code}]`);
  const category = Object.values(categories).find(({ http }) => http === error.status);
  return category?.exit ?? 1;
}
