import type { Json } from '#kernel/errors.ts';
import { parseInstant } from './observations-time.ts';
import type { ObservationKind, RefusalReason } from './things-entities.ts';

/** An observation as it was sent, not yet held against its datastream. */
export type ObservationDraft = {
  /** Milliseconds since 1970. */
  phenomenonTime: number;
  resultTime: number | null;
  result: Json;
  parameters: Record<string, Json> | null;
  /** The datastream that the body names, if it does. */
  datastreamId: string | null;
};

export type Refused = { refused: RefusalReason; detail: string };

const DEPTH_MAX = 16;
/** Members of an Observation (18-088, table 11) that would be lost here, and so are refused. */
const notKept = ['resultQuality', 'validTime', 'FeatureOfInterest', 'MultiDatastream'];

/**
 * Reads the body of one Observation. A missing phenomenonTime is the time of reception (18-088, 8.3.2): such an
 * observation cannot be known again when it is sent twice.
 */
export function parseObservation(
  bytes: Uint8Array,
  receivedAt: number,
): ObservationDraft | Refused {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch {
    return malformed('it is no JSON');
  }
  return readObservation(value, receivedAt);
}

export function readObservation(value: unknown, receivedAt: number): ObservationDraft | Refused {
  if (!isRecord(value)) return malformed('it is no object');
  for (const name of notKept) {
    if (name in value) return malformed(`${name} is not kept here`);
  }
  const { phenomenonTime: at, resultTime: resultAt } = value;
  const phenomenonTime = at === undefined ? receivedAt : parseInstant(at);
  if (phenomenonTime === null) return malformed('phenomenonTime is no instant with an offset');
  const resultTime = resultAt === undefined || resultAt === null ? null : parseInstant(resultAt);
  if (resultTime === null && typeof resultAt === 'string') {
    return malformed('resultTime is no instant with an offset');
  }
  const { result, parameters = null } = value;
  if (result === undefined) return malformed('it has no result');
  if (!isKept(result, 0)) return malformed('its result is not JSON that can be kept');
  if (parameters === null) {
    const datastreamId = datastreamOf(value.Datastream);
    return { phenomenonTime, resultTime, result, parameters, datastreamId };
  }
  if (!isRecord(parameters) || !isKeptRecord(parameters, 0)) {
    return malformed('its parameters are no object that can be kept');
  }
  const datastreamId = datastreamOf(value.Datastream);
  return { phenomenonTime, resultTime, result, parameters, datastreamId };
}

function datastreamOf(link: unknown): string | null {
  const id = isRecord(link) ? link['@iot.id'] : null;
  return typeof id === 'string' ? id : null;
}

/** Whether a result is what its datastream declares. Null where it is. */
export function unfitResult(result: Json, kind: ObservationKind): Refused | null {
  const fits = {
    measurement: typeof result === 'number',
    count: typeof result === 'number' && Number.isSafeInteger(result),
    truth: typeof result === 'boolean',
    category: typeof result === 'string',
    observation: true,
  };
  return fits[kind] ? null : { refused: 'result_unfit', detail: `its result is no ${kind}` };
}

export type Window = { lateDaysMax: number; futureSecondsMax: number };

/** Null where the time is within the window. What is played back may be of any past time. */
export function unfitTime(
  phenomenonTime: number,
  now: number,
  replayed: boolean,
  { lateDaysMax, futureSecondsMax }: Window,
): Refused | null {
  if (phenomenonTime > now + futureSecondsMax * 1000) {
    const detail = `it is more than ${futureSecondsMax} seconds ahead of the platform's clock`;
    return { refused: 'in_future', detail };
  }
  if (!replayed && phenomenonTime < now - lateDaysMax * 86_400_000) {
    return { refused: 'too_late', detail: `it is more than ${lateDaysMax} days old` };
  }
  return null;
}

const malformed = (detail: string): Refused => ({ refused: 'malformed', detail });

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What jsonb keeps: finite numbers, no zero character, no half of a surrogate pair, not too deep. */
function isKept(value: unknown, depth: number): value is Json {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'string') return isText(value);
  if (value === null || typeof value === 'boolean') return true;
  if (depth >= DEPTH_MAX) return false;
  if (Array.isArray(value)) return value.every((item) => isKept(item, depth + 1));
  return isRecord(value) && isKeptRecord(value, depth);
}

function isKeptRecord(
  value: Record<string, unknown>,
  depth: number,
): value is Record<string, Json> {
  return Object.entries(value).every(([key, item]) => isText(key) && isKept(item, depth + 1));
}

const isText = (text: string) => !text.includes('\u0000') && text.isWellFormed();
