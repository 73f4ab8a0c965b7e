import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import { createAccess } from '#kernel/access-engine.ts';
import { openFolderBlobs } from '#kernel/blobs-folder.ts';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { createFacts } from '#kernel/facts.ts';
import { createSubscribers, subscribersDefaults } from '#kernel/facts-subscribers.ts';
import { createIds, systemRandom } from '#kernel/ids.ts';
import { kernelContract } from '#kernel/kernel-contract.ts';
import { ledgerDefaults, openLedger } from '#kernel/ledger.ts';
import { createLive } from '#kernel/live.ts';
import { silentLog } from '#kernel/log.ts';
import { createMetrics } from '#kernel/metrics.ts';
import { migrate } from '#kernel/migrate.ts';
import { guard, type Kernel } from '#kernel/module.ts';
import { type Call, type Principal, serviceCall } from '#kernel/principal.ts';
import { openFileSigner } from '#kernel/signer.ts';
import { superviseServices } from '#kernel/supervisor.ts';
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
  const kernelFolder = fileURLToPath(new URL('../../kernel/migrations', import.meta.url));
  const sources = [casesSource, servingSource, citySource];
  const migrations = sources.map((source) => source.migrations);
  await migrate(db, [{ module: 'kernel', folder: kernelFolder }, ...migrations]);
  const folder = await mkdtemp(join(tmpdir(), 'touyan-city-'));
  const { kernel, move } = await openKernel(db, folder);
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
    hub: { readRevision: unused },
    compute: { openRowSession: unused, environmentDigest: unused, submit: unused },
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
  const running = run(kernel, [...cases.subscriptions, ...operations.subscriptions]);
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
    ...{ kernel, move, handlers, deployment, signals, notices, uses, operations },
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
      await rm(folder, { recursive: true });
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

async function openKernel(db: Database, folder: string) {
  let offset = 0;
  const clock = { now: () => new Date(Date.now() + offset) };
  const random = systemRandom;
  const ids = createIds({ clock, random });
  const sources = [casesSource, servingSource, citySource];
  const contracts = [kernelContract, ...sources.map(({ contract }) => contract)];
  const schemas = Object.assign({}, ...contracts.map((contract) => contract.facts));
  const facts = createFacts({ schemas }, { db, clock, ids, random });
  const metrics = createMetrics({ processMetrics: false });
  const log = silentLog();
  const signer = await openFileSigner({ file: join(folder, 'log'), name: 'test.example/log' });
  const ledger = await openLedger(
    { ...ledgerDefaults, intervalMs: 5, pollMs: 50 },
    { db, clock, signer, witnesses: [], facts, log, metrics },
  );
  const cedarTexts = sources.flatMap(({ cedar }) => (cedar ? [readFileSync(cedar, 'utf8')] : []));
  const declarations = {
    ...Object.assign({}, ...contracts.map((contract) => contract.permissions)),
    'test.party.write': { kind: 'write', resource: 'party', summary: 'act for a party' },
  };
  const access = createAccess({ declarations, cedarTexts }, { db, clock, ids, facts });
  const missing = (name: string): never => {
    throw new Error(`this kernel has no ${name}`);
  };
  const kernel: Kernel = {
    ...{ clock, random, ids, db, facts, ledger, access, log, metrics },
    live: createLive(),
    blobs: await openFolderBlobs({ folder: join(folder, 'blobs') }, { clock, random }),
    get tasks() {
      return missing('tasks');
    },
  };
  return {
    kernel,
    /** Moves the clock on by seconds. */
    move(seconds: number) {
      offset += seconds * 1_000;
    },
  };
}

function run(kernel: Kernel, subscriptions: Parameters<typeof createSubscribers>[1]) {
  const { db, clock, ledger, log, metrics } = kernel;
  const subscribers = createSubscribers(
    { ...subscribersDefaults, pollMs: 20, retryMsMin: 20 },
    subscriptions,
    { db, clock, ledger, log, metrics },
  );
  const controller = new AbortController();
  const services = [ledger.service, subscribers.service].map((service) =>
    service.run(controller.signal),
  );
  return {
    /** Lets every subscriber handle what there is. */
    async settle() {
      let size = -1;
      while (size !== (await ledger.size())) {
        size = await ledger.size();
        await ledger.integrate();
        await subscribers.settle(AbortSignal.timeout(10_000));
        await ledger.integrate();
      }
      const stuck = (await subscribers.states()).find(({ error }) => error !== null);
      if (stuck) throw new Error(`${stuck.name}: ${stuck.error}`);
    },
    async stop() {
      controller.abort();
      await Promise.all(services);
    },
  };
}

/** Somebody of an organisation, or with a role on the platform. */
export function callAs(
  id: string,
  organisation: string | null,
  roles: Principal['roles'] = [],
): Call {
  const memberships = organisation ? [{ organisation, role: 'administrator' as const }] : [];
  const principal: Principal = { id, kind: 'person', name: id, memberships, roles };
  return { ...serviceCall('test', new AbortController().signal), principal };
}

export const port = callAs('party_dispatcher', 'org_port');
export const colleague = callAs('party_colleague', 'org_port');
export const rival = callAs('party_rival', 'org_rival');
export const operator = callAs('party_operator', null, ['operator']);

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
