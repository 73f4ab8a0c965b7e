import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** For tests: a server elsewhere that speaks OpenAI's form, and does what its model's name says. */

export const upstreamKey = 'key-of-the-operator-0123456789';

type Asked = {
  path: string;
  body: { [key: string]: unknown };
  headers: IncomingMessage['headers'];
};

/** Chunks of a streamed answer in this form, word by word. */
export const chunkOf = (content: string, more: object = {}) => ({
  ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'inner' },
  choices: [{ index: 0, delta: { content }, finish_reason: null, ...more }],
});
const ended = { ...chunkOf(''), choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
const usage = { prompt_tokens: 7, completion_tokens: 40, total_tokens: 47 };
const sent = (value: object | string) =>
  `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;

/** `behave`: what a model of this name does instead of answering its words. */
export async function openUpstream(
  behave: Readonly<Record<string, (response: ServerResponse) => void>> = {},
) {
  const asked: Asked[] = [];
  let gone = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}');
    asked.push({ path: request.url ?? '', body, headers: request.headers });
    response.on('close', () => {
      if (!response.writableFinished) gone += 1;
    });
    const said = behave[body.model];
    if (said) return said(response);
    if (request.headers.authorization !== `Bearer ${upstreamKey}`) {
      response.writeHead(401).end(JSON.stringify({ error: { message: 'no key' } }));
      return;
    }
    if (request.url === '/v1/models') return response.end('{"data":[]}');
    if (body.stream) return stream(response, body.model !== 'uncounted');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(wholeOf(request.url ?? '', body.model !== 'uncounted')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    origin: `http://127.0.0.1:${port}`,
    asked,
    /** Answers whose connection closed before their end. */
    gone: () => gone,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Forty words one by one, then the end, then what it counts. */
export const words = Array.from({ length: 40 }, (_, place) => `word${place} `);

function stream(response: ServerResponse, counts: boolean): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const word of words) response.write(sent(chunkOf(word)));
  response.write(sent(ended));
  if (counts) response.write(sent({ ...ended, choices: [], usage }));
  response.end(sent('[DONE]'));
}

function wholeOf(path: string, counts: boolean): object {
  if (path.endsWith('/embeddings')) {
    const data = [{ object: 'embedding', index: 0, embedding: [0.5, -2, 3] }];
    return { object: 'list', data, usage: { prompt_tokens: 3, total_tokens: 3 } };
  }
  const chat = path.endsWith('/chat/completions');
  const text = words.join('');
  return {
    ...{ id: 'cmpl-1', object: 'x', created: 1_700_000_000, model: 'inner' },
    choices: [
      chat
        ? { index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }
        : { index: 0, text, logprobs: null, finish_reason: 'stop' },
    ],
    ...(counts ? { usage } : {}),
  };
}

/** Starts a stream, gives some words, and leaves it open. */
export function hang(response: ServerResponse, count = 3): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const word of words.slice(0, count)) response.write(sent(chunkOf(word)));
}
