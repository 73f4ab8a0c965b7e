import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { JsonifiedClient } from '@orpc/openapi-client';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import type { ModuleContract } from './contract.ts';

/** `client.hub.publishRevision({...})` for every operation of the given contracts. */
export type Client<Contracts extends Record<string, ModuleContract>> = {
  [Name in keyof Contracts]: JsonifiedClient<ContractRouterClient<Contracts[Name]['operations']>>;
};

/**
 * A typed client over HTTP. Errors reject as `ORPCError` with the declared code, status and data.
 */
export function createClient<const Contracts extends Record<string, ModuleContract>>(
  contracts: Contracts,
  options: { address: string; headers?: Record<string, string>; fetch?: typeof fetch },
): Client<Contracts> {
  const router = Object.fromEntries(
    Object.entries(contracts).map(([name, contract]) => [name, contract.operations]),
  );
  const link = new OpenAPILink(router, {
    url: options.address,
    headers: options.headers ?? {},
    ...(options.fetch ? { fetch: options.fetch } : {}),
  });
  return createORPCClient(link) as unknown as Client<Contracts>;
}
