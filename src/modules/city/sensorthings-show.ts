import type { Json } from '#kernel/errors.ts';
import { unfit } from './sensorthings-failure.ts';
import { type SetName, sets } from './sensorthings-model.ts';
import { nextQuery, noOptions, type Options } from './sensorthings-options.ts';
import { type Found, showProperty } from './sensorthings-query.ts';

/** Entities as the standard writes them (18-088, 8.1): control information, properties, links. */

/** `http://127.0.0.1:7800/v1.1/Things('thing_…')` */
export const selfLink = (root: string, set: SetName, id: string) => `${root}/${set}('${id}')`;

type Shown = { [key: string]: Json };

export function showEntity(set: SetName, found: Found, options: Options, root: string): Shown {
  const { id, properties, links } = sets[set];
  const shown: Shown = {};
  const ownId = id.show(found.row.id);
  const self = selfLink(root, set, ownId);
  const selected = options.select;
  for (const name of selected ?? []) {
    const known = name === 'id' || name === '@iot.id';
    if (!known && !Object.hasOwn(properties, name) && !Object.hasOwn(links, name)) {
      throw unfit(`$select: ${set} have no ${name.slice(0, 60)}`);
    }
  }
  const wanted = (name: string) => selected === null || selected.includes(name);
  if (wanted('id') || wanted('@iot.id')) shown['@iot.id'] = ownId;
  if (selected === null) shown['@iot.selfLink'] = self;
  for (const name of Object.keys(properties)) {
    if (wanted(name)) shown[name] = showProperty(set, name, found.row);
  }
  for (const [name, link] of Object.entries(links)) {
    const inner = found.inner.get(name);
    if (!inner) {
      if (wanted(name)) shown[`${name}@iot.navigationLink`] = `${self}/${name}`;
      continue;
    }
    const innerOptions = options.expand.get(name) ?? noOptions;
    const entities = inner.found.map((one) => showEntity(link.set, one, innerOptions, root));
    if (!link.many) {
      shown[name] = entities[0] ?? null;
      continue;
    }
    if (inner.count !== null) shown[`${name}@iot.count`] = inner.count;
    shown[name] = entities;
    if (inner.more) {
      const query = nextQuery(innerOptions, entities.length);
      shown[`${name}@iot.nextLink`] = `${self}/${name}?${query}`;
    }
  }
  return shown;
}
