import type { Access } from '#kernel/access.ts';
import type { IngestDatastream } from './datastreams-store.ts';
import type { RefusalDraft } from './ingest-refusals.ts';
import { ownerOf, type Sender, thingOf } from './ingest-sender.ts';
import {
  type ObservationDraft,
  type Refused,
  unfitResult,
  unfitTime,
  type Window,
} from './observations-input.ts';

/** One observation on its way in. */
export type Incoming = {
  sender: Sender;
  topic: string;
  sizeBytes: number;
  /** Milliseconds since 1970. */
  receivedAt: number;
  datastreamId: string;
  draft: ObservationDraft;
};

export type Judgement =
  | { kind: 'fit'; datastream: IngestDatastream }
  | { kind: 'refused'; refused: Refused }
  /** The sender's key has been replaced: its connection ends. */
  | { kind: 'stale' };

/**
 * Holds an observation against the datastream that it names. What is not the sender's is refused in the words for
 * what does not exist, which tells nobody what others have.
 */
export async function judge(
  incoming: Incoming,
  datastream: IngestDatastream | undefined,
  window: Window,
  { access }: { access: Access },
): Promise<Judgement> {
  const { sender, draft, receivedAt } = incoming;
  if (!datastream || !(await maySend(sender, datastream, access))) {
    const detail = 'there is no such datastream that this sender may write to';
    return { kind: 'refused', refused: { refused: 'unknown_datastream', detail } };
  }
  if (sender.kind === 'thing' && sender.keyVersion !== datastream.keyVersion) {
    return { kind: 'stale' };
  }
  const refused =
    unfitResult(draft.result, datastream.kind) ??
    unfitTime(draft.phenomenonTime, receivedAt, datastream.replayed, window);
  return refused ? { kind: 'refused', refused } : { kind: 'fit', datastream };
}

function maySend(
  sender: Sender,
  datastream: IngestDatastream,
  access: Access,
): boolean | Promise<boolean> {
  if (sender.kind === 'thing') return sender.thingId === datastream.thingId;
  const ref = { type: 'city.thing', id: datastream.thingId };
  return access
    .decide(sender.principal, 'city.observation.create', ref, { lease: true })
    .then(({ allowed }) => allowed);
}

export function refusalOf(
  { sender, topic, sizeBytes, receivedAt }: Omit<Incoming, 'draft' | 'datastreamId'>,
  { refused, detail }: Refused,
): RefusalDraft {
  return {
    ownerId: ownerOf(sender),
    thingId: thingOf(sender),
    ...{ reason: refused, detail, topic, sizeBytes },
    at: new Date(receivedAt),
  };
}
