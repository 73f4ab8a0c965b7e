import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { ApiProvider, createApi } from './api.ts';
import './base.css';
import { createI18n } from './i18n.ts';
import { createLive, LiveProvider } from './live.ts';
import { toProblem } from './problem.ts';
import { createReader } from './reader.ts';
import { ReaderProvider } from './reader-context.ts';
import { createPortalRouter } from './router.tsx';

const triesMax = 2;

/**
 * Starts the portal in the page. The only file of it that touches the browser's globals by itself.
 */
function start(): void {
  const reader = createReader(
    { languages: navigator.languages },
    { storage: readStorage(), root: document.documentElement },
  );
  const i18n = createI18n(reader.current().language);
  reader.subscribe(() => void i18n.changeLanguage(reader.current().language));
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (tries, error) => tries < triesMax && toProblem(error).category === 'unavailable',
        staleTime: 1_000,
      },
    },
  });
  const api = createApi({ origin: location.origin }, { fetch: (...call) => fetch(...call) });
  const live = createLive(
    { url: '/api/v1/events' },
    { open: (url) => new EventSource(url), page: document },
  );
  const router = createPortalRouter();
  const element = document.querySelector('#portal');
  if (element === null) throw new Error('index.html has no #portal');
  createRoot(element).render(
    <StrictMode>
      <I18nextProvider i18n={i18n}>
        <ReaderProvider value={reader}>
          <QueryClientProvider client={queries}>
            <ApiProvider value={api}>
              <LiveProvider value={live}>
                <RouterProvider router={router} />
              </LiveProvider>
            </ApiProvider>
          </QueryClientProvider>
        </ReaderProvider>
      </I18nextProvider>
    </StrictMode>,
  );
}

/** A browser may forbid storage by throwing at its very name. */
function readStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

start();
