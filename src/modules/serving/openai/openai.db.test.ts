import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { operator, vendor } from '../testing.ts';
import { eventsOf, type OpenaiHouse, openOpenaiHouse } from './testing-openai.ts';
import { chunkOf, hang, type openUpstream, upstreamKey, words } from './testing-upstream.ts';

/** Calls in OpenAI's form that go to a server elsewhere: what is given, what is counted, and what is never let through. */

const head = { 'content-type': 'text/event-stream' };

const behave: Parameters<typeof openUpstream>[0] = {
  dies(response) {
    hang(response, 5);
    setTimeout(() => response.destroy(), 50);
  },
  waits: (response) => hang(response, 5),
  html: (response) => response.writeHead(200, head).end('data: <html>\n\n'),
  injected(response) {
    const chunk = JSON.stringify(chunkOf('a\n\ndata: {"error":1}\n\n'));
    response.writeHead(200, head).end(`data: ${chunk}\n\ndata: [DONE]\n\n`);
  },
  endless: (response) => response.writeHead(200, head).write(`data: ${'x'.repeat(2 << 20)}`),
  huge: (response) => response.writeHead(200).end(`"${'x'.repeat(10_000)}"`),
  silent: () => {},
  leads: (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  refuses(response) {
    const message = `too long for ${upstreamKey}`;
    const error = { message, code: 'context_length_exceeded' };
    response.writeHead(400).end(JSON.stringify({ error }));
  },
  locked: (response) => response.writeHead(401).end(`{"error":"bad ${upstreamKey}"}`),
  busy: (response) => response.writeHead(429, { 'retry-after': '7' }).end('{}'),
};

describe.each(testDatabases())('language models elsewhere on $engine', ({ open }) => {
  let db: Database;
  let house: OpenaiHouse;
  beforeAll(async () => {
    db = await open();
    house = await openOpenaiHouse(db, {
      behave,
      servers: [
        { origin: 'https://127.0.0.1:1' },
        { origin: 'https://localhost:1' },
        { origin: 'http://models.example.org' },
        { origin: 'https://kept.example.org', owners: ['party_other'] },
      ],
      serving: { SERVING_REMOTE_ANSWER_BYTES_MAX: 4_096, SERVING_REMOTE_SILENCE_SECONDS_MAX: 2 },
    });
  });
  afterAll(async () => {
    await house?.stop();
    await db?.close();
  });

  it('answer at once and as a stream, counted by the server or estimated, and marked which', async () => {
    const { trialId } = await house.remote({ model: 'counted' });
    const whole = await house.chat(trialId, { unknown_field: 1 });
    const body = await whole.json();
    expect(whole.status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({
      ...{ object: 'chat.completion', model: trialId },
      choices: [{ message: { content: words.join('') }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 7, completion_tokens: 40, total_tokens: 47 },
    });
    const first = { calls: 1, tokensIn: 7, tokensOut: 40, tokensEstimated: 0 };
    expect(await house.tokens(trialId)).toEqual(first);
    const streamed = await house.chat(trialId, {
      ...{ stream: true, stream_options: { include_usage: true } },
    });
    const events = await eventsOf(streamed);
    expect(events.at(-1)).toBe('[DONE]');
    expect(JSON.parse(events.at(-2) ?? '')).toMatchObject({ choices: [], usage: body.usage });
    const said = events.slice(0, -2).map((event) => JSON.parse(event).choices[0].delta.content);
    expect(said.join('')).toBe(words.join(''));
    expect(await house.tokens(trialId)).toEqual({
      ...{ calls: 2, tokensIn: 14, tokensOut: 80, tokensEstimated: 0 },
    });
    // Neither the caller nor the caller's key goes along; what the caller set does.
    const [sent] = house.upstream.asked.filter(({ path }) => path === '/v1/chat/completions');
    expect(sent?.body).toMatchObject({ model: 'counted', unknown_field: 1 });
    expect(sent?.headers.authorization).toBe(`Bearer ${upstreamKey}`);
    expect(JSON.stringify(sent)).not.toContain('reader');

    const other = await house.remote({ model: 'uncounted' });
    const end = (await eventsOf(await house.chat(other.trialId, { stream: true }))).at(-1);
    expect(end).toBe('[DONE]');
    expect(await house.tokens(other.trialId)).toMatchObject({ calls: 1, tokensOut: 40 });
    const { tokensIn, tokensEstimated } = await house.tokens(other.trialId);
    expect(tokensEstimated).toBe(tokensIn + 40);
    const text = await house.ask('/completions', { model: trialId, prompt: 'Geese' });
    expect((await text.json()).choices[0].text).toBe(words.join(''));
  });

  it('are listed, say where their calls go, and are no models for tensors', async () => {
    const { trialId, repositoryId } = await house.remote({ model: 'counted' });
    const get = (path: string) =>
      fetch(`${house.address}/v1${path}`, { headers: { authorization: 'Bearer reader' } });
    const { data } = await (await get('/models')).json();
    expect(data).toContainEqual(
      expect.objectContaining({ id: trialId, object: 'model', task: 'text-generation' }),
    );
    expect((await (await get(`/models/${repositoryId}`)).json()).id).toBe(repositoryId);
    const missing = await get('/models/gpt-4o');
    expect(missing.status).toBe(404);
    expect((await missing.json()).error).toMatchObject({ code: 'model_not_found' });
    expect(await house.serving.handlers.getTrial({ trialId }, vendor)).toMatchObject({
      ...{ runtime: 'remote', task: 'text-generation', endpoint: '/v1/chat/completions' },
      remote: { protocol: 'openai', origin: house.upstream.origin, model: 'counted' },
    });
    const tensors = await house.oip(`/models/${trialId}/infer`, { body: { inputs: [] } });
    expect(tensors.status).toBe(400);
    const nobody = await house.ask('/chat/completions', { model: trialId }, { key: '' });
    expect(nobody.status).toBe(401);
    expect((await nobody.json()).error.code).toBe('invalid_api_key');
    const wrong = await house.ask('/chat/completions', { model: trialId, messages: 'x' });
    expect(wrong.status).toBe(400);
    expect((await wrong.json()).error).toMatchObject({
      ...{ type: 'invalid_request_error', param: 'messages' },
    });
    expect(await house.tokens(trialId)).toMatchObject({ calls: 0, tokensIn: 0 });
  });

  it('count what was given when the server breaks off or the client leaves', async () => {
    const dies = await house.remote({ model: 'dies' });
    const events = await eventsOf(await house.chat(dies.trialId, { stream: true }));
    expect(events).toHaveLength(6);
    expect(JSON.parse(events[5] ?? '').error).toMatchObject({
      ...{ type: 'server_error', code: 'serving.remote_failed' },
    });
    expect(await house.tokens(dies.trialId)).toMatchObject({ calls: 1, tokensOut: 5 });

    const waits = await house.remote({ model: 'waits' });
    const leave = new AbortController();
    const answer = await house.chat(waits.trialId, { stream: true }, leave.signal);
    const reader = answer.body?.getReader();
    let seen = '';
    while (!seen.includes('word4')) {
      seen += Buffer.from((await reader?.read())?.value ?? []).toString();
    }
    const gone = house.upstream.gone();
    leave.abort();
    await expect.poll(() => house.upstream.gone()).toBe(gone + 1);
    await expect.poll(() => house.tokens(waits.trialId)).toMatchObject({ calls: 1, tokensOut: 5 });
  });

  it('hold within a second at an emergency stop, in the midst of a stream', async () => {
    const { trialId } = await house.remote({ model: 'waits' });
    const gone = house.upstream.gone();
    const answer = await house.chat(trialId, { stream: true });
    const began = performance.now();
    const target = { type: 'serving.deployment', id: trialId };
    const stop = { reason: 'r', by: 'party_operator' };
    await db.transaction((tx) => house.serving.stops.set(tx, target, stop, operator));
    const events = await eventsOf(answer);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(JSON.parse(events.at(-1) ?? '').error.code).toBe('serving.stopped');
    await expect.poll(() => house.upstream.gone()).toBe(gone + 1);
    expect((await house.chat(trialId)).status).toBe(409);
    expect(await house.tokens(trialId)).toMatchObject({ calls: 1, tokensOut: 5 });
  });

  it('let no malformed, endless or leading answer through', async () => {
    const expected: Record<string, [boolean, number, string]> = {
      html: [true, 503, 'serving.remote_failed'],
      endless: [true, 503, 'serving.remote_failed'],
      huge: [false, 503, 'serving.remote_failed'],
      silent: [true, 504, 'serving.model_timeout'],
      leads: [false, 503, 'serving.remote_failed'],
      refuses: [true, 400, 'context_length_exceeded'],
      locked: [false, 503, 'serving.remote_failed'],
      busy: [true, 429, 'rate_limit_exceeded'],
    };
    await Promise.all(
      Object.entries(expected).map(async ([model, [stream, status, code]]) => {
        const { trialId } = await house.remote({ model });
        const answer = await house.chat(trialId, { stream });
        const said = await answer.text();
        expect(answer.status, `${model}: ${said}`).toBe(status);
        expect(JSON.parse(said).error.code, model).toBe(code);
        expect(said, model).not.toContain(upstreamKey);
        if (model === 'busy') expect(answer.headers.get('retry-after')).toBe('7');
        expect(await house.tokens(trialId), model).toMatchObject({ calls: 0 });
      }),
    );
    const { trialId } = await house.remote({ model: 'injected' });
    const events = await eventsOf(await house.chat(trialId, { stream: true }));
    expect(events).toHaveLength(2);
    expect(JSON.parse(events[0] ?? '').choices[0].delta.content).toContain('data: ');
  });

  it('are called only where the operator allows it, and never inside by surprise', async () => {
    const code = (url: string) =>
      house.remote({ model: 'm', url }).then(
        ({ trialId }) => trialId,
        (error: { code: string }) => error.code,
      );
    for (const url of [
      'https://elsewhere.example.org/v1',
      'http://models.example.org/v1',
      'https://kept.example.org',
    ]) {
      expect(await code(url), url).toBe('serving.remote_not_allowed');
    }
    for (const url of ['https://127.0.0.1:1/v1', 'https://localhost:1/v1']) {
      const { error } = await (await house.chat(await code(url))).json();
      expect(error.message, url).toMatch(/its address is private/);
    }
    // What the operator takes away is taken away within a second.
    const { trialId } = await house.remote({ model: 'counted' });
    expect((await house.chat(trialId)).status).toBe(200);
    await writeFile(house.file, '[]');
    await expect
      .poll(async () => (await house.chat(trialId)).status, { timeout: 10_000 })
      .toBe(403);
    await writeFile(house.file, '{');
    await expect
      .poll(async () => (await house.chat(trialId)).status, { timeout: 10_000 })
      .toBe(503);
  });
});

describe('language models elsewhere', () => {
  const houses: OpenaiHouse[] = [];
  const servers: Server[] = [];
  let db: Database;
  beforeAll(() => {
    db = openDatabase({ engine: 'pglite', folder: null });
  });
  const start = async (options: Parameters<typeof openOpenaiHouse>[1]) => {
    const house = await openOpenaiHouse(db, options);
    houses.push(house);
    return house;
  };
  afterEach(async () => {
    for (const house of houses.splice(0)) await house.stop();
    for (const server of servers.splice(0)) server.close();
  });
  afterAll(() => db.close());

  it('pass the content check both ways, and nothing passes without its answer', async () => {
    const checked: { direction: string; text: string; modelId: string; callerId: string }[] = [];
    let says: ((text: string) => number | { allowed: boolean }) | null = () => ({ allowed: true });
    const judge = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const asked = JSON.parse(Buffer.concat(chunks).toString());
      checked.push(asked);
      const said = says?.(asked.text);
      if (typeof said === 'number') response.writeHead(said).end();
      else response.end(JSON.stringify({ ...said, categories: ['test.kind'] }));
    });
    servers.push(judge);
    await new Promise<void>((resolve) => judge.listen(0, '127.0.0.1', resolve));
    const address = judge.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const house = await start({
      serving: {
        SERVING_CONTENT_SAFETY_URL: `http://127.0.0.1:${port}/check`,
        SERVING_CONTENT_SAFETY_CHARACTERS: 60,
      },
    });
    const { trialId } = await house.remote({ model: 'counted' });
    const streamed = async () => eventsOf(await house.chat(trialId, { stream: true }));
    expect((await streamed()).at(-1)).toBe('[DONE]');
    expect(checked[0]).toEqual({
      ...{ direction: 'in', text: 'How many geese fly there?' },
      ...{ modelId: trialId, callerId: 'party_reader' },
    });
    expect(checked.filter(({ direction }) => direction === 'out').length).toBeGreaterThan(3);

    says = (text) => ({ allowed: !text.includes('word30') });
    const cut = (await streamed())
      .filter((event) => event !== '[DONE]')
      .map((event) => JSON.parse(event));
    expect(JSON.stringify(cut)).not.toContain('word30');
    expect(cut.at(-1).choices[0].finish_reason).toBe('content_filter');
    const whole = await (await house.chat(trialId)).json();
    expect(whole.choices[0]).toMatchObject({
      ...{ message: { content: null }, finish_reason: 'content_filter' },
    });

    says = (text) => ({ allowed: !text.includes('geese') });
    const before = house.upstream.asked.length;
    const refused = await house.chat(trialId);
    expect(refused.status).toBe(400);
    expect((await refused.json()).error).toMatchObject({
      code: 'content_filter',
      param: 'messages',
    });
    const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] };
    expect((await house.chat(trialId, { messages: [image] })).status).toBe(400);
    const facts = await house.kernel.facts.about(trialId, { limit: 20 });
    const refusals = facts.filter(({ kind }) => kind === 'serving.content_refused');
    expect(refusals.map(({ body }) => body?.direction).sort()).toEqual(['in', 'out', 'out']);
    expect(JSON.stringify(refusals)).not.toMatch(/geese|word30/);

    const { calls } = await house.tokens(trialId);
    says = () => 500;
    expect((await house.chat(trialId)).status).toBe(503);
    judge.closeAllConnections();
    judge.close();
    const { error } = await (await house.chat(trialId, { stream: true })).json();
    expect(error.code).toBe('serving.content_check_failed');
    expect(house.upstream.asked.length).toBe(before);
    expect((await house.tokens(trialId)).calls).toBe(calls);
  });

  it('are bounded in how many are under way', async () => {
    const house = await start({
      serving: { SERVING_REMOTE_CALLS_AT_ONCE: 1 },
      behave: { waits: (response) => hang(response) },
    });
    const { trialId } = await house.remote({ model: 'waits' });
    const leave = new AbortController();
    await house.chat(trialId, { stream: true }, leave.signal);
    const second = await house.chat(trialId);
    expect(second.status).toBe(429);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    leave.abort();
    await expect
      .poll(async () => {
        const again = new AbortController();
        const { status } = await house.chat(trialId, { stream: true }, again.signal);
        again.abort();
        return status;
      })
      .toBe(200);
  });
});
