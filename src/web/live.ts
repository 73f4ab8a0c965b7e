import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useSyncExternalStore } from 'react';

/**
 * What the server says has changed: `home`, a type such as `cases.case`, or one thing,
 * `cases.case/case_…`.
 */
export type LiveEvent = { readonly topic: string; readonly at: string };

export type LiveState = 'idle' | 'connecting' | 'open' | 'lost';

export type Live = {
  /**
   * Listens to a topic until the returned function is called. `lost` tells of a gap in the events.
   */
  listen(topic: string, listener: (event: LiveEvent | 'gap') => void): () => void;
  state(): LiveState;
  subscribe(listener: () => void): () => void;
};

const settleMs = 30;
/** A burst of events reads a query again at most this often. */
const rereadMs = 250;
/** A single failure, such as a restart of the server, is not worth a word. */
const failuresQuiet = 3;
const retryMsMin = 1_000;
const retryMsMax = 30_000;

type Uses = {
  open(url: string): EventSource;
  page: Pick<Document, 'addEventListener' | 'visibilityState'>;
};

/**
 * One event stream for all topics of a tab. It opens with the first listener, opens again when the
 * topics change, and is closed while the tab is hidden: browsers allow six connections to a host,
 * and open tabs would use them up. After each gap every listener hears `gap`.
 */
export function createLive(options: { url: string }, uses: Uses): Live {
  const listeners = new Map<string, Set<(event: LiveEvent | 'gap') => void>>();
  const watchers = new Set<() => void>();
  let state: LiveState = 'idle';
  let source: EventSource | null = null;
  let openTopics = '';
  let everOpen = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const become = (next: LiveState) => {
    state = next;
    for (const watcher of watchers) watcher();
  };
  const tell = (event: LiveEvent | 'gap') => {
    for (const [topic, set] of listeners) {
      if (event === 'gap' || event.topic === topic) for (const listener of set) listener(event);
    }
  };
  const later = (delayMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(connect, delayMs);
  };
  const close = () => {
    source?.close();
    source = null;
    openTopics = '';
  };

  function connect(): void {
    const topics =
      uses.page.visibilityState === 'hidden' ? '' : [...listeners.keys()].sort().join();
    if (source !== null && topics === openTopics) return;
    close();
    if (topics === '') {
      become('idle');
      return;
    }
    become('connecting');
    openTopics = topics;
    const opened = uses.open(`${options.url}?topics=${encodeURIComponent(topics)}`);
    source = opened;
    opened.onopen = () => {
      failures = 0;
      if (everOpen) tell('gap');
      everOpen = true;
      become('open');
    };
    opened.onmessage = (message: MessageEvent<string>) => {
      const event = readEvent(message.data);
      if (event !== null) tell(event);
    };
    opened.onerror = () => {
      if (source !== opened) return;
      close();
      failures += 1;
      become(failures < failuresQuiet ? 'connecting' : 'lost');
      later(Math.min(retryMsMin * 2 ** (failures - 1), retryMsMax));
    };
  }

  uses.page.addEventListener('visibilitychange', () => later(settleMs));
  return {
    listen(topic, listener) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(listener));
      later(settleMs);
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(topic) === set) listeners.delete(topic);
        later(settleMs);
      };
    },
    state: () => state,
    subscribe(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

function readEvent(text: string): LiveEvent | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { topic, at } = { topic: null, at: null, ...value };
    return typeof topic === 'string' && typeof at === 'string' ? { topic, at } : null;
  } catch {
    return null;
  }
}

const LiveContext = createContext<Live | null>(null);
export const LiveProvider = LiveContext.Provider;

/**
 * Reads the queries under `queryKey` again whenever the server says that the topic changed. Without
 * a topic it does nothing.
 */
export function useLive(topic: string | undefined, queryKey: readonly unknown[]): void {
  const live = use(LiveContext);
  const queries = useQueryClient();
  const key = JSON.stringify(queryKey);
  useEffect(() => {
    if (topic === undefined) return;
    const parsed: unknown = JSON.parse(key);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const reread = () => {
      timer = undefined;
      void queries.invalidateQueries({ queryKey: Array.isArray(parsed) ? parsed : [parsed] });
    };
    const silence = live?.listen(topic, () => {
      timer ??= setTimeout(reread, rereadMs);
    });
    return () => {
      clearTimeout(timer);
      silence?.();
    };
  }, [live, queries, topic, key]);
}

/** Whether events arrive. `lost` deserves a word to the reader. */
export function useLiveState(): LiveState {
  const live = use(LiveContext);
  return useSyncExternalStore(
    (listener) => live?.subscribe(listener) ?? (() => {}),
    () => live?.state() ?? 'idle',
  );
}
