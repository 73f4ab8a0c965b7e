/** Reads a streamed answer in OpenAI's form, as the browser gets it. */

export type ChatEnd =
  | { kind: 'whole' | 'cut' | 'stopped' }
  | { kind: 'refused' | 'broken'; message: string };

type Chunk = {
  error?: { message?: string };
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
};

/**
 * Asks a model at this origin, calls back with each piece of its answer, and resolves with how it ended. It never rejects.
 */
export async function readChat(
  asked: { model: string; prompt: string; signal: AbortSignal },
  onText: (piece: string) => void,
): Promise<ChatEnd> {
  const { model, prompt, signal } = asked;
  const messages = [{ role: 'user', content: prompt }];
  try {
    const response = await fetch('/v1/chat/completions', {
      ...{ method: 'POST', signal, body: JSON.stringify({ model, messages, stream: true }) },
      headers: { 'content-type': 'application/json' },
    });
    if (!response.ok || !response.body) {
      const said: Chunk = await response.json();
      return { kind: 'refused', message: said.error?.message ?? String(response.status) };
    }
    return await readBody(response.body, onText);
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped' };
    return { kind: 'broken', message: String(error) };
  }
}

async function readBody(
  body: ReadableStream<Uint8Array>,
  onText: (piece: string) => void,
): Promise<ChatEnd> {
  const decoder = new TextDecoder();
  let rest = '';
  let cut = false;
  const reader = body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return { kind: cut ? 'cut' : 'whole' };
    // The platform itself writes one line of data and an empty one for each event.
    const events = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event.slice('data: '.length);
      if (data === '[DONE]') continue;
      const { error, choices = [] }: Chunk = JSON.parse(data);
      if (error) return { kind: 'broken', message: error.message ?? '' };
      const [choice] = choices;
      cut ||= choice?.finish_reason === 'content_filter';
      if (choice?.delta?.content) onText(choice.delta.content);
    }
  }
}
