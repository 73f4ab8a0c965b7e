import { isObject, type JsonObject } from './json-object.ts';
import type { CompletionKind } from './openai-request.ts';
import { type FoundText, textsOf } from './texts.ts';

/** What a language model elsewhere answers, whole or by chunks: what of it goes on, and what is counted of it. */

export type Usage = { tokensIn: number; tokensOut: number };

export type Chunk = {
  /** As it goes on to the client, without usage. */
  value: JsonObject;
  /** As the server counts; null where it does not say. */
  usage: Usage | null;
  texts: readonly FoundText[];
  /** Choices that went on: a token each, where nobody counts better. */
  pieces: number;
  /** Whether a choice ended. */
  finished: boolean;
  choices: readonly number[];
};

/** What came is no answer of the form. */
export class ChunkBroken extends Error {}

const CHOICES_MAX = 128;
const TOKENS_MAX = 100_000_000;
const ID_CHARACTERS_MAX = 200;

const objects = {
  chat: { whole: 'chat.completion', chunk: 'chat.completion.chunk' },
  text: { whole: 'text_completion', chunk: 'text_completion' },
} as const;

/**
 * Reads an answer or a chunk of one. `model` is the name under which it was asked for. `unread`: parts that repeat the text in
 * another form are left out, since nobody reads them. Throws ChunkBroken, and TooDeep as `textsOf` does.
 */
export function readChunk(
  given: unknown,
  form: { kind: CompletionKind; model: string; streamed: boolean; withoutLogprobs: boolean },
): Chunk {
  if (!isObject(given)) throw new ChunkBroken('it is no object');
  const { id, created, choices = [], usage, system_fingerprint: fingerprint } = given;
  if (!Array.isArray(choices) || choices.length > CHOICES_MAX) throw new ChunkBroken('no choices');
  const read = choices.map((choice: unknown) => readChoice(choice, form.withoutLogprobs));
  const texts = textsOf(read);
  return {
    value: {
      id: typeof id === 'string' ? id.slice(0, ID_CHARACTERS_MAX) : '',
      object: objects[form.kind][form.streamed ? 'chunk' : 'whole'],
      created: typeof created === 'number' ? created : 0,
      model: form.model,
      ...(typeof fingerprint === 'string' && fingerprint.length <= ID_CHARACTERS_MAX
        ? { system_fingerprint: fingerprint }
        : {}),
      choices: read,
    },
    ...{ texts, usage: usageOf(usage) },
    pieces: new Set(texts.map(({ place }) => place.split('.')[1])).size,
    finished: read.some(({ finish_reason: reason }) => typeof reason === 'string'),
    choices: read.map(({ index }) => index),
  };
}

function readChoice(choice: unknown, withoutLogprobs: boolean): JsonObject & { index: number } {
  if (!isObject(choice)) throw new ChunkBroken('a choice is no object');
  const { index = 0, logprobs, ...rest } = choice;
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= CHOICES_MAX) {
    throw new ChunkBroken('a choice has no place');
  }
  return {
    ...{ index, ...rest },
    ...(withoutLogprobs || logprobs === undefined ? {} : { logprobs }),
  };
}

/** Tokens as a server counts them; null where it says nothing that can be one. */
export function usageOf(given: unknown): Usage | null {
  if (!isObject(given)) return null;
  const { prompt_tokens: tokensIn, completion_tokens: tokensOut = 0 } = given;
  return isCount(tokensIn) && isCount(tokensOut) ? { tokensIn, tokensOut } : null;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= TOKENS_MAX;
}

/** The end of choices that the content check has cut off. */
export function cutChunk(
  { value }: Pick<Chunk, 'value'>,
  choices: readonly number[],
  { kind, streamed }: { kind: CompletionKind; streamed: boolean },
): JsonObject {
  const empty = streamed
    ? { delta: {} }
    : { message: { role: 'assistant', content: null, refusal: null } };
  const rest = kind === 'text' ? { text: '', logprobs: null } : empty;
  const ended = choices.map((index) => ({ index, ...rest, finish_reason: 'content_filter' }));
  return { ...value, choices: ended };
}

/** Usage as a client reads it; `estimated` where the server elsewhere did not count. */
export function usageView({ tokensIn, tokensOut }: Usage, estimated: boolean): JsonObject {
  return {
    ...{ prompt_tokens: tokensIn, completion_tokens: tokensOut },
    total_tokens: tokensIn + tokensOut,
    ...(estimated ? { estimated: true } : {}),
  };
}
