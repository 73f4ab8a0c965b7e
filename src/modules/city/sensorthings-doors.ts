import type { IncomingMessage } from 'node:http';
import type { Door, DoorReply, DoorRequest } from '#kernel/door.ts';
import type { Category } from '#kernel/errors.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import type { ThingsOptions } from './config.ts';
import type { Ingest } from './ingest.ts';
import { NotImplemented } from './sensorthings-failure.ts';
import { setNames, type Visible } from './sensorthings-model.ts';
import { rowsAllowed } from './sensorthings-query.ts';
import { jsonReply, readSensorThings } from './sensorthings-read.ts';
import { writeSensorThings } from './sensorthings-write.ts';

type Uses = { kernel: Kernel; ingest: Ingest; mqttAddress(): string | null };

const BODY_BYTES_MAX = 4 * 1024 * 1024;
const requirement = 'http://www.opengis.net/spec/iot_sensing/1.1/req';

/** Requirement classes that are here in full (18-088, annex A); a class that is here in part is not listed. */
const conformance = [
  'datamodel/entity-control-information',
  'datamodel/thing',
  'datamodel/location',
  'datamodel/datastream',
  'datamodel/sensor',
  'datamodel/observed-property',
  'resource-path/resource-path-to-entities',
  'request-data/order',
  'request-data/expand',
  'request-data/select',
  'request-data/status-code',
  'request-data/query-status-code',
  'request-data/orderby',
  'request-data/top',
  'request-data/skip',
  'request-data/count',
  'request-data/pagination',
].map((name) => `${requirement}/${name}`);

/**
 * OGC SensorThings 1.1 under `/v1.1`: everything reads what is public or theirs; who may write the thing creates
 * observations with an API key of their party.
 */
export function sensorThingsDoors(
  options: ThingsOptions & { address: string },
  uses: Uses,
): Door[] {
  const common = {
    module: 'city',
    errors: [
      'invalid',
      'unauthenticated',
      'missing',
      'limited',
      'unavailable',
    ] satisfies Category[],
  };
  const limits = {
    observationBytesMax: options.CITY_OBSERVATION_BYTES_MAX,
    waitingMax: options.CITY_INGEST_WAITING_MAX,
  };
  const rootOf = ({ raw }: DoorRequest) =>
    `${new URL(options.address).protocol}//${raw.headers.host ?? 'localhost'}/v1.1`;
  return [
    {
      ...common,
      name: 'sensorThingsLanding',
      method: 'GET',
      path: '/v1.1',
      summary: 'SensorThings: the entity sets, and what of the standard is here.',
      permission: 'open',
      bodyBytesMax: 0,
      handle: async (request) => jsonReply(landing(rootOf(request), uses.mqttAddress())),
    },
    {
      ...common,
      name: 'sensorThingsRead',
      method: 'GET',
      path: '/v1.1/*',
      summary: 'SensorThings: read entities, with the query options of the standard.',
      permission: 'open',
      bodyBytesMax: 0,
      handle: (request, call) =>
        orNotImplemented(() =>
          readSensorThings(
            { path: request.params['*'] ?? '', query: request.query, root: rootOf(request) },
            {
              executor: uses.kernel.db.read,
              visible: visibleTo(call, uses.kernel),
              rows: rowsAllowed(),
            },
          ),
        ),
    },
    {
      ...common,
      name: 'sensorThingsCreate',
      method: 'POST',
      path: '/v1.1/*',
      summary: 'SensorThings: create an Observation, or many by CreateObservations.',
      permission: 'city.observation.create',
      bodyBytesMax: BODY_BYTES_MAX,
      handle: (request, call) =>
        orNotImplemented(async () => {
          const body = await readBody(request.raw);
          const address = { path: request.params['*'] ?? '', root: rootOf(request) };
          return writeSensorThings(address, body, limits, uses, call);
        }),
    },
  ];
}

function visibleTo({ principal }: Call, { access }: Kernel): Visible {
  return (column) => access.visible(principal, 'city.thing.read', column);
}

function landing(root: string, mqttAddress: string | null) {
  const endpoints = mqttAddress === null ? [] : [mqttAddress];
  return {
    value: setNames.map((name) => ({ name, url: `${root}/${name}` })),
    serverSettings: {
      conformance,
      [`${requirement}/create-observations-via-mqtt/observations-creation`]: { endpoints },
    },
  };
}

/** What the standard has and this platform has not is 501, with a sentence. */
async function orNotImplemented(work: () => Promise<DoorReply>): Promise<DoorReply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error;
    return jsonReply({ code: 501, type: 'error', message: error.message }, 501);
  }
}

async function readBody(raw: IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of raw) {
    size += piece.length;
    if (size > BODY_BYTES_MAX) throw kernelErrors.make.too_large({ limitBytes: BODY_BYTES_MAX });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
