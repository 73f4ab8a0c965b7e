/**
 * Says within one server that something changed, so that open pages read it again. It carries a topic
 * and no content; what a reader then sees passes access as always. Several servers: see `ledger`,
 * whose facts reach each of them.
 */
export type Live = {
  /** Topics are `<resource type>/<id>`, `<resource type>` or `home`. */
  publish(topic: string): void;
  subscribe(listener: (topic: string) => void): () => void;
};

export function createLive(): Live {
  const listeners = new Set<(topic: string) => void>();
  return {
    publish(topic) {
      for (const listener of listeners) listener(topic);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
