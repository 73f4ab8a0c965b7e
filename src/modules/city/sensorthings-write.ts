import type { DoorReply } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { Ingest, Outcome } from './ingest.ts';
import { type Refused, readObservation } from './observations-input.ts';
import { notHere, unfit } from './sensorthings-failure.ts';
import { parsePath } from './sensorthings-path.ts';
import { jsonReply } from './sensorthings-read.ts';
import { selfLink } from './sensorthings-show.ts';
import { thingsErrors } from './things-errors.ts';

/** Observations over HTTP: one, or many as a data array (18-088, clauses 10.2 and 12). */

type Uses = { kernel: Kernel; ingest: Ingest };
type Limits = { observationBytesMax: number; waitingMax: number };

/** Rows of one request of CreateObservations. */
const ROWS_MAX = 20_000;

/** Answers a POST below `/v1.1` once what it brought is durable. */
export async function writeSensorThings(
  address: { path: string; root: string },
  body: Uint8Array,
  limits: Limits,
  uses: Uses,
  call: Call,
): Promise<DoorReply> {
  if (uses.ingest.waiting() >= limits.waitingMax) throw thingsErrors.make.busy();
  const value = parseJson(body);
  const receivedAt = uses.kernel.clock.now().getTime();
  const sender = { kind: 'party', principal: call.principal } as const;
  const from = { sender, topic: `POST /v1.1/${address.path}`, receivedAt };
  if (address.path === 'CreateObservations') {
    const rows = rowsOf(value);
    const each = rows.map(async ({ datastreamId, row }) => {
      const sizeBytes = JSON.stringify(row).length;
      const outcome = await take({ ...from, sizeBytes }, datastreamId, row, limits, uses);
      return outcome.kind === 'stored' ? linkOf(address.root, outcome) : 'error';
    });
    return jsonReply(await Promise.all(each), 201);
  }
  const sizeBytes = body.length;
  const outcome = await take(
    { ...from, sizeBytes },
    datastreamAt(address.path),
    value,
    limits,
    uses,
  );
  if (outcome.kind === 'stored') {
    const link = linkOf(address.root, outcome);
    const answer = jsonReply({ '@iot.selfLink': link }, 201);
    return { ...answer, headers: { 'content-type': 'application/json', location: link } };
  }
  if (outcome.kind === 'stale') throw kernelErrors.make.not_signed_in();
  const { refused: reason, detail } = outcome;
  throw thingsErrors.make.observation_refused({ reason, detail });
}

const linkOf = (root: string, { id }: { id: string | null }) =>
  selfLink(root, 'Observations', id ?? '');

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    throw unfit('the body is no JSON');
  }
}

/** The datastream that the address names; null for `/Observations`, whose body names it. */
function datastreamAt(path: string): string | null {
  if (path === 'Observations') return null;
  const { steps, single } = parsePath(path);
  const [first, second] = steps;
  const fits = first?.set === 'Datastreams' && second?.link === 'Observations';
  if (steps.length === 2 && fits && !single) return first.id;
  throw notHere(`creating at ${path.slice(0, 60)}`);
}

type From = Omit<Parameters<Ingest['refuse']>[0], 'receivedAt'> & { receivedAt: number };

async function take(
  from: From,
  datastreamId: string | null,
  value: unknown,
  limits: Limits,
  { ingest }: Uses,
): Promise<Outcome> {
  const refuse = (refused: Refused) => ingest.refuse(from, refused);
  const bytesMax = limits.observationBytesMax;
  if (from.sizeBytes > bytesMax) {
    return refuse({ refused: 'too_large', detail: `it has more than ${bytesMax} bytes` });
  }
  const draft = readObservation(value, from.receivedAt);
  if ('refused' in draft) return refuse(draft);
  const named = datastreamId ?? draft.datastreamId;
  if (named === null || (draft.datastreamId ?? named) !== named) {
    return refuse({ refused: 'malformed', detail: 'address and body do not name one datastream' });
  }
  return ingest.store({ ...from, datastreamId: named, draft }, true);
}

type DataRow = { datastreamId: string; row: Record<string, unknown> };

/** `[{Datastream: {'@iot.id'}, components: […], dataArray: [[…]]}]` as single observations. */
function rowsOf(value: unknown): DataRow[] {
  if (!Array.isArray(value)) throw unfit('the body is no array of data arrays');
  const rows = value.flatMap(rowsOfGroup);
  if (rows.length > ROWS_MAX) {
    throw thingsErrors.make.too_many_rows({ count: rows.length, most: ROWS_MAX });
  }
  return rows;
}

function rowsOfGroup(group: unknown): DataRow[] {
  if (typeof group !== 'object' || group === null) throw unfit('a group is no object');
  const { Datastream: link, components, dataArray } = { ...emptyGroup, ...group };
  const linked: Record<string, unknown> = { ...(typeof link === 'object' ? link : null) };
  const datastreamId = linked['@iot.id'];
  if (typeof datastreamId !== 'string') throw unfit('a group names no Datastream');
  if (!Array.isArray(components) || !Array.isArray(dataArray)) {
    throw unfit('a group has no components or no dataArray');
  }
  const names = components.map(String);
  for (const name of ['phenomenonTime', 'result']) {
    if (!names.includes(name)) throw unfit(`components lack ${name}`);
  }
  return dataArray.map((cells) => {
    const row = Array.isArray(cells) ? cells : [];
    return { datastreamId, row: Object.fromEntries(names.map((name, at) => [name, row[at]])) };
  });
}

const emptyGroup: Record<'Datastream' | 'components' | 'dataArray', unknown> = {
  Datastream: null,
  components: null,
  dataArray: null,
};
