import type { Json } from '#kernel/errors.ts';
import { Failure } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { ThingsOptions } from './config.ts';
import type { Ingest } from './ingest.ts';
import type { Sender } from './ingest-sender.ts';
import { parseTopic } from './mqtt-topics.ts';
import { parseObservation, type Refused } from './observations-input.ts';

export type AcknowledgementListener = (thingId: string, message: Json) => Promise<void>;

/**
 * Takes what a connection published. Resolves once it is durable, stored or refused, and may be acknowledged:
 * MQTT 3.1.1 knows no PUBACK that says no, so the owner sees the refusal. Rejects where the connection has to
 * end: the database failed, or the key is in force no longer.
 */
export function createMqttReceive(
  options: ThingsOptions,
  uses: { kernel: Kernel; ingest: Ingest; listeners: ReadonlySet<AcknowledgementListener> },
) {
  const { kernel, ingest, listeners } = uses;

  return async (sender: Sender, topic: string, payload: Uint8Array): Promise<void> => {
    const receivedAt = kernel.clock.now().getTime();
    const from = { sender, topic, sizeBytes: payload.length, receivedAt };
    const refuse = async (refused: Refused) => void (await ingest.refuse(from, refused));
    const bytesMax = options.CITY_OBSERVATION_BYTES_MAX;
    if (payload.length > bytesMax) {
      return refuse({ refused: 'too_large', detail: `it has more than ${bytesMax} bytes` });
    }
    const place = parseTopic(topic);
    if (place === null) {
      return refuse({ refused: 'unknown_topic', detail: 'nothing is received on this topic' });
    }
    if (place.kind === 'acknowledgements') {
      return acknowledge(place.thingId, sender, payload, refuse);
    }
    const draft = parseObservation(payload, receivedAt);
    if ('refused' in draft) return refuse(draft);
    const datastreamId = place.datastreamId ?? draft.datastreamId;
    if (datastreamId === null || (draft.datastreamId ?? datastreamId) !== datastreamId) {
      const detail = 'topic and body do not name one datastream';
      return refuse({ refused: 'malformed', detail });
    }
    const outcome = await ingest.store({ ...from, datastreamId, draft });
    if (outcome.kind === 'stale') throw new Error('the key is in force no longer');
  };

  async function acknowledge(
    thingId: string,
    sender: Sender,
    payload: Uint8Array,
    refuse: (refused: Refused) => Promise<void>,
  ): Promise<void> {
    if (!(await mayAcknowledge(thingId, sender, kernel))) {
      const detail = 'there is no such thing that this sender may speak for';
      return refuse({ refused: 'acknowledgement_unfit', detail });
    }
    let message: Json;
    try {
      message = JSON.parse(Buffer.from(payload).toString());
    } catch {
      return refuse({ refused: 'acknowledgement_unfit', detail: 'it is no JSON' });
    }
    for (const listener of listeners) {
      try {
        await listener(thingId, message);
      } catch (error) {
        if (!(error instanceof Failure) || !isForGood(error)) throw error;
        const detail = error.message.slice(0, 300);
        return refuse({ refused: 'acknowledgement_unfit', detail });
      }
    }
  }
}

const isForGood = ({ category }: Failure) =>
  category === 'invalid' || category === 'missing' || category === 'conflict';

/** A thing speaks for itself; a party for the things that it may send observations of. */
export async function mayAcknowledge(
  thingId: string,
  sender: Sender,
  { access }: Pick<Kernel, 'access'>,
): Promise<boolean> {
  if (sender.kind === 'thing') return sender.thingId === thingId;
  const ref = { type: 'city.thing', id: thingId };
  const { principal } = sender;
  return (await access.decide(principal, 'city.observation.create', ref, { lease: true })).allowed;
}
