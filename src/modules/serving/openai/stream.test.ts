import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../remotes/event-stream.ts';
import { parseRemoteFile } from '../remotes/remote-spec.ts';
import { remoteProblem, remoteWords } from '../remotes/remote-words.ts';
import { readChunk } from './completion-chunk.ts';
import { parseCompletion, parseEmbeddings } from './openai-request.ts';
import { createTextWindow } from './text-window.ts';
import { textsOf } from './texts.ts';
import { createTokenMeter, type TokenDifference } from './token-meter.ts';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

async function eventsOf(parts: readonly Uint8Array[], bytesMax = 10_000): Promise<string[]> {
  const found: string[] = [];
  async function* come() {
    yield* parts;
  }
  for await (const data of readEvents(come(), { bytesMax })) found.push(data);
  return found;
}

describe('server-sent events', () => {
  it('are the same however they are cut and whatever ends their lines', async () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ' '));
    const event = fc.array(line, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        async (events, end, sizes) => {
          const text = events
            .map((lines) => `${lines.map((one) => `data: ${one}${end}`).join('')}id: 1${end}${end}`)
            .join(`: a comment${end}`);
          const all = Buffer.from(text);
          const parts: Buffer[] = [];
          for (let at = 0, turn = 0; at < all.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            parts.push(all.subarray(at, at + size));
            at += size;
          }
          expect(await eventsOf(parts)).toEqual(events.map((lines) => lines.join('\n')));
        },
      ),
    );
  });

  it('have a longest, also where no line ever ends, and cost no more in small parts', async () => {
    const long = Array.from({ length: 30_000 }, () => Buffer.from('x'));
    await expect(eventsOf(long)).rejects.toThrow(RangeError);
    const lines = Array.from({ length: 3_000 }, () => Buffer.from('data: xxxx\n'));
    await expect(eventsOf(lines)).rejects.toThrow(RangeError);
    const short = Array.from({ length: 30_000 }, () => Buffer.from('data: x\n\n'));
    expect(await eventsOf(short)).toHaveLength(30_000);
  });
});

describe('a remote.json', () => {
  const good = { protocol: 'openai', url: 'https://models.example.org/v1/', model: 'small' };
  it('says where calls go, and nothing that it should not', () => {
    expect(parseRemoteFile(bytes(good))).toEqual({
      ...{ ...good, url: 'https://models.example.org/v1', task: 'text-generation' },
    });
    for (const wrong of [
      { url: 'ftp://models.example.org' },
      { url: 'https://user:pass@models.example.org' },
      { url: 'https://models.example.org/?q=1' },
      { model: 'two words' },
      { key: 'secret' },
      { protocol: 'grpc' },
    ]) {
      expect(parseRemoteFile(bytes({ ...good, ...wrong })), JSON.stringify(wrong)).toBeTypeOf(
        'string',
      );
    }
    expect(parseRemoteFile(Buffer.from([0xff]))).toBe('it is no JSON in UTF-8');
  });
});

describe('the words of a server elsewhere', () => {
  it('never show the key, are one line, and name what the operator has to mend', () => {
    const said = bytes({ error: { message: `bad key abc-123\n\u0007 ${'x'.repeat(1_000)}` } });
    const shown = remoteWords({ key: 'abc-123' }, said);
    expect(shown).toMatch(/^bad key … x+$/);
    expect(shown.length).toBeLessThanOrEqual(300);
    expect(remoteWords({ key: null }, Buffer.from('<html>'))).toBe('it gives no reason');
    const origin = 'https://models.example.org';
    expect(remoteProblem({ origin }, 401, null).message).toMatch(/refuses the key/);
    expect(remoteProblem({ origin }, 429, '9999999').data).toMatchObject({ seconds: 3_600 });
    expect(remoteProblem({ origin }, 429, 'soon').data).toMatchObject({ seconds: 1 });
  });
});

describe('requests', () => {
  const chat = { model: 'm', messages: [{ role: 'user', content: 'hello there' }] };
  it('are bounded where it matters, and else go on as they came', () => {
    const read = parseCompletion('chat', bytes({ ...chat, temperature: 0.2, whatever: { a: 1 } }));
    expect(read).toMatchObject({ stream: false, includeUsage: false, unread: null });
    expect(read.fields).toMatchObject({ temperature: 0.2, whatever: { a: 1 } });
    expect(read.texts.map(({ text }) => text)).toContain('hello there');
    const wrong: [object, string | null][] = [
      [{ model: '' }, 'model'],
      [{ messages: [] }, 'messages'],
      [{ messages: ['x'] }, 'messages'],
      [{ n: 1_000 }, 'n'],
      [{ stream: 'yes' }, 'stream'],
      [{ stream_options: { include_usage: true } }, 'stream_options'],
    ];
    for (const [change, param] of wrong) {
      expect(() => parseCompletion('chat', bytes({ ...chat, ...change }))).toThrow(
        expect.objectContaining({ data: expect.objectContaining({ param }) }),
      );
    }
    const deep = `{"model":"m","messages":[{"role":"user","x":${'['.repeat(100)}${']'.repeat(100)}}]}`;
    expect(() => parseCompletion('chat', Buffer.from(deep))).toThrow(/too deeply/);
    const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] };
    expect(parseCompletion('chat', bytes({ ...chat, messages: [image] })).unread).toMatch(/parts/);
    expect(parseCompletion('text', bytes({ model: 'm', prompt: [1, 2] })).unread).toMatch(/tokens/);
    expect(() => parseCompletion('text', bytes({ model: 'm', prompt: ['a', 1] }))).toThrow(
      /prompt/,
    );
    expect(() => parseEmbeddings(bytes({ model: 'm', input: [[1, 2]] }))).toThrow(/tokens/);
    expect(() => parseEmbeddings(bytes({ model: 'm', input: [] }))).toThrow(/1 to/);
  });
});

describe('tokens of a stream', () => {
  it('add up to what was given, or to what the server counted, in whatever steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }),
        fc.option(fc.record({ tokensIn: fc.nat(500), tokensOut: fc.nat(500) })),
        fc.nat(100),
        async (steps, usage, promptEstimated) => {
          const sum = { tokensIn: promptEstimated, tokensOut: 0, tokensEstimated: promptEstimated };
          const add = async (difference: TokenDifference) => {
            sum.tokensIn += difference.tokensIn;
            sum.tokensOut += difference.tokensOut;
            sum.tokensEstimated += difference.tokensEstimated;
          };
          const meter = createTokenMeter({ promptEstimated }, { add });
          let given = 0;
          for (const step of steps) {
            await meter.wrote(step);
            given += step;
            // What a server that is killed now would lose.
            expect(given - sum.tokensOut).toBeLessThan(32);
          }
          await meter.settle(usage);
          await meter.settle(null);
          expect(sum).toEqual(
            usage
              ? { ...usage, tokensEstimated: 0 }
              : {
                  ...{ tokensIn: promptEstimated, tokensOut: given },
                  tokensEstimated: promptEstimated + given,
                },
          );
        },
      ),
    );
  });
});

describe('the window of the content check', () => {
  const form = { kind: 'chat', model: 'm', streamed: true, withoutLogprobs: true } as const;
  const chunk = (content: string) =>
    readChunk({ choices: [{ index: 0, delta: { content }, logprobs: { x: 'seen' } }] }, form);

  it('gives nothing before it was judged, and sees a phrase over a border whole', async () => {
    const judged: string[] = [];
    const window = createTextWindow(
      { characters: 6 },
      {
        passes: async (text) => {
          judged.push(text);
          return !text.includes('forbidden');
        },
      },
    );
    const given: string[] = [];
    let refused = false;
    for (const part of ['fine, ', 'for', 'bid', 'den', ' end']) {
      const passed = await window.push(chunk(part));
      refused ||= passed === null;
      if (refused) break;
      given.push(...(passed ?? []).flatMap(({ texts }) => texts.map(({ text }) => text)));
    }
    refused ||= (await window.flush()) === null;
    expect(refused).toBe(true);
    expect(judged.at(-1)).toContain('forbidden');
    expect(given.join('')).not.toContain('forbidden');
    expect(JSON.stringify(chunk('a').value)).not.toContain('seen');
  });

  it('finds every text of an answer, wherever it stands', () => {
    const value = {
      choices: [
        {
          index: 3,
          delta: { tool_calls: [{ index: 1, id: 'c', function: { arguments: '{"a"' } }] },
        },
      ],
    };
    expect(textsOf(value)).toEqual([
      { place: '.choices.3.delta.tool_calls.1.function.arguments', text: '{"a"' },
    ]);
  });
});
