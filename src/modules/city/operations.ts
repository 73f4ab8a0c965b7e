import type { Handlers, Module } from '#kernel/module.ts';
import type { Service } from '#kernel/service.ts';
import { pause } from '#kernel/service.ts';
import type { CommandView } from './commands/command-entities.ts';
import * as commandStore from './commands/command-store.ts';
import { confirmCommand, refuseCommand } from './commands/decide-command.ts';
import { proposeCommand } from './commands/propose-command.ts';
import { listCommands, readCommand } from './commands/read-commands.ts';
import { createCommandSender } from './commands/send-commands.ts';
import { setCommandLimits } from './commands/set-limits.ts';
import type { operationsContract } from './contract-operations.ts';
import * as handling from './incidents/handle-incident.ts';
import { caseSubscription, createCaseSettler } from './incidents/incident-case.ts';
import { incidentProcedure } from './incidents/incident-course.ts';
import { listIncidents, readIncident } from './incidents/read-incidents.ts';
import { readCityMap } from './map/city-map.ts';
import { converted } from './map/coordinates.ts';
import { readMap, readOverview, setMapApproval } from './map/map-overview.ts';
import { createObservationRate } from './map/observation-rate.ts';
import { placeOf } from './observations-id.ts';
import type { OperationsOptions } from './operations-config.ts';
import { operationsErrors } from './operations-errors.ts';
import type { OperationsUses, Uses } from './operations-uses.ts';
import { dryRunRule } from './rules/dry-run.ts';
import { listRules, readRule } from './rules/read-rules.ts';
import { createRuleEngine } from './rules/rule-engine.ts';
import { createRule, setRuleState, updateRule } from './rules/write-rule.ts';

export type { OperationsUses } from './operations-uses.ts';

/** Cases that incidents open. */
export const cityProcedures = [incidentProcedure];

type OperationsHandlers = Handlers<(typeof operationsContract)['operations']>;
type Parts = { engine: { ring(): void }; sender: { ring(): void } };

/** Rules, incidents, commands and the map. */
export function createOperations(options: OperationsOptions, given: OperationsUses) {
  const uses: Uses = { ...given, options };
  const engine = createRuleEngine(uses);
  const sender = createCommandSender(uses);
  const map = mapHandlers(uses);
  const handlers: OperationsHandlers = {
    ...ruleHandlers(uses, { engine, sender }),
    ...incidentHandlers(uses),
    ...commandHandlers(uses, { engine, sender }),
    ...map.handlers,
  };
  return {
    handlers,
    doors: [],
    services: [engine, sender, createCaseSettler(uses), map.service],
    subscriptions: [caseSubscription(uses)],
  } satisfies Pick<Module, 'doors' | 'services' | 'subscriptions'> & Record<string, unknown>;
}

function ruleHandlers(uses: Uses, { engine }: Parts) {
  return {
    async createRule(input, call) {
      const ruleId = await createRule(input, uses, call);
      engine.ring();
      return readRule(ruleId, uses);
    },
    async updateRule(input, call) {
      await updateRule(input, uses, call);
      engine.ring();
      return readRule(input.ruleId, uses);
    },
    async setRuleState(input, call) {
      await setRuleState(input, uses, call);
      engine.ring();
      return readRule(input.ruleId, uses);
    },
    listRules: (input, call) => listRules(input, uses, call),
    getRule: ({ ruleId }) => readRule(ruleId, uses),
    dryRunRule: (input) => dryRunRule(input, uses),
  } satisfies Partial<OperationsHandlers>;
}

function incidentHandlers(uses: Uses) {
  return {
    listIncidents: (input, call) => listIncidents(input, uses, call),
    getIncident: ({ incidentId }, call) => readIncident(incidentId, uses, call),
    async acknowledgeIncident({ incidentId }, call) {
      await handling.acknowledgeIncident(incidentId, uses, call);
      return readIncident(incidentId, uses, call);
    },
    async assignIncident(input, call) {
      await handling.assignIncident(input, uses, call);
      return readIncident(input.incidentId, uses, call);
    },
    async commentIncident(input, call) {
      await handling.commentIncident(input, uses, call);
      return readIncident(input.incidentId, uses, call);
    },
    async resolveIncident(input, call) {
      await handling.resolveIncident(input, uses, call);
      return readIncident(input.incidentId, uses, call);
    },
    async closeIncident({ incidentId }, call) {
      await handling.closeIncident(incidentId, uses, call);
      return readIncident(incidentId, uses, call);
    },
    async reopenIncident(input, call) {
      await handling.reopenIncident(input, uses, call);
      return readIncident(input.incidentId, uses, call);
    },
  } satisfies Partial<OperationsHandlers>;
}

function commandHandlers(uses: Uses, { sender }: Parts) {
  const { kernel } = uses;
  return {
    async getCommandLimits({ thingId }) {
      return { thingId, ...(await commandStore.readLimits(kernel.db.read, thingId)) };
    },
    async setCommandLimits(input, call) {
      return { thingId: input.thingId, ...(await setCommandLimits(input, uses, call)) };
    },
    proposeCommand: (input, call) => propose(input, uses, call),
    async confirmCommand({ commandId }, call) {
      await confirmCommand(commandId, uses, call);
      sender.ring();
      return readCommand(commandId, uses, call);
    },
    async refuseCommand(input, call) {
      await refuseCommand(input, uses, call);
      return readCommand(input.commandId, uses, call);
    },
    listCommands: (input, call) => listCommands(input, uses, call),
    getCommand: ({ commandId }, call) => readCommand(commandId, uses, call),
  } satisfies Partial<OperationsHandlers>;
}

type ProposeInput = Parameters<OperationsHandlers['proposeCommand']>[0];
type ProposeCall = Parameters<OperationsHandlers['proposeCommand']>[1];

async function propose(
  { incidentId, ...input }: ProposeInput,
  uses: Uses,
  call: ProposeCall,
): Promise<CommandView> {
  const { kernel, things } = uses;
  if (incidentId !== undefined) {
    const resource = { type: 'city.incident', id: incidentId };
    await kernel.access.require(call.principal, 'city.incident.read', resource);
  }
  const thing = (await things.find([input.thingId])).get(input.thingId);
  if (!thing) throw new Error(`${input.thingId} may be written to and is not there`);
  const proposal = { ...input, ownerId: thing.ownerId, incidentId: incidentId ?? null };
  const row = await kernel.db.transaction((tx) => proposeCommand(tx, proposal, uses, call));
  if (row.state === 'refused' && row.confirmed_at === null) {
    const problem = row.problem ?? '';
    throw operationsErrors.make.command_beyond_limits({ problem, commandId: row.id });
  }
  return readCommand(row.id, uses, call);
}

const RATE_MS = 1_000;

function mapHandlers(uses: Uses) {
  const { kernel, things } = uses;
  const map = readCityMap();
  const rate = createObservationRate();
  const service: Service = {
    name: 'city.observation-rate',
    async run(signal) {
      while (!signal.aborted) {
        const last = await things.lastStoredId();
        const place = last === null ? 0 : (placeOf(last) ?? 0);
        rate.see(place, kernel.clock.now().getTime());
        await pause(RATE_MS, signal);
      }
    },
  };
  const handlers = {
    getMap: () => readMap(map, uses),
    mapOverview({ coordinateSystem }, call) {
      const observationsMinute = rate.lastMinute(kernel.clock.now().getTime());
      return readOverview(map, { observationsMinute, coordinateSystem }, uses, call);
    },
    convertPlace: async ({ from, to, ...place }) => ({
      ...converted(place, from, to),
      coordinateSystem: to,
    }),
    async setMapApproval({ number }, call) {
      await setMapApproval(number, uses, call);
      return readMap(map, uses);
    },
  } satisfies Partial<OperationsHandlers>;
  return { service, handlers };
}
