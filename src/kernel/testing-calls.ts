import type * as z from 'zod';
import type { Operation } from './contract.ts';
import type { Handlers } from './module.ts';
import { type Call, type Principal, stranger } from './principal.ts';

/** A call as a door makes it. */
export function callOf(principal: Principal): Call {
  return { principal, requestId: 'test', language: 'zh', signal: new AbortController().signal };
}

export const nobody = callOf(stranger);

/** Somebody by their id, in an organisation or with roles on the platform where `more` says so. */
export function callAs(
  id: string,
  more: Partial<Principal> & { memberOf?: string; administratorOf?: string } = {},
): Call {
  const { memberOf, administratorOf, ...rest } = more;
  const memberships = [
    ...(memberOf ? [{ organisation: memberOf, role: 'member' as const }] : []),
    ...(administratorOf ? [{ organisation: administratorOf, role: 'administrator' as const }] : []),
  ];
  return callOf({ id, kind: 'person', name: id, memberships, roles: [], ...rest });
}

/** The handlers, each answer checked against the contract as the HTTP door does. */
export function checked<Operations extends Record<string, Operation>>(
  operations: Operations,
  handlers: Handlers<Operations>,
): Handlers<Operations> {
  const table = handlers as Record<string, (input: never, call: Call) => Promise<unknown>>;
  const entries = Object.entries(table).map(([name, handler]) => {
    const schema = operations[name]?.['~orpc'].outputSchema as z.ZodType;
    return [
      name,
      async (input: never, call: Call) => {
        const answer = await handler(input, call);
        schema.parse(answer);
        return answer;
      },
    ];
  });
  return Object.fromEntries(entries);
}
