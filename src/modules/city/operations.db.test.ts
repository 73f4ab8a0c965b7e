import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabases } from '#kernel/testing.ts';
import { callAs } from '#kernel/testing-calls.ts';
import {
  colleague,
  type OpenCity,
  openCity,
  operator,
  port,
  rival,
  ruleOf,
} from './testing-operations.ts';

/** What rules and incidents promise: see README.md, "What holds". */

describe.each(testDatabases())('rules and incidents on $engine', ({ open }) => {
  let city: OpenCity;
  let name = 0;
  beforeAll(async () => {
    city = await openCity(await open());
  });
  afterAll(() => city?.close());

  const hourAgo = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  const second = (n: number) => new Date(hourAgo + n * 1_000);
  /** A thing of its own for each test, and a rule over it alone. */
  async function watched(change: Parameters<typeof ruleOf>[0] = {}) {
    name += 1;
    const thing = await city.thing(`gauge ${name}`);
    const document = ruleOf({ thingIds: [thing.thingId], ...change });
    const rule = await city.handlers.createRule({ ownerId: 'org_port', document }, port);
    return { ...thing, rule, ruleId: rule.ruleId };
  }
  async function finish(ruleId: string, engine = city.engine()) {
    while ((await engine.step(ruleId)) === 'more');
  }
  const incidentsOf = async (ruleId: string) =>
    (await city.handlers.listIncidents({ ruleId, limit: 100 }, port)).items;
  const health = async (ruleId: string) => (await city.handlers.getRule({ ruleId }, port)).health;
  const rewind = (ruleId: string, forget: boolean) =>
    city.kernel.db.transaction(async (tx) => {
      await city.kernel.db.raw('update city_rules set position = null where id = $1', [ruleId], tx);
      if (!forget) return;
      await city.kernel.db.raw('delete from city_rule_memories where rule_id = $1', [ruleId], tx);
    });

  it('opens one incident for a rule and thing, and counts what follows', async () => {
    const { ruleId, send, thingId } = await watched();
    await send({ humidity: 40 }, second(0));
    await finish(ruleId);
    await Promise.all([60, 61, 45, 70].map((humidity, n) => send({ humidity }, second(n + 1))));
    await finish(ruleId);
    const [incident, ...more] = await incidentsOf(ruleId);
    expect(more).toEqual([]);
    expect(incident).toMatchObject({ thingId, state: 'open', severity: 'major', readings: 3 });
    const facts = await city.kernel.facts.about(incident!.incidentId, { limit: 10 });
    expect(facts.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['city.incident_opened', 'service:city'],
    ]);
    await send({ humidity: 80 }, second(5));
    await finish(ruleId);
    const detail = await city.handlers.getIncident(incident!, port);
    expect(detail).toMatchObject({ readings: 4, evidenceTotal: 6 });
    expect(detail.evidence.filter(({ matched }) => matched)).toHaveLength(4);
    expect(await health(ruleId)).toMatchObject({ observations: 6, rows: 6, matched: 4, lag: 0 });
  });

  it.each([false, true])('raises nothing again when its cursor is rewound (%s)', async (forget) => {
    const { ruleId, send } = await watched();
    await Promise.all([60, 40, 70].map((humidity, n) => send({ humidity }, second(n))));
    await finish(ruleId);
    await rewind(ruleId, forget);
    await finish(ruleId);
    expect(await incidentsOf(ruleId)).toHaveLength(1);
  });

  it('does nothing of what it was killed in, and does it all after', async () => {
    const { ruleId, send } = await watched();
    await send({ humidity: 60 }, second(0));
    const killed = () => Promise.reject(new Error('killed'));
    const cases = { ...city.uses.cases, open: killed };
    await expect(city.engine({ cases }).step(ruleId)).rejects.toThrow('killed');
    expect(await incidentsOf(ruleId)).toEqual([]);
    expect((await health(ruleId)).rows).toBe(0);
    await finish(ruleId);
    expect(await incidentsOf(ruleId)).toHaveLength(1);
    expect((await health(ruleId)).rows).toBe(1);
  });

  it('passes over no observation, and acts on none twice, on two servers', async () => {
    const { ruleId, send } = await watched({ forReadings: 3 });
    const small = { ...city.uses.options, CITY_RULE_OBSERVATIONS_MAX: 3 };
    const engines = [city.engine({ options: small }), city.engine({ options: small })];
    let sent = false;
    const work = engines.map(async (engine) => {
      while (!sent || (await engine.step(ruleId)) !== 'idle') await engine.step(ruleId);
    });
    for (let n = 0; n < 40; n += 1) await send({ humidity: n % 10 < 4 ? 40 : 60 }, second(n));
    sent = true;
    await Promise.all(work);
    await finish(ruleId);
    expect(await health(ruleId)).toMatchObject({
      ...{ observations: 40, rows: 40, late: 0, matched: 24, incidents: 1, lag: 0 },
    });
    expect(await incidentsOf(ruleId)).toMatchObject([{ readings: 16 }]);
  });

  it('acts on nothing that another server has acted on while it was judging', async () => {
    const { ruleId, send } = await watched();
    await Promise.all([60, 40, 70].map((humidity, n) => send({ humidity }, second(n))));
    const { things } = city.uses;
    const overtaken: typeof things.datastreams = async (...asked) => {
      await finish(ruleId);
      return things.datastreams(...asked);
    };
    const slow = city.engine({ things: { ...things, datastreams: overtaken } });
    expect(await slow.step(ruleId)).toBe('held');
    expect(await health(ruleId)).toMatchObject({ rows: 3, matched: 2, incidents: 1 });
    expect(await incidentsOf(ruleId)).toMatchObject([{ readings: 2 }]);
  });

  it('asks a deployment the very same after its answer was lost, and acts once', async () => {
    const { ruleId, send } = await watched({
      condition: {
        ...{ kind: 'deployment', deploymentId: 'deployment_x' },
        columns: [
          { column: 'row', from: 'parameter', name: 'row' },
          { column: 'humidity', from: 'result', name: 'humidity' },
          { column: 'temperature', from: 'result', name: 'temperature' },
        ],
      },
    });
    const { deployment, signals } = city;
    const own = () =>
      [...deployment.asked.values()].filter(({ requestId }) => requestId.startsWith(ruleId));
    await send({ humidity: 40, temperature: 20 }, second(0), 1);
    await send({ humidity: 60, temperature: 20 }, second(1), 2);
    deployment.fail = true;
    await expect(city.engine().step(ruleId)).rejects.toThrow('lost');
    // What came after belongs to the next request, whoever takes over.
    await send({ humidity: 70, temperature: 20 }, second(2), 3);
    city.move(60);
    await finish(ruleId);
    expect(own().map(({ rows }) => rows)).toEqual([
      [
        { row: 1, humidity: 40, temperature: 20 },
        { row: 2, humidity: 60, temperature: 20 },
      ],
      [{ row: 3, humidity: 70, temperature: 20 }],
    ]);
    expect(own().every(({ callerId }) => callerId === 'org_port')).toBe(true);
    expect(await incidentsOf(ruleId)).toMatchObject([{ readings: 2 }]);
    expect(signals.filter(({ deploymentId }) => deploymentId === 'deployment_x')).toHaveLength(1);
  });

  it('does nothing while it is stopped, and goes on where it stood', async () => {
    const { ruleId, send } = await watched();
    const engine = city.engine();
    const target = { type: 'city.rule', id: ruleId };
    const terms = { reason: 'Works on the line', by: 'party_operator' };
    await city.kernel.db.transaction((tx) => city.stops.set(tx, target, terms, operator));
    await send({ humidity: 60 }, second(0));
    expect(await engine.step(ruleId)).toBe('held');
    expect(await city.handlers.getRule({ ruleId }, port)).toMatchObject({ stopped: true });
    expect(await incidentsOf(ruleId)).toEqual([]);
    await city.kernel.db.transaction((tx) => city.stops.release(tx, target, terms, operator));
    await finish(ruleId, engine);
    expect(await incidentsOf(ruleId)).toHaveLength(1);
  });

  it('notices a stop that comes between judging and acting', async () => {
    const { ruleId, send } = await watched();
    await send({ humidity: 60 }, second(0));
    const target = { type: 'city.rule', id: ruleId };
    const terms = { reason: 'Works', by: 'party_operator' };
    const isStopped: typeof city.stops.isStopped = async (asked, tx) =>
      tx ? city.stops.isStopped(asked, tx) : false;
    await city.kernel.db.transaction((tx) => city.stops.set(tx, target, terms, operator));
    const serving = { ...city.uses.serving, stops: { ...city.stops, isStopped } };
    expect(await city.engine({ serving }).step(ruleId)).toBe('held');
    expect(await incidentsOf(ruleId)).toEqual([]);
  });

  it('goes through its states with the actor of each step, and ends with its case', async () => {
    const { ruleId, send } = await watched();
    await send({ humidity: 60 }, second(0));
    await finish(ruleId);
    const { handlers } = city;
    const incident = (await incidentsOf(ruleId))[0]!;
    const { incidentId } = incident;
    await expect(handlers.closeIncident({ incidentId }, port)).rejects.toMatchObject({
      code: 'city.incident_state',
    });
    await handlers.acknowledgeIncident({ incidentId }, port);
    await handlers.acknowledgeIncident({ incidentId }, port);
    const helper = callAs('party_water');
    await expect(handlers.getIncident({ incidentId }, helper)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
    await handlers.assignIncident({ incidentId, assignee: 'party_water' }, colleague);
    const words = { outcome: 'handled' as const, reason: '阀门已更换' };
    await handlers.resolveIncident({ incidentId, ...words }, helper);
    const closed = await handlers.closeIncident({ incidentId }, port);
    expect(closed).toMatchObject({ state: 'closed', outcome: 'handled', assignee: 'party_water' });
    await city.settle();
    const { caseId } = incident;
    expect(await city.cases.getCase({ caseId: caseId! }, port)).toMatchObject({
      ...{ state: 'closed', outcome: 'approved' },
    });
    const facts = await city.kernel.facts.about(incidentId, { limit: 20 });
    const steps = facts.filter(({ kind }) => !kind.startsWith('kernel.')).reverse();
    expect(steps.map(({ kind, actor, body }) => [kind, actor, body?.state])).toEqual([
      ['city.incident_opened', 'service:city', undefined],
      ['city.incident_changed', 'party_dispatcher', 'acknowledged'],
      ['city.incident_changed', 'party_colleague', 'assigned'],
      ['city.incident_changed', 'party_water', 'resolved'],
      ['city.incident_changed', 'party_dispatcher', 'closed'],
      ['city.incident_closed', 'party_dispatcher', undefined],
    ]);
    const again = await handlers.reopenIncident({ incidentId, reason: '又漏水' }, port);
    expect(again).toMatchObject({ state: 'open', outcome: null });
    expect(again.caseId).not.toBe(caseId);
  });

  it('is closed by whoever decides its case, and rests for the cooldown', async () => {
    const { ruleId, send } = await watched({ cooldownSeconds: 3_600 });
    await send({ humidity: 60 }, second(0));
    await finish(ruleId);
    const { caseId, incidentId } = (await incidentsOf(ruleId))[0]!;
    const { stepId } = await city.cases.getCase({ caseId: caseId! }, operator);
    const taken = { decision: 'reject' as const, reason: '传感器检修' };
    await city.cases.decideStep({ stepId: stepId!, ...taken }, operator);
    await city.settle();
    const closed = await city.handlers.getIncident({ incidentId }, port);
    expect(closed).toMatchObject({ state: 'closed', outcome: 'false_alarm' });
    expect(closed.timeline.at(-1)).toMatchObject({ kind: 'closed', actor: 'party_operator' });
    await send({ humidity: 70 }, second(1));
    await finish(ruleId);
    expect(await incidentsOf(ruleId)).toHaveLength(1);
    expect(await health(ruleId)).toMatchObject({ suppressed: 1 });
    city.move(3_700);
    await send({ humidity: 80 }, second(2));
    await finish(ruleId);
    expect(await incidentsOf(ruleId)).toHaveLength(2);
  });

  it('is seen by nobody else, and refuses what does not fit', async () => {
    const { ruleId, rule, thingId } = await watched();
    const { handlers } = city;
    await expect(handlers.getRule({ ruleId }, rival)).rejects.toMatchObject({
      code: 'kernel.missing',
    });
    expect(await handlers.listRules({ limit: 100 }, rival)).toMatchObject({ items: [], total: 0 });
    expect(await handlers.listIncidents({ limit: 100 }, rival)).toMatchObject({ total: 0 });
    const create = (document: ReturnType<typeof ruleOf>, call = port, ownerId = 'org_port') =>
      handlers.createRule({ ownerId, document }, call);
    await expect(create(ruleOf({ thingIds: [thingId] }), rival, 'org_rival')).rejects.toMatchObject(
      {
        code: 'city.rule_invalid',
      },
    );
    const expression = 'humidity >';
    await expect(
      create(ruleOf({ condition: { kind: 'expression', expression } })),
    ).rejects.toMatchObject({ code: 'city.rule_invalid' });
    const document = ruleOf({ forReadings: 2 });
    const changed = await handlers.updateRule({ ruleId, version: 1, document }, port);
    expect(changed).toMatchObject({ version: 2, forReadings: 2 });
    await expect(
      handlers.updateRule({ ruleId, version: rule.version, document }, port),
    ).rejects.toMatchObject({ code: 'city.rule_changed' });
  });

  it('says in a dry run what it would have raised, and changes nothing', async () => {
    const { thingId, send } = await watched({ forReadings: 100 });
    const sent = [60, 61, 40, 70, 71, 72];
    await Promise.all(sent.map((humidity, n) => send({ humidity, temperature: n }, second(n))));
    const document = ruleOf({
      ...{ thingIds: [thingId], forReadings: 2 },
      condition: { kind: 'expression', expression: 'mean(humidity, 2) > 50 and temperature >= 0' },
    });
    const span = { from: second(0).toISOString(), until: second(9).toISOString() };
    const input = { ownerId: 'org_port', document, ...span };
    expect(await city.handlers.dryRunRule(input, port)).toMatchObject({
      ...{ observations: 12, truncated: false, rows: 6, matched: 6, wouldOpenTotal: 1 },
      wouldOpen: [{ thingId, observedAt: second(1).toISOString() }],
    });
    expect(await city.handlers.listIncidents({ thingId, limit: 10 }, port)).toMatchObject({
      total: 0,
    });
  });

  it('stands still with its reason where its deployment refuses, tells the owner, and goes on', async () => {
    const { ruleId, send } = await watched({
      condition: {
        ...{ kind: 'deployment', deploymentId: 'deployment_y' },
        columns: [{ column: 'humidity', from: 'result', name: 'humidity' }],
      },
    });
    await send({ humidity: 60 }, second(0));
    let refusals = 0;
    const infer: typeof city.uses.serving.infer = async (...asked) => {
      refusals += 1;
      if (refusals < 4) throw new Error('no prepaid calls are left');
      return city.uses.serving.infer(...asked);
    };
    const controller = new AbortController();
    const engine = city.engine({ serving: { ...city.uses.serving, infer } });
    const service = engine.run(controller.signal);
    await expect.poll(() => city.notices, { timeout: 15_000 }).toContain('city.rule_standing');
    expect(await health(ruleId)).toMatchObject({ error: 'no prepaid calls are left', rows: 0 });
    await expect.poll(() => incidentsOf(ruleId), { timeout: 15_000 }).toHaveLength(1);
    controller.abort();
    await service;
    expect(await health(ruleId)).toMatchObject({ error: null, attempts: 0, rows: 1 });
  }, 40_000);
});
