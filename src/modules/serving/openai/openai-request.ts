import { servingErrors } from '../errors.ts';
import { TEXT_CHARACTERS_MAX, TEXTS_MAX } from '../tasks/task-shapes.ts';
import { isObject, type JsonObject } from './json-object.ts';
import { estimateTokens, type FoundText, TooDeep, textsOf } from './texts.ts';

/**
 * Requests in OpenAI's form (https://platform.openai.com/docs/api-reference). What decides who is asked, what is counted and
 * what is checked is read strictly; every other field goes on as it came.
 */

export type CompletionKind = 'chat' | 'text';

export type CompletionRequest = {
  model: string;
  stream: boolean;
  /** The stream ends with a chunk of usage. */
  includeUsage: boolean;
  /** All fields, without the model and the options of the stream. */
  fields: JsonObject;
  texts: readonly FoundText[];
  tokensEstimated: number;
  /** What in it is no text, such as pictures; null where all is. */
  unread: string | null;
};

export type EmbeddingsRequest = {
  model: string;
  texts: string[];
  dimensions: number | null;
  base64: boolean;
};

const MESSAGES_MAX = 4_096;
const CHOICES_MAX = 16;
const MODEL_CHARACTERS_MAX = 200;

const refuse = (param: string | null, problem: string) =>
  servingErrors.make.request_refused({ problem, param });

function parseObject(bytes: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw refuse(null, 'the body is no JSON');
  }
  if (!isObject(value)) throw refuse(null, 'the body is no JSON object');
  return value;
}

function modelOf({ model }: JsonObject): string {
  if (typeof model === 'string' && model !== '' && model.length <= MODEL_CHARACTERS_MAX)
    return model;
  throw refuse('model', 'model has to be the id of a model');
}

function flag(fields: JsonObject, name: string): boolean {
  const value = fields[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw refuse(name, `${name} has to be true or false`);
}

/** Throws `serving.request_refused`, with the field as `param`. */
export function parseCompletion(kind: CompletionKind, bytes: Buffer): CompletionRequest {
  const { model: _, stream_options: options, ...fields } = parseObject(bytes);
  const model = modelOf({ model: _ });
  const stream = flag(fields, 'stream');
  if (options !== undefined && options !== null && !stream) {
    throw refuse('stream_options', 'stream_options is for stream: true only');
  }
  const streamOptions = isObject(options) ? options : {};
  for (const name of ['n', 'best_of']) {
    const count = fields[name] ?? 1;
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > CHOICES_MAX) {
      throw refuse(name, `${name} has to be a whole number from 1 to ${CHOICES_MAX}`);
    }
  }
  const asked = kind === 'chat' ? chatParts(fields) : promptParts(fields);
  try {
    const texts = textsOf(asked.parts);
    return {
      ...{ model, stream, fields, texts, unread: asked.unread },
      includeUsage: flag(streamOptions, 'include_usage'),
      tokensEstimated: estimateTokens(texts),
    };
  } catch (error) {
    if (error instanceof TooDeep) throw refuse(null, 'the body is nested too deeply');
    throw error;
  }
}

type Asked = { parts: unknown; unread: string | null };

/** What reaches the model as text: messages, and what is said of tools and of the form of the answer. */
function chatParts(fields: JsonObject): Asked {
  const { messages, tools, functions, response_format: form } = fields;
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > MESSAGES_MAX) {
    throw refuse('messages', `messages has to be a list of 1 to ${MESSAGES_MAX}`);
  }
  const unread = messages.flatMap((message: unknown) => {
    if (!isObject(message) || typeof message.role !== 'string') {
      throw refuse('messages', 'each of messages has to be an object with a role');
    }
    const { content } = message;
    if (content === undefined || content === null || typeof content === 'string') return [];
    if (!Array.isArray(content)) throw refuse('messages', 'content has to be a text or a list');
    return content.filter((part: unknown) => !isTextPart(part));
  });
  return {
    parts: { messages, tools, functions, form },
    unread: unread.length > 0 ? 'parts of messages that are no text' : null,
  };
}

function isTextPart(part: unknown): boolean {
  return isObject(part) && (part.type === 'text' || part.type === 'refusal');
}

function promptParts({ prompt, suffix }: JsonObject): Asked {
  const prompts = Array.isArray(prompt) ? prompt : [prompt];
  const isText = prompts.every((one) => typeof one === 'string');
  const isTokens = prompts.every(
    (one) => typeof one === 'number' || (Array.isArray(one) && one.every(Number.isInteger)),
  );
  if (prompts.length === 0 || !(isText || isTokens)) {
    throw refuse('prompt', 'prompt has to be a text, a list of texts, or tokens');
  }
  return { parts: { prompt, suffix }, unread: isText ? null : 'prompts of tokens' };
}

/** Throws `serving.request_refused`, with the field as `param`. */
export function parseEmbeddings(bytes: Buffer): EmbeddingsRequest {
  const {
    input,
    dimensions = null,
    encoding_format: format = 'float',
    ...rest
  } = parseObject(bytes);
  const texts = typeof input === 'string' ? [input] : input;
  if (!Array.isArray(texts) || texts.length === 0 || texts.length > TEXTS_MAX) {
    throw refuse('input', `input has to be a text, or a list of 1 to ${TEXTS_MAX} texts`);
  }
  const read = texts.map((text: unknown) => {
    if (typeof text === 'string' && text !== '' && text.length <= TEXT_CHARACTERS_MAX) return text;
    const problem = `each input has to be a text of 1 to ${TEXT_CHARACTERS_MAX} characters; tokens are not taken`;
    throw refuse('input', problem);
  });
  if (dimensions !== null && !(typeof dimensions === 'number' && Number.isInteger(dimensions))) {
    throw refuse('dimensions', 'dimensions has to be a whole number');
  }
  if (format !== 'float' && format !== 'base64') {
    throw refuse('encoding_format', 'encoding_format is float or base64');
  }
  return { model: modelOf(rest), texts: read, dimensions, base64: format === 'base64' };
}
