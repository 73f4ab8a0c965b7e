import { useParams, useRouter, useRouterState } from '@tanstack/react-router';

/** A parameter of the page's path: `useParameter('jobId')` on `/jobs/$jobId`. Empty where it has none. */
export function useParameter(name: string): string {
  const parameters: Readonly<Record<string, unknown>> = useParams({ strict: false });
  const value = parameters[name];
  return typeof value === 'string' ? value : '';
}

/**
 * A parameter after the `?` of the address, and a way to change it; empty where it is absent. The
 * others stay as they are.
 */
export function useQueryParameter(name: string): [string, (value: string) => void] {
  const router = useRouter();
  const query = useRouterState({ select: ({ location }) => location.searchStr });
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return [
    new URLSearchParams(query).get(name) ?? '',
    (value) => {
      const parameters = new URLSearchParams(query);
      if (value === '') parameters.delete(name);
      else parameters.set(name, value);
      const text = parameters.toString();
      router.history.replace(text === '' ? path : `${path}?${text}`);
    },
  ];
}
