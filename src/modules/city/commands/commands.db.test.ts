import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceCall } from '#kernel/principal.ts';
import { testDatabases } from '#kernel/testing.ts';
import {
  colleague,
  fanLimits,
  type OpenCity,
  openCity,
  operator,
  port,
  rival,
  ruleOf,
} from '../testing-operations.ts';
import { expireCommands } from './send-commands.ts';

/** What commands and the map promise, with a thing that listens by MQTT: see README.md, "What holds". */

describe.each(testDatabases())('commands on $engine', ({ open }) => {
  let city: OpenCity;
  let name = 0;
  let stopSender: () => Promise<void>;
  beforeAll(async () => {
    city = await openCity(await open());
    const controller = new AbortController();
    const sender = city.operations.services.find((service) => service.name === 'city.commands');
    const running = sender!.run(controller.signal);
    stopSender = async () => {
      controller.abort();
      await running;
    };
  });
  afterAll(async () => {
    await stopSender?.();
    await city?.close();
  });

  /** A thing with a fan, and what it has received. */
  async function fan(limits = fanLimits) {
    name += 1;
    const thing = await city.thing(`fan ${name}`);
    const { thingId, client } = thing;
    await city.handlers.setCommandLimits({ thingId, version: 0, limits }, port);
    const received: { commandId: string; name: string; parameters: unknown }[] = [];
    client.on('message', (_topic, body) => received.push(JSON.parse(body.toString())));
    await client.subscribeAsync(`v1.1/Things(${thingId})/commands`, { qos: 1 });
    const acknowledge = (message: object) =>
      client.publishAsync(
        `v1.1/Things(${thingId})/commands/acknowledgements`,
        JSON.stringify(message),
        { qos: 1 },
      );
    return { ...thing, received, acknowledge };
  }
  let keys = 0;
  const proposal = (thingId: string, speed: number | string, more: object = {}) => {
    keys += 1;
    const idempotencyKey = `key-${keys}`;
    return {
      ...{ thingId, name: 'fan', parameters: { speed }, reason: 'Too humid', idempotencyKey },
      ...more,
    };
  };
  const stateOf = async (commandId: string) =>
    (await city.handlers.getCommand({ commandId }, port)).state;
  const facts = async (commandId: string) =>
    (await city.kernel.facts.about(commandId, { limit: 20 }))
      .reverse()
      .map(({ kind, actor }) => `${kind.slice('city.command_'.length)} ${actor}`);
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 1_300));

  it('sends what a person confirmed, and follows it to its end', async () => {
    const { thingId, received, acknowledge } = await fan();
    const input = proposal(thingId, 2);
    const { commandId, mayConfirm } = await city.handlers.proposeCommand(input, port);
    expect(mayConfirm).toBe(true);
    expect((await city.handlers.proposeCommand(input, port)).commandId).toBe(commandId);
    await city.handlers.confirmCommand({ commandId }, colleague);
    await city.handlers.confirmCommand({ commandId }, colleague);
    await expect.poll(() => stateOf(commandId), { timeout: 10_000 }).toBe('delivered');
    expect(received).toMatchObject([{ commandId, name: 'fan', parameters: { speed: 2 } }]);
    await acknowledge({ commandId, state: 'done' });
    await acknowledge({ commandId, state: 'done' });
    expect(await stateOf(commandId)).toBe('done');
    expect(await facts(commandId)).toEqual([
      'proposed party_dispatcher',
      'confirmed party_colleague',
      'sent service:city',
      `delivered ${thingId}`,
      `finished ${thingId}`,
    ]);
  });

  it('never sends what nobody confirmed, and lets no machine confirm', async () => {
    const { thingId, received } = await fan();
    const { commandId } = await city.handlers.proposeCommand(proposal(thingId, 1), port);
    const machine = serviceCall('test', new AbortController().signal);
    await expect(city.handlers.confirmCommand({ commandId }, machine)).rejects.toMatchObject({
      code: 'city.command_person_needed',
    });
    await expect(city.handlers.confirmCommand({ commandId }, rival)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
    await quiet();
    expect(received).toEqual([]);
    expect(await stateOf(commandId)).toBe('proposed');
    await city.handlers.refuseCommand({ commandId, reason: 'Not needed' }, port);
    await expect(city.handlers.confirmCommand({ commandId }, port)).rejects.toMatchObject({
      code: 'city.command_state',
    });
  });

  it.each([
    ['above its range', { parameters: { speed: 4 } }],
    ['no number', { parameters: { speed: '2' } }],
    ['without its parameter', { parameters: {} }],
    ['with one that is not named', { parameters: { speed: 1, heat: 1 } }],
    ['not among those of the thing', { name: 'open_gate', parameters: {} }],
  ])('refuses a command %s, keeps it, and never sends it', async (_what, change) => {
    const { thingId, received } = await fan();
    await expect(
      city.handlers.proposeCommand(proposal(thingId, 1, change), port),
    ).rejects.toMatchObject({ code: 'city.command_beyond_limits' });
    const { items } = await city.handlers.listCommands({ thingId, limit: 10 }, port);
    expect(items).toMatchObject([{ state: 'refused', attempts: 0 }]);
    expect(await facts(items[0]!.commandId)).toEqual([
      'proposed party_dispatcher',
      'finished party_dispatcher',
    ]);
    expect(received).toEqual([]);
  });

  it('refuses one more an hour than its limit at the confirmation, and a second person where asked', async () => {
    const limits = fanLimits.map((limit) => ({ ...limit, perHourMax: 1, twoPersons: true }));
    const { thingId, received } = await fan(limits);
    const [first, second] = [
      await city.handlers.proposeCommand(proposal(thingId, 1), port),
      await city.handlers.proposeCommand(proposal(thingId, 2), port),
    ];
    const confirm = ({ commandId }: { commandId: string }, by: typeof port) =>
      city.handlers.confirmCommand({ commandId }, by);
    await expect(confirm(first, port)).rejects.toMatchObject({
      code: 'city.command_person_needed',
    });
    await confirm(first, colleague);
    await expect(confirm(second, colleague)).rejects.toMatchObject({
      code: 'city.command_beyond_limits',
    });
    expect(await stateOf(second.commandId)).toBe('refused');
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1);
  });

  it('holds commands back while they are stopped, and sends them after', async () => {
    const { thingId, received } = await fan();
    const target = { type: 'city.thing', id: thingId };
    const terms = { reason: 'People on site', by: 'party_operator' };
    await city.kernel.db.transaction((tx) => city.stops.set(tx, target, terms, operator));
    const { commandId } = await city.handlers.proposeCommand(proposal(thingId, 1), port);
    expect(await city.handlers.confirmCommand({ commandId }, port)).toMatchObject({
      ...{ state: 'confirmed', stopped: true },
    });
    await quiet();
    expect(received).toEqual([]);
    await city.kernel.db.transaction((tx) => city.stops.release(tx, target, terms, operator));
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1);
  });

  it('ends what was not answered in time', async () => {
    const { thingId } = await fan();
    const { commandId } = await city.handlers.proposeCommand(proposal(thingId, 1), port);
    city.move(700);
    await expireCommands(city.uses);
    expect(await city.handlers.getCommand({ commandId }, port)).toMatchObject({
      ...{ state: 'expired', problem: 'it was still proposed when its time ran out' },
    });
  });

  it('are proposed by a rule with its incident, and wait for a person; the map shows both', async () => {
    const { thingId, send, received } = await fan();
    const document = ruleOf({
      ...{ thingIds: [thingId], severity: 'critical' as const },
      command: { name: 'fan', parameters: { speed: 3 } },
    });
    const { ruleId } = await city.handlers.createRule({ ownerId: 'org_port', document }, port);
    await send({ humidity: 90 }, new Date());
    await city.engine().step(ruleId);
    const { items } = await city.handlers.listCommands({ thingId, limit: 10 }, operator);
    expect(items).toMatchObject([{ state: 'proposed', proposedBy: 'service:city', attempts: 0 }]);
    const { items: incidents } = await city.handlers.listIncidents({ ruleId, limit: 10 }, port);
    expect(items[0]?.incidentId).toBe(incidents[0]?.incidentId);
    const overview = await city.handlers.mapOverview({ coordinateSystem: 'WGS-84' }, port);
    expect(overview.districts.find(({ code }) => code === '310104')).toMatchObject({
      ...{ openIncidents: 1, worst: 'critical' },
    });
    expect(overview.points[0]).toMatchObject({ thingId, openIncidents: 1, worst: 'critical' });
    expect(await city.handlers.mapOverview({ coordinateSystem: 'GCJ-02' }, rival)).toMatchObject({
      ...{ points: [], totals: { things: 0, openIncidents: 0, commandsWaiting: 0 } },
    });
    await quiet();
    expect(received).toEqual([]);
  });

  it('shows no approval number of the map until the operator enters one', async () => {
    expect(await city.handlers.getMap({}, rival)).toMatchObject({ approval: null });
    const number = '沪S（2026）001号';
    await expect(city.handlers.setMapApproval({ number }, port)).rejects.toMatchObject({
      category: 'denied',
    });
    const entered = await city.handlers.setMapApproval({ number }, operator);
    expect(entered.approval).toMatchObject({ number, enteredBy: 'party_operator' });
  });
});
