import type { DoorReply } from '#kernel/door.ts';
import { type Json, kernelErrors } from '#kernel/errors.ts';
import { notHere, unfit } from './sensorthings-failure.ts';
import { type SetName, sets } from './sensorthings-model.ts';
import { nextQuery, type Options, readOptions } from './sensorthings-options.ts';
import { type Path, parsePath } from './sensorthings-path.ts';
import {
  countSet,
  type Found,
  type Reading,
  readColumn,
  readSet,
  scopeOf,
  showProperty,
} from './sensorthings-query.ts';
import { selfLink, showEntity } from './sensorthings-show.ts';

/** Answers a GET below `/v1.1` (18-088, clauses 9.2 and 9.3). `root` is the absolute address of `/v1.1`. */
export async function readSensorThings(
  address: { path: string; query: URLSearchParams; root: string },
  reading: Reading,
): Promise<DoorReply> {
  const path = parsePath(address.path);
  const options = readOptions(address.query);
  await requireParents(path, reading, address.path);
  if (path.ending.kind === 'property')
    return readProperty(path, path.ending, options, reading, address);
  return path.single
    ? readEntity(path, options, reading, address)
    : readCollection(path, options, reading, address);
}

type Address = { path: string; root: string };

export const jsonReply = (body: Json, status = 200): DoorReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const missing = ({ path }: Address) => kernelErrors.make.missing({ id: path.slice(0, 200) });

const setOf = (path: Path): SetName => {
  const last = path.steps.at(-1);
  if (!last) throw unfit('an address without an entity');
  return last.set;
};

/** The entity that a collection belongs to is there, or the collection is not. */
async function requireParents(path: Path, reading: Reading, text: string): Promise<void> {
  const parents = path.steps.slice(0, -1);
  if (parents.length === 0) return;
  const found = await readColumn(parents, 'id', reading);
  if (!found) throw kernelErrors.make.missing({ id: text.slice(0, 200) });
}

async function findOne(path: Path, options: Options, reading: Reading, address: Address) {
  const where = scopeOf(path.steps, reading.visible);
  const { found } = await readSet(setOf(path), where, { ...options, top: 1 }, reading);
  const [only] = found;
  if (!only) throw missing(address);
  return only;
}

async function readEntity(
  path: Path,
  options: Options,
  reading: Reading,
  address: Address,
): Promise<DoorReply> {
  const unfitting = options.pairs.find(([name]) => name !== '$select' && name !== '$expand');
  if (unfitting) throw unfit(`${unfitting[0]} is for collections`);
  const found = await findOne(path, options, reading, address);
  return jsonReply(showEntity(setOf(path), found, options, address.root));
}

async function readProperty(
  path: Path,
  ending: { name: string; inner: readonly string[]; raw: boolean },
  options: Options,
  reading: Reading,
  address: Address,
): Promise<DoorReply> {
  if (!path.single) throw missing(address);
  if (options.pairs.length > 0) throw notHere('an option of a property');
  const { row } = await findOne(path, options, reading, address);
  const { name } = ending;
  let value: Json | undefined =
    name === '@iot.id' ? sets[setOf(path)].id.show(row.id) : showProperty(setOf(path), name, row);
  for (const step of ending.inner) value = memberOf(value, step);
  if (value === undefined) throw missing(address);
  if (value === null) return { status: 204 };
  if (!ending.raw) return jsonReply({ [ending.inner.at(-1) ?? name]: value });
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

async function readCollection(
  path: Path,
  options: Options,
  reading: Reading,
  address: Address,
): Promise<DoorReply> {
  const set = setOf(path);
  const where = scopeOf(path.steps, reading.visible);
  const count = options.count ? await countAt(path, options, reading) : null;
  const { found, more } = await readSet(set, where, options, reading);
  const show = (one: Found): Json =>
    path.ending.kind === 'ref'
      ? { '@iot.selfLink': selfLink(address.root, set, sets[set].id.show(one.row.id)) }
      : showEntity(set, one, options, address.root);
  return jsonReply({
    ...(count === null ? {} : { '@iot.count': count }),
    value: found.map(show),
    ...(more ? { '@iot.nextLink': nextLink(address, options, found.length) } : {}),
  });
}

function nextLink({ root, path }: Address, options: Options, shown: number): string {
  return `${root}/${path}?${nextQuery(options, shown)}`;
}

/** Observations of one datastream are counted as they are stored: no need to walk over millions. */
async function countAt(path: Path, options: Options, reading: Reading): Promise<number> {
  const parents = path.steps.slice(0, -1);
  const parent = parents.at(-1);
  const link = parent && sets[parent.set].links[path.steps.at(-1)?.link ?? ''];
  if (link?.count && options.filter === null) {
    const counted = await readColumn(parents, link.count, reading);
    return Number(counted?.value ?? 0);
  }
  return countSet(setOf(path), scopeOf(path.steps, reading.visible), options, reading);
}
