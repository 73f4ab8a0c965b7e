import mqtt from 'mqtt';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { guard } from '#kernel/module.ts';
import { superviseServices } from '#kernel/supervisor.ts';
import { callAs } from '#kernel/testing-calls.ts';
import { movableClock, openTestKernel, runSubscribers } from '#kernel/testing-kernel.ts';
import { casesSource, createCases } from '#modules/cases';
import { createServing, servingOptions, servingSource } from '#modules/serving';
import { cityContract } from './contract.ts';
import { citySource } from './index.ts';
import { cityProcedures, createOperations } from './operations.ts';
import type { Uses } from './operations-uses.ts';
import { createRuleEngine } from './rules/rule-engine.ts';
import type { RuleDocument } from './rules/rule-entities.ts';
import { testOptions } from './testing-things.ts';
import { createThings } from './things.ts';
import { thingDraft } from './things-entities.ts';

type InferRequest = Parameters<Uses['serving']['infer']>[0];

/**
 * The whole room with real things, cases, stops, ledger and access. Of what stands beside it: a program that flags
 * humidity above 50, which remembers what it was asked, and a governance that remembers what it was told.
 */
export async function openCity(db: Database) {
  const clock = movableClock();
  const { kernel, close } = await openTestKernel(db, {
    sources: [casesSource, servingSource, citySource],
    ...{ clock, ledger: true, blobs: true },
  });
  const notices: string[] = [];
  const notify: Uses['notify'] = async (_tx, notice) => notices.push(notice.kind);
  const partyNames = async (ids: readonly string[]) =>
    new Map(ids.map((id) => [id, `name of ${id}`]));
  const cases = createCases(
    { procedures: cityProcedures, objectionsOpenMax: 3 },
    { kernel, notify, partyNames },
  );
  const unused = () => Promise.reject(new Error('nothing is deployed here'));
  const serving = createServing(readOptions(servingOptions, {}), {
    kernel,
    hub: {
      ...{ readRevision: unused, inspectionsOf: unused },
      handlers: { getRepository: unused, getRevision: unused },
    },
    compute: {
      ...{ openRowSession: unused, openModelSession: unused, openTaskSession: unused },
      ...{ environmentDigest: unused, submit: unused },
    },
  });
  const deployment = createDeployment();
  const signals: { deploymentId: string }[] = [];
  const options = testOptions({ CITY_RULE_INTERVAL_MS: 10, CITY_COMMAND_RESEND_SECONDS: 1 });
  const authenticate = () => Promise.reject(kernelErrors.make.not_signed_in());
  const things = createThings(options, { kernel, authenticate, partyNames });
  const uses: Uses = {
    ...{ kernel, cases, notify, partyNames, options, things: things.seam },
    serving: { infer: deployment.infer, stops: serving.stops },
    governance: { recordSignal: async (_tx, signal) => void signals.push(signal) },
  };
  const operations = createOperations(options, uses);
  const handlers = guard(cityContract, kernel.access, {
    ...things.handlers,
    ...operations.handlers,
  });
  await db.transaction(async (tx) => {
    for (const id of ['org_port', 'org_rival']) {
      await kernel.access.register(tx, { type: 'party', id, owner: id, audience: 'members' });
    }
  });
  const subscriptions = [...cases.subscriptions, ...operations.subscriptions];
  const running = runSubscribers(kernel, subscriptions, [kernel.ledger.service]);
  const supervised = superviseServices(things.services, kernel);
  const clients: mqtt.MqttClient[] = [];
  const mqttUrl = async () => {
    for (;;) {
      const { address } = (await handlers.getCityStatus({}, port)).mqtt;
      if (address) return address;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    ...{ kernel, move: clock.move, handlers, deployment, signals, notices, uses, operations },
    cases: cases.handlers,
    stops: serving.stops,
    settle: running.settle,
    /** A rule engine of its own, as another server has one. */
    engine: (changes: Partial<Uses> = {}) => createRuleEngine({ ...uses, ...changes }),
    /** A thing of the port with two datastreams, and how it sends. */
    async thing(name: string, more: object = {}) {
      const datastreams = ['humidity', 'temperature'].map((each) => ({
        ...{ name: each, sensor: { name: 'SHT' } },
        observedProperty: { name: each, definition: `https://example.org/${each}` },
      }));
      const draft = { ownerId: 'org_port', name, datastreams, ...place, ...more };
      const thing = await handlers.createThing(thingDraft.parse(draft), port);
      const { username, key: password } = thing.access;
      const client = await mqtt.connectAsync(await mqttUrl(), {
        ...{ username, password, reconnectPeriod: 0 },
      });
      clients.push(client);
      const streams = new Map(thing.datastreams.map((each) => [each.name, each.datastreamId]));
      return {
        ...{ thingId: thing.thingId, client },
        async send(values: { humidity?: number; temperature?: number }, at: Date, row = 0) {
          const sent = Object.entries(values).map(([each, result]) => {
            const topic = `v1.1/Datastreams(${streams.get(each)})/Observations`;
            const body = { result, phenomenonTime: at.toISOString(), parameters: { row } };
            return client.publishAsync(topic, JSON.stringify(body), { qos: 1 });
          });
          await Promise.all(sent);
        },
      };
    },
    async close() {
      await Promise.all(clients.map((client) => client.endAsync(true)));
      await supervised.stop(5_000);
      await running.stop();
      await db.close();
      await close();
    },
  };
}

export type OpenCity = Awaited<ReturnType<typeof openCity>>;

const place = { district: '310104', location: { longitude: 121.43, latitude: 31.18 } };

/** Flags humidity above 50. `fail` lets the next answer be lost on its way, as when a server is killed. */
function createDeployment() {
  const asked = new Map<string, InferRequest>();
  const deployment = {
    asked,
    fail: false,
    async infer(request: InferRequest) {
      const before = asked.get(request.requestId);
      if (before && JSON.stringify(before.rows) !== JSON.stringify(request.rows)) {
        throw new Error(`${request.requestId} asks something else`);
      }
      asked.set(request.requestId, request);
      if (deployment.fail) {
        deployment.fail = false;
        throw new Error('the answer was lost');
      }
      const predictions = request.rows.map(({ humidity }) => {
        const flag: 0 | 1 = typeof humidity === 'number' && humidity > 50 ? 1 : 0;
        return { flag, score: flag };
      });
      return { inferenceId: request.requestId, predictions };
    },
  };
  return deployment;
}

export const port = callAs('party_dispatcher', { administratorOf: 'org_port' });
export const colleague = callAs('party_colleague', { administratorOf: 'org_port' });
export const rival = callAs('party_rival', { administratorOf: 'org_rival' });
export const operator = callAs('party_operator', { roles: ['operator'] });

export function ruleOf(change: Partial<RuleDocument> = {}): RuleDocument {
  return {
    ...{ title: { zh: '湿度过高', en: 'Too humid' }, thingIds: [], forReadings: 1 },
    condition: { kind: 'threshold', property: 'humidity', operator: 'above', value: 50 },
    ...{ severity: 'major', cooldownSeconds: 0, command: null, ...change },
  };
}

export const fanLimits = [
  {
    ...{ name: 'fan', parameters: { speed: { min: 0, max: 3 } }, perHourMax: 2 },
    ...{ twoPersons: false, expiresSeconds: 600 },
  },
];
