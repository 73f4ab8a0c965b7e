import { isJsonObject, type Json } from './json.ts';

/** The value at a JSON pointer (RFC 6901), or undefined where the pointer leads nowhere. */
export function valueAt(whole: Json, pointer: string): Json | undefined {
  if (pointer === '') return whole;
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  let value: Json | undefined = whole;
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value))
      value = /^(0|[1-9][0-9]*)$/.test(key) ? value[Number(key)] : undefined;
    else if (isJsonObject(value)) value = Object.hasOwn(value, key) ? value[key] : undefined;
    else return undefined;
  }
  return value;
}

/** A scalar inside a JSON value and where it stands. */
export interface Leaf {
  readonly path: string;
  readonly value: null | boolean | number | string;
}

/** Every scalar of a JSON value with its JSON pointer, in the order of the value. */
export function leavesOf(value: Json, path = ''): Leaf[] {
  if (value === null || typeof value !== 'object') return [{ path, value }];
  return Object.entries(value).flatMap(([key, member]) =>
    leavesOf(member, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}
