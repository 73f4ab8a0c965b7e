import { kernelErrors } from '#kernel/errors.ts';
import { unfit } from './sensorthings-failure.ts';
import { type SetName, setNames, sets } from './sensorthings-model.ts';

/** A step of an address: an entity set, or a link of the entity before, perhaps with an id. */
export type Step = {
  set: SetName;
  /** The link that leads here; null for the first step. */
  link: string | null;
  id: string | null;
};

export type Path = {
  steps: readonly Step[];
  /** Whether the last step is one entity. */
  single: boolean;
  ending:
    | { kind: 'entity' | 'ref' }
    | { kind: 'property'; name: string; inner: readonly string[]; raw: boolean };
};

const SEGMENTS_MAX = 10;

/** Reads what stands after `/v1.1/` (18-088, 9.2). Throws `kernel.missing` for what leads nowhere. */
export function parsePath(text: string): Path {
  const segments = text.split('/').filter((segment) => segment !== '');
  if (segments.length > SEGMENTS_MAX) throw unfit('the address has too many steps');
  const missing = () => kernelErrors.make.missing({ id: text.slice(0, 200) });
  const steps: Step[] = [];
  let single = false;
  for (const [at, segment] of segments.entries()) {
    const last = steps.at(-1);
    if (segment === '$ref' && at === segments.length - 1 && last && !single) {
      return { steps, single, ending: { kind: 'ref' } };
    }
    const match = /^(\w+)(?:\('?([\w-]{1,64})'?\))?$/.exec(segment);
    if (!match) throw missing();
    const [, name = '', id = null] = match;
    if (!last) {
      const set = setNames.find((one) => one === name);
      if (!set) throw missing();
      steps.push({ set, link: null, id });
      single = id !== null;
      continue;
    }
    if (!single) throw missing();
    const { links, properties } = sets[last.set];
    const link = Object.hasOwn(links, name) ? links[name] : undefined;
    if (link) {
      if (id !== null && !link.many) throw missing();
      steps.push({ set: link.set, link: name, id });
      single = id !== null || !link.many;
      continue;
    }
    if (id !== null || !(Object.hasOwn(properties, name) || name === '@iot.id')) throw missing();
    const inner = segments.slice(at + 1);
    const raw = inner.at(-1) === '$value';
    return {
      ...{ steps, single },
      ending: { kind: 'property', name, inner: raw ? inner.slice(0, -1) : inner, raw },
    };
  }
  if (steps.length === 0) throw missing();
  return { steps, single, ending: { kind: 'entity' } };
}
