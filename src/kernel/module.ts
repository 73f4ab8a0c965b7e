import type { InferSchemaInput, InferSchemaOutput } from '@orpc/contract';
import type * as z from 'zod';
import type { Access } from './access.ts';
import type { Blobs } from './blobs.ts';
import type { Clock } from './clock.ts';
import type { ModuleContract, Operation } from './contract.ts';
import type { Database } from './db.ts';
import type { Door } from './door.ts';
import { kernelErrors } from './errors.ts';
import type { Facts } from './facts.ts';
import type { Subscription } from './facts-subscribers.ts';
import type { Ids, Random } from './ids.ts';
import type { Ledger } from './ledger.ts';
import type { Live } from './live.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { MigrationSource } from './migrate.ts';
import type { Call } from './principal.ts';
import type { Service } from './service.ts';
import type { Tasks } from './tasks.ts';

/** What the kernel hands to every module. */
export type Kernel = {
  clock: Clock;
  ids: Ids;
  random: Random;
  db: Database;
  facts: Facts;
  ledger: Ledger;
  access: Access;
  blobs: Blobs;
  tasks: Tasks;
  live: Live;
  log: Log;
  metrics: Metrics;
};

type InputOf<Item> = Item extends { '~orpc': { inputSchema?: infer Schema } }
  ? Schema extends z.ZodType
    ? InferSchemaOutput<Schema>
    : never
  : never;
type OutputOf<Item> = Item extends { '~orpc': { outputSchema?: infer Schema } }
  ? Schema extends z.ZodType
    ? InferSchemaInput<Schema>
    : never
  : never;

/** The handlers of a contract: parsed input and the call in, the answer out. */
export type Handlers<Operations extends Record<string, Operation>> = {
  [Name in keyof Operations]: (
    input: InputOf<Operations[Name]>,
    call: Call,
  ) => Promise<OutputOf<Operations[Name]>>;
};

/** A module as `compose.ts` sees it. */
export type Module = {
  contract: ModuleContract;
  /** Checked handlers: access has been asked before any of them runs. */
  handlers: Handlers<Record<string, Operation>>;
  /** Ways in beside its operations: streams, uploads, a standard's endpoints. */
  doors: readonly Door[];
  services: readonly Service[];
  subscriptions: readonly Subscription[];
};

/** The static half of a module, known before anything runs. */
export type ModuleSource = {
  contract: ModuleContract;
  migrations: MigrationSource;
  cedar: URL | null;
};

/**
 * Puts the access question of each operation before its handler. Doors and other modules get only the
 * result, so no way leads around it. A permission of kind `open` is not asked; `member` asks for a
 * sign-in only.
 */
export function guard<const Contract extends ModuleContract>(
  contract: Contract,
  access: Access,
  handlers: Handlers<Contract['operations']>,
): Handlers<Contract['operations']> {
  const guarded = Object.entries(contract.operations).map(([name, { '~orpc': definition }]) => {
    const { permission, resourceKey } = definition.meta;
    const declaration = contract.permissions[permission];
    if (!declaration)
      throw new Error(`${contract.name}.${name} names the undeclared ${permission}`);
    const handler = handlers[name];
    if (!handler) throw new Error(`${contract.name}.${name} has no handler`);
    const checked = async (input: Record<string, unknown>, call: Call) => {
      if (declaration.kind !== 'open') {
        await access.require(
          call.principal,
          permission,
          resourceOf(declaration.resource, resourceKey, input),
        );
      }
      return handler(input as never, call);
    };
    return [name, checked] as const;
  });
  return Object.fromEntries(guarded) as unknown as Handlers<Contract['operations']>;
}

function resourceOf(type: string | null, key: string | null, input: Record<string, unknown>) {
  if (type === null || key === null) return null;
  const value = input[key];
  if (typeof value !== 'string') {
    throw kernelErrors.make.invalid_input({ problem: `${key} is missing` });
  }
  return { type, id: value };
}
