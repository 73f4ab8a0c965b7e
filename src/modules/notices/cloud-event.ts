import type { DeliveryRow } from './store-deliveries.ts';

/**
 * A notice as a CloudEvent in JSON (https://github.com/cloudevents/spec, 1.0.2). `source` is the
 * platform's address; source and id name the event for ever, over all attempts.
 */
export function cloudEvent(delivery: DeliveryRow, address: string): string {
  const { id, kind, basis, partyId, message, createdAt } = delivery;
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: address,
    type: `touyan.${kind}`,
    subject: partyId,
    time: createdAt.toISOString(),
    datacontenttype: 'application/json',
    data: { ...message, link: new URL(message.link, address).href, basis },
  });
}
