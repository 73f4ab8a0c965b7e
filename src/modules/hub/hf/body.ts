import type { IncomingMessage } from 'node:http';
import type * as z from 'zod';
import { kernelErrors } from '#kernel/errors.ts';

/** The body of a request as text. Throws `kernel.too_large` past `bytesMax`. */
export async function readText(raw: IncomingMessage, bytesMax: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of raw) {
    const bytes: Uint8Array = part;
    size += bytes.length;
    if (size > bytesMax) throw kernelErrors.make.too_large({ limitBytes: bytesMax });
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The body as JSON of a shape; no body is an empty object. Throws `kernel.invalid_input`. */
export async function readJson<Schema extends z.ZodType>(
  raw: IncomingMessage,
  schema: Schema,
  bytesMax: number,
): Promise<z.output<Schema>> {
  const text = await readText(raw, bytesMax);
  return parseAs(schema, text.trim() === '' ? {} : parseJson(text));
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw kernelErrors.make.invalid_input({ problem: 'this is no JSON' });
  }
}

/** Throws `kernel.invalid_input` with what does not fit. */
export function parseAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const problem = `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`;
  throw kernelErrors.make.invalid_input({ problem: problem.slice(0, 300) });
}
