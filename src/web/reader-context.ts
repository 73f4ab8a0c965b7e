import { createContext, use, useSyncExternalStore } from 'react';
import type { Choices, Reader } from './reader.ts';

const ReaderContext = createContext<Reader | null>(null);
export const ReaderProvider = ReaderContext.Provider;

/** The reader's choices and the way to change them. */
export function useReader(): { choices: Choices; change: Reader['change'] } {
  const reader = use(ReaderContext);
  if (reader === null) throw new Error('useReader stands outside ReaderProvider');
  return { choices: useSyncExternalStore(reader.subscribe, reader.current), change: reader.change };
}
