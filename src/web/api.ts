import { contracts } from 'virtual:contracts';
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { JsonifiedClient } from '@orpc/openapi-client';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { createContext, use } from 'react';
import type { Contracts } from './contracts.ts';

type Client = JsonifiedClient<ContractRouterClient<Contracts>>;

/**
 * The platform's operations as queries and mutations: `useQuery(api.scenarios.home.queryOptions({ input: {} }))`.
 * The session travels in a cookie of the same origin. Whatever goes wrong is thrown and becomes a
 * Problem.
 */
export function createApi(options: { origin: string }, uses: { fetch: typeof fetch }) {
  const link = new OpenAPILink(contracts, {
    url: options.origin,
    fetch: (request, init) => uses.fetch(request, { ...init, credentials: 'same-origin' }),
  });
  const client: Client = createORPCClient(link);
  return createTanstackQueryUtils(client);
}

export type Api = ReturnType<typeof createApi>;

const ApiContext = createContext<Api | null>(null);
export const ApiProvider = ApiContext.Provider;

/** The operations, inside the portal. */
export function useApi(): Api {
  const api = use(ApiContext);
  if (api === null) throw new Error('useApi stands outside ApiProvider');
  return api;
}
