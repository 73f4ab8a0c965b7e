import type { AccessEngine } from './access-engine.ts';
import { accessHandlers } from './access-module.ts';
import { kernelErrors } from './errors.ts';
import { eventsDoor } from './events-door.ts';
import type { Subscribers } from './facts-subscribers.ts';
import { kernelContract } from './kernel-contract.ts';
import { ledgerDoors } from './ledger-doors.ts';
import { guard, type Handlers, type Kernel, type Module } from './module.ts';
import type { PlatformRole } from './principal.ts';
import { statusDoors } from './status-doors.ts';

export type KernelModuleOptions = {
  version: string;
  demonstration: boolean;
  /** The OpenAPI document of every contract. */
  describeApi(): Promise<object>;
  /** Names of services that are down just now. */
  failing(): readonly string[];
  writeBackup(): Promise<{ file: string; tables: number; rows: number }>;
};

type Uses = Kernel & { access: AccessEngine; subscribers: () => Subscribers };

/** A body can tell more than its reader may know: a score on hidden data, to its last digit. */
const auditing = new Set<PlatformRole>(['auditor', 'audit_administrator']);

/** The kernel as a module of the platform: ledger, facts, access, events, health, metrics. */
export function createKernelModule(options: KernelModuleOptions, uses: Uses): Module {
  const { access, ledger, facts, db, clock } = uses;
  const startedAt = clock.now().toISOString();
  const handlers: Handlers<typeof kernelContract.operations> = {
    ...accessHandlers(uses),
    getPlatform: async () => ({
      name: 'Touyan 头雁',
      version: options.version,
      demonstration: options.demonstration,
      engine: db.engine,
      durability: db.engine === 'pglite' ? 'process_crash' : 'power_loss',
      startedAt,
    }),
    async getLedger() {
      const { size, cosignedSize, checkpoint, witnesses, fault } = await ledger.status();
      const states = await uses.subscribers().states();
      return {
        origin: ledger.origin,
        logKey: ledger.vkey,
        witnesses: witnesses.map(({ name, problem }, place) => ({
          name,
          key: ledger.witnessKeys[place] ?? '',
          problem,
        })),
        size,
        cosignedSize,
        checkpoint,
        fault,
        subscribers: states.map(({ name, lag, error }) => ({ name, lag, error })),
      };
    },
    async listFacts({ subjectType, subject, before, limit }, call) {
      const permission = readPermission(access, subjectType);
      if (!permission) throw kernelErrors.make.missing({ id: subjectType });
      await access.require(call.principal, permission, { type: subjectType, id: subject });
      const page = { limit: limit + 1, ...(before === undefined ? {} : { before }) };
      const rows = await facts.about(subject, page);
      const audits = call.principal.roles.some((role) => auditing.has(role));
      const items = rows.slice(0, limit).map((fact) => ({
        ...fact,
        body: audits ? fact.body : null,
      }));
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    createBackup: () => options.writeBackup(),
  };
  return {
    contract: kernelContract,
    handlers: guard(kernelContract, access, handlers),
    doors: [
      ...ledgerDoors(ledger),
      ...statusDoors({ ...options, db, metrics: uses.metrics }),
      eventsDoor({
        live: uses.live,
        access,
        now: () => clock.now(),
        readPermission: (type) => readPermission(access, type),
      }),
    ],
    services: [access.decisions.service, ledger.service],
    subscriptions: [],
  };
}

/** The permission of kind `read` on a type of resource: by convention `<type>.read`. */
function readPermission(access: AccessEngine, type: string): string | null {
  const permission = `${type}.read`;
  return access.declarations[permission]?.resource === type ? permission : null;
}
