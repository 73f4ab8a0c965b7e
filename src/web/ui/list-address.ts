import { useRouter, useRouterState } from '@tanstack/react-router';

/** What a list shows, as it stands in the address: a shared link shows the same. */
export type ListAddress = {
  readonly search: string;
  /** Chosen values by filter; a filter without a choice is absent. */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** A column's key, with `-` before it for descending; absent for the list's own order. */
  readonly sort?: string;
  /** The cursor of the page, and its number; the first page has neither. */
  readonly cursor?: string;
  readonly page: number;
  readonly limit: number;
};

export const limits = [25, 50, 100] as const;

const own = new Set(['q', 'sort', 'cursor', 'page', 'limit']);

/**
 * Reads what an address says about a list with these filters; whatever does not fit is left out.
 */
export function readAddress(query: string, filterKeys: readonly string[]): ListAddress {
  const parameters = new URLSearchParams(query);
  const filters: Record<string, string[]> = {};
  for (const key of filterKeys) {
    const chosen = (parameters.get(key) ?? '').split(',').filter(Boolean);
    if (chosen.length > 0) filters[key] = chosen;
  }
  const [sort, cursor] = [parameters.get('sort'), parameters.get('cursor')];
  const page = Number(parameters.get('page'));
  const limit = limits.find((known) => String(known) === parameters.get('limit')) ?? limits[0];
  return {
    search: parameters.get('q') ?? '',
    filters,
    ...(sort ? { sort } : {}),
    ...(cursor ? { cursor } : {}),
    page: cursor && Number.isInteger(page) && page > 1 ? page : 1,
    limit,
  };
}

/** Writes it back; parameters that are not the list's stay as they are. */
export function writeAddress(
  query: string,
  filterKeys: readonly string[],
  address: ListAddress,
): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of new URLSearchParams(query)) {
    if (!own.has(key) && !filterKeys.includes(key)) parameters.append(key, value);
  }
  const put = (key: string, value: string) => {
    if (value !== '') parameters.set(key, value);
  };
  put('q', address.search);
  for (const key of filterKeys) put(key, (address.filters[key] ?? []).join(','));
  put('sort', address.sort ?? '');
  put('limit', address.limit === limits[0] ? '' : String(address.limit));
  put('cursor', address.cursor ?? '');
  put('page', address.page > 1 ? String(address.page) : '');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * The list's part of the address, and a way to change it. Any change but of the page starts at the
 * first page again. Pages gone through are remembered with the history entry, so that one can go
 * back.
 */
export function useListAddress(filterKeys: readonly string[]) {
  const router = useRouter();
  const query = useRouterState({ select: ({ location }) => location.searchStr });
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const state = useRouterState({ select: ({ location }) => location.state });
  const address = readAddress(query, filterKeys);
  const go = (next: ListAddress, trail: readonly string[], replace = false) => {
    const href = path + writeAddress(query, filterKeys, next);
    const historyState = { trail: [...trail] };
    if (replace) router.history.replace(href, historyState);
    else router.history.push(href, historyState);
  };
  const trail = 'trail' in state && Array.isArray(state.trail) ? state.trail.map(String) : [];
  return {
    address,
    change(changed: Partial<ListAddress>, replace = false) {
      const { cursor: _, ...kept } = address;
      go({ ...kept, ...changed, page: 1 }, [], replace);
    },
    nextPage(cursor: string) {
      go({ ...address, cursor, page: address.page + 1 }, [...trail, address.cursor ?? '']);
    },
    previousPage() {
      const { cursor: _, ...kept } = address;
      const cursor = trail.at(-1) ?? '';
      const page = cursor === '' ? 1 : address.page - 1;
      go({ ...kept, ...(cursor === '' ? {} : { cursor }), page }, trail.slice(0, -1));
    },
  };
}

type Given<Parts> = { [Name in keyof Parts]?: Exclude<Parts[Name], undefined> };

/** The parts of a question to the server that say something: what is undefined or empty is left out. */
export function given<Parts extends object>(parts: Parts): Given<Parts>;
export function given(parts: object): object {
  return Object.fromEntries(
    Object.entries(parts).filter(([, value]) => value !== undefined && value !== ''),
  );
}

/** The chosen value of a filter, if it is one of these. */
export function oneOf<Value extends string>(
  values: readonly Value[],
  chosen: readonly string[] | undefined,
): Value | undefined {
  return values.find((value) => value === chosen?.[0]);
}
